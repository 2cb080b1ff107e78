import ArgumentParser

/// The program `labbook`.
@main
struct Labbook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labbook",
    abstract: "Weekly research reports whose every number can be recomputed bit for bit.",
    discussion: """
      labbook works in the lab that holds the current directory: the nearest folder upward with \
      experiments/ and reports/.

      Examples:
        labbook report                     run what is missing, build the newest week
        labbook run cartpole --arm PPO     execute one arm of an experiment
        labbook rerun cartpole --seed 3    execute runs again and compare
        labbook diff 2026-W44 2026-W45     what changed between two weeks
        labbook explain cartpole/PPO/3     why a run is stale

      Exit codes: 0 done; 1 the work failed, a file is invalid or a claim is false; \
      2 'diff --exit-code' found a change; 64 wrong usage or an unknown name.
      """,
    subcommands: [
      Report.self, Run.self, Rerun.self, Diff.self, Status.self, Plan.self, Explain.self,
      Show.self, Verify.self, Validate.self, New.self, Describe.self, Schema.self, Export.self,
      Worker.self,
    ])
}

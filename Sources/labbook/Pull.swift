import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Notebook
import RecordExchange
import ReportBuilder
import ResultStore

/// `labbook pull`: fetches records that others have pushed.
struct Pull: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetch records that others have pushed, and check every byte of them.",
    discussion: """
      Without --week or --experiment it fetches what the locks of all weeks name. Those need no signature, since their \
      digests are in git. For runs that no lock names there must be a manifest, signed by somebody whom the lab's file \
      allowed_signers names. Each record is taken in as that of a worker is; one that is missing or not sound is told, \
      and its run can be executed instead. Exits with 1 if a record that was asked for was not to be had.

      Examples:
        labbook pull /groups/lab/records
        labbook pull group:bucket/records --week 2026-W45
        labbook pull group:bucket/records --experiment cartpole
      """)

  @Argument(
    help: "A remote of labbook.yaml, a folder, or an address of rclone; the only remote by default."
  )
  var remote: String?

  @OptionGroup var choice: RemoteChoice
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let rclone = try lab.rclone(remote)
      if !choice.isGiven { try lab.weeks.requireRead() }
      let weeks = try choice.isGiven ? choice.chosenWeeks(in: lab) : Week.all(in: lab)
      let runs = try choice.experiments.isEmpty ? [] : choice.runs(in: lab)
      let pull = try ToldPull(from: rclone, in: lab) { wanted, manifests in
        for week in weeks {
          if let lock = try week.lock {
            wanted.add(lock)
          } else if choice.isGiven {
            try wanted.add(neededRuns(of: week, in: lab), manifests: manifests)
          }
        }
        try wanted.add(runs, manifests: manifests)
      }
      print("\(rclone.remote): \(pull.summary)")
      if !pull.isComplete || !pull.result.differing.isEmpty { throw ExitCode.failure }
    }
  }

  /// The runs that the notebook of a week without a lock needs.
  private func neededRuns(of week: Week, in lab: Lab) throws -> [PlannedRun] {
    let names = experimentsNeeded(by: try week.notebook()).map(\.value)
    return try plannedRuns(
      of: lab.loadSpecs().experiments(named: names), in: lab.store, vocabulary: .labbook)
  }
}

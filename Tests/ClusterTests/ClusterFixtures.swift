import Cluster
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import ResultStore

/// Runs and submissions that need neither engine nor store.
enum ClusterFixtures {
  static let id = "3f2a1b9c-0000-4000-8000-000000000000"

  static func run(_ seed: Int, steps: Int = 200_000) -> PlannedRun {
    run("e", "A", seed, steps: steps)
  }

  static func run(
    _ experiment: String, _ arm: String, _ seed: Int, steps: Int = 200_000,
    start: PlannedRun? = nil
  ) -> PlannedRun {
    PlannedRun(
      name: RunName(experiment: experiment, arm: arm, seed: seed),
      preimage: RunPreimage(fields: [
        "algorithm": "alpha", "arm": arm, "budget.environment_steps": "\(steps)",
        "seed": "\(seed)",
      ]).setting("start", to: start?.key.hex), state: .missing)
  }

  /// A run of an external trainer.
  static func observed(_ seed: Int, _ resources: TrainerResources) -> PlannedRun {
    var metric = ObservedMetric(name: "final_reward", key: "reward")
    let stated = ObservedResults(format: "csv", path: "log.csv", metrics: [metric])
    metric.within = 0.25
    var run = PlannedRun(
      name: RunName(experiment: "x", arm: "T", seed: seed),
      preimage: RunPreimage(
        fields: ExternalRun(
          command: CommandTemplate(["train", "--seed", "{seed}", "{output}"]),
          settings: SettingsTree(), seed: seed, variables: ["OMP_NUM_THREADS": "2"],
          states: ["input.data.file": "0a"], results: stated
        ).fields), state: .missing)
    run.trainer = ExternalTrainer(
      command: CommandTemplate(["train", "--seed", "{seed}", "{output}"]),
      inputs: ["data": .file("data/x.csv")], environment: .lock("uv.lock"),
      variables: ["OMP_NUM_THREADS": "2"], secrets: ["TOKEN"], resources: resources,
      results: ObservedResults(format: "csv", path: "log.csv", metrics: [metric]),
      mayResume: true, repeatsExactly: false)
    return run
  }

  static func submission(
    _ runs: [PlannedRun], share: Int = 2, cpus: Int = 1, profile: String? = "slurm"
  ) -> Submission {
    var settings = ClusterSettings()
    settings.share = share
    settings.cpus = cpus
    return Submission(
      of: runs, RunEstimates(), settings, id: id, profile: profile, user: 1000)
  }
}

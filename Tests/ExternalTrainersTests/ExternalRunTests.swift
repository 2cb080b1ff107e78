import CanonicalJSON
import ExternalTrainers
import ResultStore
import Testing

@Suite struct ExternalRunTests {
  private static func run(
    _ settings: String = #"{"beta": 0.0, "num_generations": 8}"#,
    states: [String: String] = ["input.data.file": "absent"], seed: Int = 3
  ) throws -> ExternalRun {
    ExternalRun(
      command: CommandTemplate(["python", "train.py", "--seed", "{seed}", "{output}"]),
      settings: SettingsTree(try JSONValue(text: settings)), seed: seed,
      variables: ["OMP_NUM_THREADS": "2"], states: states,
      results: ObservedResults(
        format: "hf_trainer", path: "trainer_state.json",
        metrics: [
          ObservedMetric(name: "final_reward", key: "reward", take: "best", better: .lower)
        ],
        curves: [
          ObservedCurve(key: "completions/mean_length"), ObservedCurve(key: "kl", isOptional: true),
        ],
        keep: ["*.parquet"]))
  }

  @Test("The preimage of a run is text that a person can read, without a path of the machine")
  func preimage() throws {
    #expect(
      RunPreimage(fields: try Self.run().fields).text == #"""
        labbook run key 1
        input.data.file = absent
        seed = 3
        settings.beta = 0.0
        settings.num_generations = 8
        trainer = external 1
        trainer.command = ["python","train.py","--seed","{seed}","{output}"]
        trainer.curve.completions_mean_length = completions/mean_length
        trainer.keep = ["*.parquet"]
        trainer.metric.final_reward = {"key":"reward","take":"best","better":"lower"}
        trainer.optional_curve.kl = kl
        trainer.read.hf_trainer = trainer_state.json
        variable.OMP_NUM_THREADS = 2

        """#)
  }

  @Test("A worker reads the run from its preimage")
  func roundTrip() throws {
    let run = try Self.run()
    #expect(try ExternalRun(RunPreimage(fields: run.fields)) == run)
  }

  @Test("A preimage with a field too many, too few or otherwise written is none")
  func invented() throws {
    let fields = try Self.run().fields
    var changes: [[String: String]] = []
    for (name, value) in [
      ("algorithm", "ppo"), ("seed", "03"), ("trainer", "external 2"), ("trainer.command", "[1]"),
      ("settings.beta", "0.00 "), ("trainer.axis", "step"), ("trainer.read.csv", "a.csv"),
      ("trainer.metric.final_reward", "reward"),
    ] {
      var changed = fields
      changed[name] = value
      changes.append(changed)
    }
    for name in ["trainer.command", "seed", "trainer.read.hf_trainer", "trainer"] {
      var changed = fields
      changed[name] = nil
      changes.append(changed)
    }
    for fields in changes {
      #expect(throws: ExternalRunError.self) { try ExternalRun(RunPreimage(fields: fields)) }
    }
  }

  @Test("Tolerances, titles, units and resources change no key, and all else does")
  func identity() throws {
    let metric = ObservedMetric(name: "reward", key: "reward")
    let trainer = ExternalTrainer(
      command: CommandTemplate(["a", "{seed}", "{output}"]),
      results: ObservedResults(format: "json", path: "a.json", metrics: [metric]))
    func key(_ change: (inout ExternalTrainer) -> Void) -> RunKey {
      var changed = trainer
      change(&changed)
      let run = changed.run(
        settings: SettingsTree(), seed: 0, variables: ["A": "1"], states: InputStates())
      return RunPreimage(fields: run.fields).key
    }
    let plain = key { _ in }
    #expect(
      key {
        $0.results.metrics[0].within = 0.1
        $0.results.metrics[0].title = "Reward"
        $0.results.metrics[0].better = .higher
        $0.resources = TrainerResources(gpus: 1, memory: 1_000_000, seconds: 3)
        $0.secrets = ["TOKEN"]
        $0.repeatsExactly = true
        $0.mayResume = true
      } == plain)
    let others: [(inout ExternalTrainer) -> Void] = [
      { $0.command.words[0] = "b" }, { $0.variables = ["A": nil] }, { $0.variables = ["A": "2"] },
      { $0.inputs = ["data": .file("x")] }, { $0.inputs = ["data": .folder("x")] },
      { $0.environment = .lock("x") }, { $0.results.metrics[0].take = "at step 3" },
      { $0.results.metrics[0].key = "loss" }, { $0.results.path = "b.json" },
      { $0.results.curves = [ObservedCurve(key: "loss")] }, { $0.results.keep = ["*"] },
      { $0.results.axis = "tokens" },
    ]
    let keys = others.map { key($0) }
    #expect(Set(keys + [plain]).count == others.count + 1)
  }
}

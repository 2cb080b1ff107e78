import CanonicalJSON
import ExperimentSpec
import ExternalTrainers
import ResultStore
import Testing

/// Specs whose arms are trained by a command.
@Suite struct TrainerSpecTests {
  private static let spec = """
    question: Does it help?
    trainer:
      command: [.venv/bin/python, train.py, --config, "{config}", --seed, "{seed}", --output, "{output}", --resume, "{resume}"]
      inputs:
        code: {git: ../our-trainer}
        data: {file: data/kk-3.parquet}
        model: {folder: models/SmolLM2-135M}
      environment: {lock: uv.lock}
      variables: {OMP_NUM_THREADS: 2}
      secrets: [WANDB_API_KEY]
      resources: {gpus: 1, memory: 40GB, time: 1h30min}
      metrics:
        read: {hf_trainer: trainer_state.json}
        final_reward: {key: reward, take: mean of last 10, better: higher, within: 0.02, unit: points}
        kl: {take: best, better: lower}
      curves: [reward, kl, completions/mean_length]
      keep: [completions/*.parquet]
      resume: true
      repeats: exact
    settings: {num_generations: 8, beta: 0.0, lora: {rank: 8, target: [q, v]}}
    seeds: 3
    metric: final_reward
    arms:
      GRPO: {settings: {loss_type: grpo, scale_rewards: group}}
      DrGRPO: {title: Dr. GRPO, settings: {loss_type: dr_grpo, scale_rewards: "none", lora: {rank: 4}}}
      plain:

    """

  private static func load(_ text: String) throws -> Experiment {
    try loadExperiment(
      at: "experiments/qwen.yaml", in: SpecFiles(["experiments/qwen.yaml": text]),
      vocabulary: .labbook)
  }

  private static func problems(_ text: String) -> [String] {
    do {
      _ = try load(text)
      return []
    } catch let error as SpecError {
      return error.issues.map {
        "\($0.position.line):\($0.position.column) \($0.keyPath) \($0.problem)"
      }
    } catch { return ["\(error)"] }
  }

  @Test func `a spec with a trainer is read with all that it declares`() throws {
    let experiment = try Self.load(Self.spec)
    let trainer = try #require(experiment.trainer)
    #expect(trainer.command.placeholders == ["config", "seed", "output", "resume"])
    #expect(
      trainer.inputs == [
        "code": .git("../our-trainer"), "data": .file("data/kk-3.parquet"),
        "model": .folder("models/SmolLM2-135M"),
      ])
    #expect(trainer.environment == .lock("uv.lock"))
    #expect(trainer.variables == ["OMP_NUM_THREADS": "2"] && trainer.secrets == ["WANDB_API_KEY"])
    #expect(
      trainer.resources == TrainerResources(gpus: 1, memory: 40_000_000_000, seconds: 5400))
    #expect(
      trainer.results.format == "hf_trainer" && trainer.results.keep == ["completions/*.parquet"])
    #expect(
      trainer.results.metrics == [
        ObservedMetric(
          name: "final_reward", key: "reward", take: "mean of last 10", better: .higher,
          within: 0.02, unit: "points"),
        ObservedMetric(name: "kl", key: "kl", take: "best", better: .lower),
      ])
    #expect(trainer.results.curves.map(\.name) == ["reward", "kl", "completions_mean_length"])
    #expect(trainer.mayResume && trainer.repeatsExactly)
    #expect(experiment.metric == "final_reward" && experiment.seeds == [0, 1, 2])
    #expect(experiment.arms.map(\.label) == ["GRPO", "DrGRPO", "plain"])
    #expect(experiment.arms.map(\.title) == ["GRPO", "Dr. GRPO", "plain"])
    let settings = experiment.arms.map { arm -> String in
      guard case .external(let settings) = arm.training else { return "" }
      return settings.json.compactText
    }
    #expect(
      settings[1]
        == #"{"beta":0.0,"lora":{"rank":4,"target":["q","v"]},"loss_type":"dr_grpo","num_generations":8,"scale_rewards":"none"}"#
    )
    #expect(
      settings[2] == #"{"beta":0.0,"lora":{"rank":8,"target":["q","v"]},"num_generations":8}"#)
  }

  @Test func `arms of one spec have keys of their own, which no name or title reaches`() throws {
    let experiment = try Self.load(Self.spec)
    let keys = Vocabulary.labbook.preimages(of: experiment).mapValues { $0.run(seed: 1).key }
    #expect(Set(keys.values).count == 3)
    let renamed = try Self.load(
      Self.spec.replacing("Dr. GRPO", with: "Doctor").replacing("within: 0.02", with: "within: 1")
        .replacing("40GB", with: "80GB").replacing("WANDB_API_KEY", with: "HF_TOKEN"))
    #expect(Vocabulary.labbook.preimages(of: renamed).mapValues { $0.run(seed: 1).key } == keys)
    let preimage = try #require(Vocabulary.labbook.preimages(of: experiment)["plain"]).run(seed: 1)
    #expect(preimage.isObserved)
    // Nothing is there in memory, and the key says so.
    #expect(preimage.fields["input.data.file"] == "absent")
    #expect(try ExternalRun(preimage).seed == 1)
  }

  @Test func `the trainer's own names of axes are read, and in the key where there are some`()
    throws
  {
    let read = "read: {hf_trainer: trainer_state.json}"
    func fields(_ with: String) throws -> [String: String] {
      let experiment = try Self.load(Self.spec.replacing(read, with: with))
      return try #require(Vocabulary.labbook.preimages(of: experiment)["plain"]).run(seed: 0).fields
    }
    let plain = try fields("read: {csv: m.csv}")
    let named = try fields(
      "read: {csv: m.csv}\n    axis: tokens\n    axes: {step: iteration, tokens: seen}")
    #expect(
      named.filter { plain[$0.key] != $0.value } == [
        "trainer.axis": "tokens", "trainer.axis_key.step": "iteration",
        "trainer.axis_key.tokens": "seen",
      ])
    #expect(!plain.keys.contains { $0.hasPrefix("trainer.axis") })
    let run = try ExternalRun(RunPreimage(fields: named))
    #expect(run.results.axisKeys == ["step": "iteration", "tokens": "seen"] && run.fields == named)
  }

  @Test
  func `a list may be empty where nothing is a choice, and faults of texts are told as they are`()
    throws
  {
    let none = try Self.load(
      Self.spec.replacing("curves: [reward, kl, completions/mean_length]", with: "curves: []"))
    #expect(none.trainer?.results.curves == [])
    func problem(_ old: String, _ new: String) -> String {
      Self.problems(Self.spec.replacing(old, with: new)).first ?? "none"
    }
    #expect(
      problem("keep: [completions/*.parquet]", "keep: []").contains(
        "trainer.keep is empty; expected"))
    #expect(
      problem("\"{config}\"", "{config}")
        .hasSuffix("YAML reads {config} as a mapping; write \"{config}\" in quotes"))
    #expect(
      problem("final_reward: {key", "final+reward: {key")
        .hasSuffix("must be made of letters, digits, '_' and '-', got 'final+reward'"))
    #expect(
      problem("OMP_NUM_THREADS: 2", "A: \"x\\0y\"")
        .hasSuffix("has a zero byte, which no environment variable can have"))
  }

  @Test func `times are written with the usual letters`() {
    let times = [
      "1m": 60, "90s": 90, "30min": 1800, "1h30m": 5400, "1h30min": 5400, "2d": 172_800,
      "1d 2h": 93_600,
    ]
    for (text, seconds) in times { #expect(TrainerResources.seconds(text) == seconds, "\(text)") }
    for text in ["", "1", "m", "1mm", "1min1m", "30m1h", "1 month", "0s", "-1m"] {
      #expect(TrainerResources.seconds(text) == nil, "\(text)")
    }
  }

  @Test func `settings are typed as YAML 1.2's core schema types them`() throws {
    let text = Self.spec.replacing(
      "settings: {num_generations: 8, beta: 0.0, lora: {rank: 8, target: [q, v]}}",
      with: """
        settings:
          a: [1, +2, -3, 007, 0o17, 0x1F, 1.0, .5, 1e-6, 1E3, -0.0, 1e400x]
          b: [true, False, null, ~, yes, off, "1", 'true', 2026-11-29, 1_000, 0b1]
          c:
        """)
    guard case .external(let settings) = try Self.load(text).arms[2].training else { return }
    #expect(
      settings.json["a"]?.compactText
        == #"[1,2,-3,7,15,31,1.0,0.5,1e-6,1000.0,-0.0,"1e400x"]"#)
    #expect(
      settings.json["b"]?.compactText
        == #"[true,false,null,null,"yes","off","1","true","2026-11-29","1_000","0b1"]"#)
    #expect(settings.json["c"] == .null)
    for (value, problem) in [
      (".inf", "JSON has no number for"), ("-.INF", "JSON has no number for"),
      (".nan", "JSON has no number for"), ("1e400", "beyond the numbers"),
      ("99999999999999999999", "more than 64 bits"),
    ] {
      let problems = Self.problems(Self.spec.replacing("beta: 0.0", with: "beta: \(value)"))
      #expect(problems.count == 1 && problems[0].contains(problem), "\(problems)")
      #expect(problems[0].hasPrefix("20:38 settings.beta is \(value)"), "\(problems)")
    }
  }

  @Test func `what a spec has wrong is told at its place`() {
    func problem(_ old: String, _ new: String) -> String {
      let problems = Self.problems(Self.spec.replacing(old, with: new))
      return problems.count == 1 ? problems[0] : "\(problems)"
    }
    #expect(problem("  environment:", "  enviroment:").contains("did you mean 'environment'?"))
    #expect(
      problem("code: {git: ../our-trainer}", "code: {hg: ../our-trainer}")
        .hasPrefix("5:12 trainer.inputs.code.hg is not a known key"))
    #expect(
      problem("code: {git: ../our-trainer}", "code: {git: a, file: b}")
        .contains("one of git, file, folder, got git and file"))
    #expect(problem("memory: 40GB", "memory: 40").contains("an amount of memory such as"))
    let read = "read: {hf_trainer: trainer_state.json}"
    #expect(
      problem(read, read + "\n    axes: {step: iteration}").contains(
        "has no effect: files of the format hf_trainer"))
    #expect(
      problem(read, read + "\n    axes: {tokens: seen}").contains(
        "has no effect without 'axis: tokens'"))
    #expect(
      problem(read, "read: {csv: m.csv}\n    axes: {steps: iteration}").contains(
        "did you mean 'step'?"))
    #expect(problem("time: 1h30min", "time: 30min1h").contains("a time such as"))
    #expect(problem("gpus: 1", "gpus: 1000").contains("trainer.resources.gpus must be"))
    #expect(problem("take: mean of last 10", "take: mean").contains("mean of last N"))
    #expect(problem("{take: best, better: lower}", "{take: best}").contains("higher or lower"))
    #expect(problem("hf_trainer: trainer", "hf_trainr: trainer").contains("'hf_trainer'"))
    #expect(problem("trainer_state.json}", "../trainer_state.json}").contains("within the output"))
    #expect(problem("metric: final_reward", "metric: final_rewrad").contains("'final_reward'"))
    #expect(problem("[WANDB_API_KEY]", "[OMP_NUM_THREADS]").contains("stands under 'variables'"))
    #expect(problem("OMP_NUM_THREADS: 2", "CUDA_VISIBLE_DEVICES: 0").contains("handed out"))
    #expect(problem("{lock: uv.lock}", "{container: trl}").contains("with its digest"))
    #expect(problem("seeds: 3", "seeds: 3\nbudget: {tokens: 5}").contains("the engine's own runs"))
    #expect(problem("{title: Dr. GRPO,", "{title: grpo,").contains("tell arms apart"))
    #expect(
      problem("{settings: {loss_type: grpo,", "{algorithm: grpo, settings: {loss_type: grpo,")
        .contains("the engine's own runs"))
    #expect(problem("\"{seed}\"", "\"{sed}\"").contains("did you mean 'seed'?"))
    #expect(problem("  resume: true\n", "").contains("does not declare 'resume: true'"))
    #expect(problem("curves: [reward, kl", "curves: [reward, reward").contains("repeat"))
  }

  @Test func `a setting of an arm does not take the place of one with another form of an accent`() {
    let text = Self.spec.replacing(
      "settings: {num_generations", with: "settings: {caf\u{E9}: 1, num_generations"
    )
    .replacing("{settings: {loss_type: grpo,", with: "{settings: {cafe\u{301}: 2, loss_type: grpo,")
    #expect(
      Self.problems(text).contains {
        $0.contains("in the form of an accent alone; write both alike")
      })
  }

  @Test func `settings reach a script in a file or one by one, and none is lost on the way`() throws
  {
    let text = """
      question: Does it help?
      trainer:
        command: [python, train.py, --lr, "{settings.lr}", "--width={settings.net.width}", "{seed}", "{output}"]
        metrics: {read: {csv: log.csv}, reward: {}}
      settings: {lr: 0.1, net: {width: 8}}
      arms: {A: {settings: {lr: 0.2}}, B: }

      """
    #expect(
      try Self.load(text).trainer?.command.placeholders
        == ["settings.lr", "settings.net.width", "seed", "output"])
    #expect(
      Self.problems(text.replacing(#", "--width={settings.net.width}""#, with: "")) == [
        "3:13 trainer.command has neither {config} nor {settings.net.width}, so the setting 'net.width' of the arm 'A' "
          + "would reach no trainer"
      ])
    #expect(
      Self.problems(text.replacing("{lr: 0.1, net", with: "{net")) == [
        "3:37 trainer.command has the placeholder {settings.lr}, and the arm 'B' has no setting 'lr'"
      ])
  }

  @Test func `settings without a trainer are told, and so is a trainer beside a task`() {
    let engine = """
      question: Does it run?
      task: {environment: CartPole-v1}
      settings: {a: 1}
      arms:
        PPO: {algorithm: ppo}

      """
    #expect(
      Self.problems(engine) == [
        "3:1 settings is for experiments with a 'trainer', and this one has none"
      ])
    let both = Self.spec + "task: {environment: CartPole-v1}\n"
    #expect(Self.problems(both).first?.contains("task is for the engine's own runs") == true)
  }

  @Test func `a preset fills in what a library logs, and the spec says otherwise where it likes`()
    throws
  {
    let text = """
      question: Does it help?
      trainer:
        preset: trl/grpo
        command: [python, train.py, "{seed}", "{output}"]
        metrics: {training_reward: {within: 0.5}}
      arms: {GRPO: }

      """
    let trainer = try #require(try Self.load(text).trainer)
    #expect(trainer.results.format == "hf_trainer" && trainer.results.path == "trainer_state.json")
    let reward = try #require(trainer.results.metrics.first { $0.name == "training_reward" })
    #expect(reward.within == 0.5 && reward.better == .higher)
    #expect(!trainer.results.curves.isEmpty)
    #expect(
      Self.problems(text.replacing("trl/grpo", with: "trl/gpro")).first?.contains("'trl/grpo'")
        == true)
  }

  @Test
  func
    `an arm that extends another file takes its trainer, and one kind of input replaces another`()
    throws
  {
    let files = SpecFiles([
      "experiments/base.yaml": Self.spec,
      "experiments/other.yaml": """
      extends: base.yaml
      trainer: {inputs: {data: {folder: data}}, environment: {python: .venv/bin/python}}

      """,
    ])
    let experiment = try loadExperiment(
      at: "experiments/other.yaml", in: files, vocabulary: .labbook)
    #expect(experiment.trainer?.inputs["data"] == .folder("data"))
    #expect(experiment.trainer?.inputs["code"] == .git("../our-trainer"))
    #expect(experiment.trainer?.environment == .python(".venv/bin/python"))
  }
}

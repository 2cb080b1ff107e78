internal import Algorithms
internal import Settings

/// A key of a spec that is no setting, with its places and its meaning.
public struct SpecKey: Hashable, Sendable {
  /// The mappings of a spec whose keys are not all settings or labels.
  public enum Place: String, CaseIterable, Hashable, Sendable {
    /// The file itself.
    case experiment
    case stages, arms
    /// The mapping of an external trainer, and those below it.
    case trainer
    case resources = "trainer.resources"
    case metrics = "trainer.metrics"
    case metric = "a metric"
  }

  /// Whose experiments a key is for.
  public enum Trainers: Hashable, Sendable {
    /// The engine's own algorithms.
    case engine
    /// A command of somebody else's.
    case external
    case all
  }

  /// The key as it is written.
  public let name: String
  /// One sentence that says what it is, for help and documentation.
  public let documentation: String
  /// The mappings that it may stand in.
  public let places: [Place]
  /// Whether a file must have it, itself or from the file that it extends.
  public let isRequired: Bool
  /// Whether it is for worlds whose runs start from stages.
  public let needsStages: Bool
  /// Whose experiments it is for.
  public let trainers: Trainers

  private init(
    _ name: String, _ documentation: String, _ places: [Place], isRequired: Bool = false,
    needsStages: Bool = false, for trainers: Trainers = .engine
  ) {
    self.trainers = trainers
    self.name = name
    self.documentation = documentation
    self.places = places
    self.isRequired = isRequired
    self.needsStages = needsStages
  }

  /// Every key, in the order of help and documentation.
  public static let all = experiment + arms + trainer

  private static let experiment: [SpecKey] = [
    .init(
      "question", "What the experiment asks, in prose.", [.experiment], isRequired: true,
      for: .all),
    .init(
      "title", "What it is called where that is not its file's name.", [.experiment], for: .all),
    .init(
      "extends", "The path of a spec whose keys hold wherever this one has none.", [.experiment],
      for: .all),
    .init(
      "task", "The environment or language task, with its settings.", [.experiment],
      isRequired: true),
    .init("policy", "The policy's network, with its settings.", [.experiment]),
    .init("budget", "How much a run may spend on training.", [.experiment]),
    .init("evaluation", "When a run is evaluated, and on how much.", [.experiment]),
    .init(
      "seeds", "A number of replicate seeds from 0 on, or a list of them.", [.experiment], for: .all
    ),
    .init("metric", "The metric that arms are compared by.", [.experiment], for: .all),
    .init(
      "vary", "The setting, or the list of settings, that the arms differ in, and in no other.",
      [.experiment]),
    .init("numerics", "How products are computed, which decides the last bits.", [.experiment]),
    .init(
      "stages", "Runs that arms start from or are paid by, under labels.", [.experiment],
      needsStages: true),
    .init("arms", "What is compared, under labels.", [.experiment], isRequired: true, for: .all),
    .init(
      "trainer", "A command that trains, in place of a task and the engine's algorithms.",
      [.experiment], for: .external),
    .init(
      "settings",
      "The settings of an external trainer, nested as it likes; those of an arm lie over those of the file.",
      [.experiment, .arms], for: .external),
  ]

  private static let arms: [SpecKey] = [
    .init("algorithm", "What trains; its settings stand beside it.", [.stages, .arms]),
    .init("preset", "The settings of a paper or a reference implementation.", [.stages, .arms]),
    .init(
      "title", "What tables and figures call it where that is not its label.", [.stages, .arms],
      for: .all),
    .init("sweep", "Lists of values, by setting: an arm for each combination.", [.arms]),
    .init(
      "from", "The stage or arm whose final weights it starts from; on environments, of audits.",
      [.stages, .arms],
      needsStages: true),
    .init(
      "reward", "The reward model that pays in place of the task's rule.", [.stages, .arms],
      needsStages: true),
    .init("budget", "Its own budget over that of the file.", [.stages], needsStages: true),
    .init("evaluation", "Its own evaluation over that of the file.", [.stages], needsStages: true),
  ]

  private static let trainer: [SpecKey] = [
    .init(
      "preset", "The metrics and curves of a library, such as `trl/grpo`.", [.trainer],
      for: .external),
    .init(
      "command",
      "The program and its arguments, with `{config}`, `{settings.NAME}`, `{seed}`, `{output}`, `{resume}` and `{inputs.NAME}` in them.",
      [.trainer], isRequired: true, for: .external),
    .init(
      "inputs",
      "What results depend on, under names: `{git: PATH}`, `{file: PATH}` or `{folder: PATH}`.",
      [.trainer], for: .external),
    .init(
      "environment",
      "The installed software: `{lock: PATH}`, `{python: PATH}` or `{container: NAME@sha256:…}`.",
      [.trainer], for: .external),
    .init(
      "variables",
      "Environment variables that are part of the run key: a mapping to their values, or a list of names.",
      [.trainer], for: .external),
    .init(
      "secrets", "The names of environment variables that are passed on and never stored.",
      [.trainer],
      for: .external),
    .init("resources", "What a run may use.", [.trainer], for: .external),
    .init(
      "metrics", "What is read of the output, and the metrics taken of it.", [.trainer],
      for: .external),
    .init(
      "curves",
      "The trainer's names of what is drawn over the run: a list, or a mapping from names of ours.",
      [.trainer], for: .external),
    .init(
      "keep", "Patterns of files in the output that the record keeps.", [.trainer], for: .external),
    .init(
      "resume", "Whether the trainer goes on from what it left in `{resume}`.", [.trainer],
      for: .external),
    .init(
      "repeats",
      "`exact`, if a repetition that differs by a bit is a conflict; `observed` otherwise.",
      [.trainer], for: .external),
    .init("gpus", "How many GPUs a run has for itself.", [.resources], for: .external),
    .init(
      "memory", "The most memory that its processes may take, such as `40GB`.", [.resources],
      for: .external),
    .init("time", "The longest that it may take, such as `2h`.", [.resources], for: .external),
    .init(
      "read",
      "The file that metrics are read from, under its format, such as `{hf_trainer: trainer_state.json}`.",
      [.metrics], for: .external),
    .init("axis", "What curves are drawn over: `step` or `tokens`.", [.metrics], for: .external),
    .init(
      "axes",
      "The trainer's own names of `step` and `tokens`, where they are not the usual ones, such as `{step: iteration}`.",
      [.metrics], for: .external),
    .init("key", "The trainer's own name of it; by default ours.", [.metric], for: .external),
    .init("take", "`last`, `best`, `mean of last N` or `at step N`.", [.metric], for: .external),
    .init("better", "`higher` or `lower`.", [.metric], for: .external),
    .init(
      "within", "The largest difference at which a repetition is within the tolerance.", [.metric],
      for: .external),
    .init("unit", "The unit of its values.", [.metric], for: .external),
    .init("title", "What tables call it.", [.metric], for: .external),
  ]

  /// The names of the keys of a place for experiments of external trainers.
  static func names(ofExternalTrainersIn place: Place) -> [String] {
    all.filter { $0.places.contains(place) && $0.trainers != .engine }.map(\.name)
  }

  /// The names of the keys that an arm or stage with an algorithm may have in a world.
  static func names(
    in place: Place, of world: World, for algorithm: AlgorithmDeclaration
  ) -> [String] {
    all.filter { key in
      key.places.contains(place) && key.trainers != .external
        && (world.hasStages || !key.needsStages
          || key.isStart && algorithm.mayStart(in: world))
    }.map(\.name)
  }

  /// Whether it names the run that another starts from.
  var isStart: Bool { name == "from" }

  /// The place that `name` belongs in where it stands in `place` and may not; `nil` if there is none.
  static func place(of name: String, insteadOf place: Place) -> Place? {
    let keys = arms.filter { $0.name == name }
    guard !keys.contains(where: { $0.places.contains(place) }) else { return nil }
    return keys.first?.places.first
  }
}

internal import Algorithms
internal import Settings

/// A key of a spec that is no setting, with its places and its meaning.
public struct SpecKey: Hashable, Sendable {
  /// The mappings of a spec whose keys are not all settings or labels.
  public enum Place: String, CaseIterable, Hashable, Sendable {
    /// The file itself.
    case experiment
    case stages, arms
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

  private init(
    _ name: String, _ documentation: String, _ places: [Place], isRequired: Bool = false,
    needsStages: Bool = false
  ) {
    self.name = name
    self.documentation = documentation
    self.places = places
    self.isRequired = isRequired
    self.needsStages = needsStages
  }

  /// Every key, in the order of help and documentation.
  public static let all = experiment + arms

  private static let experiment: [SpecKey] = [
    .init("question", "What the experiment asks, in prose.", [.experiment], isRequired: true),
    .init("title", "What it is called where that is not its file's name.", [.experiment]),
    .init(
      "extends", "The path of a spec whose keys hold wherever this one has none.", [.experiment]),
    .init(
      "task", "The environment or language task, with its settings.", [.experiment],
      isRequired: true),
    .init("policy", "The policy's network, with its settings.", [.experiment]),
    .init("budget", "How much a run may spend on training.", [.experiment]),
    .init("evaluation", "When a run is evaluated, and on how much.", [.experiment]),
    .init("seeds", "A number of replicate seeds from 0 on, or a list of them.", [.experiment]),
    .init("metric", "The metric that arms are compared by.", [.experiment]),
    .init(
      "vary", "The setting, or the list of settings, that the arms differ in, and in no other.",
      [.experiment]),
    .init("numerics", "How products are computed, which decides the last bits.", [.experiment]),
    .init(
      "stages", "Runs that arms start from or are paid by, under labels.", [.experiment],
      needsStages: true),
    .init("arms", "What is compared, under labels.", [.experiment], isRequired: true),
  ]

  private static let arms: [SpecKey] = [
    .init("algorithm", "What trains; its settings stand beside it.", [.stages, .arms]),
    .init("preset", "The settings of a paper or a reference implementation.", [.stages, .arms]),
    .init(
      "title", "What tables and figures call it where that is not its label.", [.stages, .arms]),
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

  /// The names of the keys that an arm or stage with an algorithm may have in a world.
  static func names(
    in place: Place, of world: World, for algorithm: AlgorithmDeclaration
  ) -> [String] {
    all.filter { key in
      key.places.contains(place)
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

internal import Metrics
public import Objectives
public import Settings

/// The settings of an audit: how much is sampled with the frozen policy, and what its estimates share.
///
/// The baseline and the group size are no settings. Every baseline of the axis is measured, since scoring the same
/// samples by one more costs next to nothing, at every group size.
public struct AuditSettings: AgentSettings {
  // The samples.
  public var prompts = 64
  public var completions = 16
  public var groupSizes: [Int] = []
  public var batchSize = 256
  public var projections = 4096

  // The point on the axes that all estimates share.
  public var credit = CreditAssignment.trajectory
  public var discount = 1.0
  public var scale = AdvantageScale.none
  public var scaleEpsilon = 1e-8
  public var lengthNormalizer = LengthNormalizer.sequenceMeanTokenSum
  public var lengthConstant: Double?

  // The agent on environments.
  public var initialization = WeightInitialization.orthogonal
  public var exploration = Exploration.independent
  public var explorationInterval = 0
  public var initialLogDeviation = 0.0
  public var observationNormalization = RunningNormalization.none
  public var observationClip: Double? = 10

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    [
      .integer(
        "prompts", \.prompts, in: 3...65_536,
        "Prompts, or starts of episodes, that the frozen policy is sampled from."),
      .integer(
        "completions", \.completions, in: 2...4096,
        "Completions or episodes sampled from each prompt; a greedy one is not among them."),
      .integers(
        "group_sizes", \.groupSizes, in: 2...4096,
        "Sizes of the groups that each prompt's completions are divided into, ascending; none: the powers of two up to completions."
      ),
      .integer(
        "batch_size", \.batchSize, in: 1...1_000_000,
        "Completions of the batch whose estimate is compared with the true gradient by its cosine."),
      .integer(
        "projections", \.projections, in: 16...1_048_576,
        "Numbers that a gradient is projected to; exact where the policy has no more parameters."),
      .choice("credit", \.credit, "What a step is credited with."),
      .number("discount", \.discount, in: 0...1, "γ: what a reward loses in worth with each step."),
      .choice("scale", \.scale, "What advantages are divided by."),
      .number("scale_epsilon", \.scaleEpsilon, in: 0...1, "Added to that deviation."),
      .choice(
        "length_normalizer", \.lengthNormalizer, "How the losses of steps become that of a batch."),
      .optionalNumber(
        "length_constant", \.lengthConstant, in: 1...1e9,
        "Divisor of the constant length normalizer; none: the step limit, or the longest completion."
      ),
    ] + agentSettings

  public var idle: [String: String] {
    var idle = idleAgentSettings
    if scale == .none || scale == .signalShare {
      idle["scale_epsilon"] = "scale: \(scale.rawValue)"
    }
    if lengthNormalizer != .constant {
      idle["length_constant"] = "length_normalizer: \(lengthNormalizer.rawValue)"
    }
    return idle
  }
}

extension AuditSettings: EnvironmentAlgorithmSettings, LanguageAlgorithmSettings {
  static let environmentOnly = agentSettingNames

  /// The choices that an audit allows: GAE without values is no credit of its own, and a scale of minibatches is
  /// none of the estimate.
  static let choices: [String: [String]] = [
    "credit": [CreditAssignment.trajectory, .rewardToGo].map(\.rawValue),
    "scale": AdvantageScale.allCases.filter { $0 != .minibatchStandardization }.map(\.rawValue),
  ]

  /// The group sizes in force, ascending.
  var measuredGroupSizes: [Int] {
    groupSizes.isEmpty
      ? (1...12).map { 1 << $0 }.filter { $0 <= completions } : groupSizes
  }

  /// The baselines that are measured: all that ask for nothing but samples of the policy.
  ///
  /// A value network is no part of a language model's record, and one that was never trained measures nothing.
  static let baselines = Baseline.allCases.filter { $0 != .value }

  /// The point on the axes of an estimate.
  func point(baseline: Baseline, groupSize: Int) -> PolicyGradientSettings {
    var point = PolicyGradientSettings()
    point.credit = credit
    point.discount = discount
    point.baseline = baseline
    point.scale = scale
    point.scaleEpsilon = scaleEpsilon
    point.lengthNormalizer = lengthNormalizer
    point.lengthConstant = lengthConstant
    point.groupSize = groupSize
    point.groupsPerBatch = prompts
    return point
  }

  /// The estimate that all are compared with: unbiased, in the scale of the objective, of all completions at once.
  var reference: PolicyGradientSettings {
    var point = PolicyGradientSettings()
    point.credit = .trajectory
    point.discount = discount
    point.baseline = .leaveOneOut
    point.lengthNormalizer = .sequenceMeanTokenSum
    point.groupSize = completions
    point.groupsPerBatch = prompts
    return point
  }

  /// The settings that the sampler of the frozen policy reads.
  var sampling: PolicyGradientSettings { point(baseline: .none, groupSize: completions) }

  var conflict: SettingConflict? {
    if let larger = groupSizes.first(where: { $0 > completions }) {
      return SettingConflict(
        ["group_sizes", "completions"],
        "group_sizes has \(larger), and each prompt has \(completions) completions")
    }
    if zip(groupSizes, groupSizes.dropFirst()).contains(where: { $0 >= $1 }) {
      return SettingConflict(["group_sizes"], "group_sizes must ascend")
    }
    if prompts * completions * projections > 1 << 30 {
      return SettingConflict(
        ["prompts", "completions", "projections"],
        "prompts × completions × projections may be 2^30 at most, which takes 8 GiB of memory; it is \(prompts * completions * projections)"
      )
    }
    return nil
  }

  func recorded(in world: World) -> Set<MetricDeclaration.Presence> {
    world == .languageTasks ? [.audits, .sampledCompletions] : [.audits]
  }

  func idle(on task: TaskTraits) -> [String: String] {
    var idle = idleAgentSettings(on: task)
    if task.longestEpisode == 1 {
      var names = ["discount", "credit"]
      if lengthConstant == nil { names.append("length_normalizer") }
      for name in names { idle[name] = "episodes of one step" }
    }
    return idle
  }

  var needs: AgentNeeds { AgentNeeds(valueNetwork: false, reference: false, settings: self) }

  var languageNeeds: LanguageNeeds { LanguageNeeds() }
}

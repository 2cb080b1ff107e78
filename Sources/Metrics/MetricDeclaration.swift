public import Settings

/// A metric or curve as it is declared: its name, its meaning, its unit, and which runs have it.
public struct MetricDeclaration: Hashable, Sendable {
  /// Where a quantity stands in a record.
  public enum Form: Hashable, Sendable {
    /// A number of the whole run, of the weights at the end of the budget if it is measured.
    case metric
    /// A number for each of several steps: what is evaluated has the value at the point, of the policy in force
    /// at that step; all others are means over the updates since the point before.
    case curve
  }

  /// The bounds of a metric, as far as they are known without running.
  public enum Range: Hashable, Sendable {
    case unknown
    /// The range of returns of the run's environment, or of rewards of its language task.
    case taskReturns
    case fixed(ClosedRange<Double>)
  }

  /// The better side of a quantity.
  public enum Direction: Hashable, Sendable {
    case higher, lower
  }

  /// The runs that have a quantity.
  public enum Presence: Hashable, Sendable {
    case always
    /// Those on tasks with levels that are held out.
    case heldOutLevels
    /// Those on tasks whose prompts have perturbed twins.
    case twins
    /// Those on tasks whose expected rewards are known by enumeration.
    case exactRewards
    /// Those of arms that train a policy, on demonstrations, preferences or rewards.
    case policies
    /// Those of arms that train a reward model.
    case rewardModels
    /// Those of arms that a reward model pays.
    case paidByRewardModel
    /// Those on environments, from the first episode that training ended.
    case endedEpisodes
    /// Those whose training samples completions of the policy.
    case sampledCompletions
    /// Those that are trained on the completions of the policy as it is, not as it was at the start.
    case ownSamples
    /// Those that are trained on demonstrations.
    case demonstrations
    /// Those of policy gradients.
    case policyGradients
    /// Those of policy gradients whose batches are groups.
    case sampledGroups
    /// Those that measure how far an update moves the policy.
    case policyUpdates
    /// Those whose baseline is a value network.
    case valueBaseline
    /// Those that hold the policy to the one it started from.
    case klPlacement
    /// Those that adapt the weight of the divergence from the start.
    case klTarget
    /// Those that are trained on pairs.
    case pairs
    /// Those of policies that are trained on preferences.
    case preferences
    /// Those whose optimizer takes steps.
    case updates
    /// Those that measure gradient estimates of a policy as it is.
    case audits
  }

  /// The things that there is one metric for each of, where the end of a name stands for one of them.
  public enum Family: String, CaseIterable, Hashable, Sendable {
    case level, component, hack, baseline
    /// A power of two up to the samples of an evaluation.
    case samples = "k"

    /// How the name of the declaration ends.
    var mark: String { "<\(rawValue)>" }
  }

  /// The name in snake_case; that of a family ends in its varying part, in angle brackets.
  public private(set) var name: String
  /// One sentence that says what it is, for help and documentation.
  public let documentation: String
  /// Whether it is a metric, a curve, or both.
  public let forms: Set<Form>
  /// The worlds whose runs may have it.
  public let worlds: [World]
  /// The words for column heads and axes, such as `Evaluation return`.
  public private(set) var title: String
  /// The unit, such as `return`, `steps` or `nats`; empty for a number without unit.
  public let unit: String
  /// The bounds of its values.
  public let range: Range
  /// The better side; `nil` where neither is.
  public let better: Direction?
  /// Whether it counts something, so that it is shown without a fraction.
  public let isCount: Bool
  /// The items of an evaluation that it is a mean over, with a standard error.
  public let items: EvaluationItems?
  /// The runs that have it.
  public let presence: Presence
  /// The head of its column among the costs of tables; `nil` where it is not shown as a cost.
  public let costTitle: String?
  /// The family that it is, or is of.
  public let family: Family?
  /// Which member of ``family`` it is: `3` of `test_accuracy_3`; `nil` for the family as a whole.
  public private(set) var member: String?

  /// Creates a declaration; its title is made from its name unless one is given.
  package init(
    _ name: String, _ documentation: String, _ forms: Set<Form> = [.metric],
    in worlds: [World] = World.all, title: String? = nil, unit: String = "",
    range: Range = .unknown, better: Direction? = nil, isCount: Bool = false,
    over items: EvaluationItems? = nil, presence: Presence = .always, costTitle: String? = nil
  ) {
    self.name = name
    self.documentation = documentation
    self.forms = forms
    self.worlds = worlds
    self.title = title ?? Self.words(name)
    self.unit = unit
    self.range = range
    self.better = better
    self.isCount = isCount
    self.items = items
    self.presence = presence
    self.costTitle = costTitle
    family = Family.allCases.first { name.hasSuffix($0.mark) }
  }

  /// A number of things, which training adds up; neither more nor fewer are better.
  static func count(
    _ name: String, _ documentation: String, in worlds: [World] = World.all, title: String? = nil,
    unit: String, costTitle: String? = nil
  ) -> Self {
    Self(
      name, documentation, in: worlds, title: title, unit: unit, isCount: true,
      costTitle: costTitle)
  }

  /// A number between 0 and 1.
  static func share(
    _ name: String, _ documentation: String, _ forms: Set<Form> = [.metric],
    in worlds: [World] = World.all, title: String? = nil, better: Direction? = nil,
    over items: EvaluationItems? = nil, presence: Presence = .always
  ) -> Self {
    Self(
      name, documentation, forms, in: worlds, title: title, range: .fixed(0...1), better: better,
      over: items, presence: presence)
  }

  /// `evaluation_return` becomes "Evaluation return".
  public static func words(_ name: String) -> String {
    // A name that stands for signs of another program's may have several in a row.
    let words = name.split(separator: "_").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The end of a metric's name that holds the standard error of another.
  public static let standardErrorSuffix = "_standard_error"

  /// Whether a metric of this name is the standard error of another.
  public static func isStandardError(_ name: String) -> Bool { name.hasSuffix(standardErrorSuffix) }

  /// The declaration of the standard error of this metric over the items of its evaluation.
  private var standardError: MetricDeclaration {
    MetricDeclaration(
      name + Self.standardErrorSuffix,
      "Standard error of \(name) over the items of this run's final evaluation.", in: worlds,
      title: "\(title) standard error", unit: unit, presence: presence)
  }

  /// The declaration of the member of this family with a name, such as `test_accuracy_3`; `nil` if there is none.
  public func member(named name: String) -> MetricDeclaration? {
    let rest = name.dropFirst(prefix.count)
    guard family != nil, name.hasPrefix(prefix), !rest.isEmpty,
      rest.utf8.allSatisfy({ $0.isAllowedInNames })
    else { return nil }
    var declaration = self
    declaration.name = name
    declaration.title = Self.words(name)
    declaration.member = String(rest)
    return declaration
  }

  /// The part of the name that all members of a family share; the whole name where there are none.
  public var prefix: String { String(name.prefix { $0 != "<" }) }

  /// The metrics or curves of the runs in a world, families as one.
  public static func all(_ form: Form, in world: World) -> [MetricDeclaration] {
    all.filter { $0.forms.contains(form) && $0.worlds.contains(world) }
  }

  /// The declaration of a metric or curve, standard errors and members of families included.
  ///
  /// - Parameters:
  ///   - name: Such as `test_accuracy_3`.
  ///   - form: Whether the name is a metric's or a curve's.
  ///   - world: The kind of task that the run trains on.
  ///   - metrics: The declarations that it is looked up among.
  /// - Returns: The declaration with that name, or `nil` if there is none.
  public static func named(
    _ name: String, _ form: Form = .metric, in world: World,
    among metrics: [MetricDeclaration] = MetricDeclaration.all
  ) -> MetricDeclaration? {
    func isDeclared(_ metric: MetricDeclaration) -> Bool {
      metric.forms.contains(form) && metric.worlds.contains(world)
    }
    let own = metrics.first { $0.name == name && $0.family == nil && isDeclared($0) }
    if let own { return own }
    if form == .metric, name.hasSuffix(standardErrorSuffix) {
      return named(
        String(name.dropLast(standardErrorSuffix.count)), in: world, among: metrics)?.standardError
    }
    for metric in metrics where metric.family != nil && isDeclared(metric) {
      if let member = metric.member(named: name) { return member }
    }
    return nil
  }
}

extension MetricDeclaration.Presence {
  /// The words that follow "Only"; `nil` where all runs have the quantity.
  public var words: String? {
    switch self {
    case .always: nil
    case .heldOutLevels: "on tasks with levels that are held out"
    case .twins: "on tasks whose prompts have perturbed twins"
    case .exactRewards: "on tasks whose expected rewards are known by enumeration"
    case .policies: "of arms that train a policy"
    case .rewardModels: "of arms that train a reward model"
    case .paidByRewardModel: "of arms that a reward model pays"
    case .endedEpisodes: "from the first episode that training ended"
    case .sampledCompletions: "of algorithms that sample completions of the policy"
    case .ownSamples: "of policies that are trained on their own samples"
    case .demonstrations: "of sft"
    case .policyGradients: "of policy gradients"
    case .sampledGroups: "of policy gradients that sample groups"
    case .policyUpdates: "of policy gradients, and of dpo on environments"
    case .valueBaseline: "with baseline: value"
    case .klPlacement: "with a kl_placement"
    case .klTarget: "with a kl_target"
    case .pairs: "of algorithms that are trained on pairs"
    case .preferences: "of dpo"
    case .updates: "of algorithms that train"
    case .audits: "of audits"
    }
  }
}

extension UInt8 {
  /// Whether the byte may stand in the name of a level, a part of the reward or a hack.
  fileprivate var isAllowedInNames: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

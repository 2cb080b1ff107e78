public import Settings

/// What is known of a metric or curve: its name, its meaning, its unit, and which runs have it.
public struct MetricDeclaration: Hashable, Sendable {
  /// Where a quantity stands in a record.
  public enum Form: Hashable, Sendable {
    /// A number of the whole run, of the weights at the end of the budget if it is measured.
    case metric
    /// A number for each of several steps: what is evaluated has the value at the point, of the policy in force
    /// at that step; all others are means over the updates since the point before.
    case curve
  }

  /// Where the values of a metric lie, if that is known without running.
  public enum Range: Hashable, Sendable {
    case unknown
    /// The range of returns of the run's environment, or of rewards of its language task.
    case taskScores
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
    /// Those that the words describe: it depends on the algorithm's settings.
    case depending(String)
  }

  /// What the end of a name stands for where there is one metric for each of several things.
  public enum Family: String, CaseIterable, Hashable, Sendable {
    case level, component, hack, baseline
    /// A power of two up to the samples of an evaluation.
    case samples = "k"

    /// How the name of the declaration ends.
    var mark: String { "<\(rawValue)>" }
  }

  /// In snake_case; that of a family ends in what varies, in angle brackets.
  public private(set) var name: String
  /// One sentence for a person.
  public let documentation: String
  public let forms: Set<Form>
  public let worlds: [World]
  /// The words for column heads and axes, such as `Evaluation return`.
  public private(set) var title: String
  /// Such as `return`, `steps` or `nats`; empty for a number without unit.
  public let unit: String
  public let range: Range
  /// The better side; `nil` where neither is.
  public let better: Direction?
  /// Whether it counts something, so that it is shown without a fraction.
  public let isCount: Bool
  /// The items of an evaluation that it is a mean over, and has a standard error over.
  public let items: EvaluationItems?
  public let presence: Presence
  /// The head of its column among the costs of tables; `nil` where it is not shown as a cost.
  public let costTitle: String?
  /// The family that it is, or is of.
  public let family: Family?
  /// Which member of ``family`` it is: `3` of `test_accuracy_3`; `nil` for the family as a whole.
  public private(set) var member: String?

  init(
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
  private static func words(_ name: String) -> String {
    let words = name.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The end of a metric's name that holds the standard error of another.
  public static let standardErrorSuffix = "_standard_error"

  /// The declaration of the standard error of this metric over the items of its evaluation.
  private var standardError: MetricDeclaration {
    MetricDeclaration(
      name + Self.standardErrorSuffix,
      "Standard error of \(name) over the items of this run's final evaluation.", in: worlds,
      title: "\(title) standard error", unit: unit, presence: presence)
  }

  /// This family's declaration with `member` in place of what varies.
  private func member(_ member: Substring) -> MetricDeclaration {
    var declaration = self
    declaration.name = prefix + member
    declaration.title = Self.words(declaration.name)
    declaration.member = String(member)
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
  ///   - world: What the run trains on.
  /// - Returns: The declaration with that name, or `nil` if there is none.
  public static func named(
    _ name: String, _ form: Form = .metric, in world: World
  ) -> MetricDeclaration? {
    let declared = all(form, in: world)
    if let declaration = declared.first(where: { $0.family == nil && $0.name == name }) {
      return declaration
    }
    if form == .metric, name.hasSuffix(standardErrorSuffix) {
      return named(String(name.dropLast(standardErrorSuffix.count)), in: world)?.standardError
    }
    return declared.lazy.compactMap { family -> MetricDeclaration? in
      let rest = name.dropFirst(family.prefix.count)
      guard family.family != nil, name.hasPrefix(family.prefix), !rest.isEmpty,
        rest.utf8.allSatisfy({ $0.isAllowedInNames })
      else { return nil }
      return family.member(rest)
    }.first
  }

  /// The names that runs on a task have in place of this one: its own, or those of the family's members.
  ///
  /// - Parameters:
  ///   - traits: What is known of the task.
  ///   - samples: The completions that an evaluation samples for each prompt.
  /// - Returns: The names; none where no run on the task has it.
  public func names(on traits: TaskTraits, samples: Int) -> [String] {
    switch presence {
    case .heldOutLevels where traits.heldOutLevels.isEmpty: return []
    case .twins where !traits.hasTwins: return []
    case .exactRewards where !traits.hasExactRewards: return []
    default: break
    }
    return switch family {
    case nil: [name]
    case .level: (traits.levels + traits.heldOutLevels).map { prefix + $0 }
    case .component: traits.rewardComponents.map { prefix + $0 }
    case .hack: traits.hacks.map { prefix + $0 }
    case .baseline: AuditSettings.baselines.map { prefix + $0.rawValue }
    case .samples: (0...10).map { 1 << $0 }.filter { $0 <= samples }.map { prefix + "\($0)" }
    }
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
    case .depending(let words): words
    }
  }

  /// Whether arms may have the quantity that train a model of a kind.
  ///
  /// - Parameters:
  ///   - product: What the arm's algorithm makes.
  ///   - isPaidByModel: Whether a reward model pays it.
  /// - Returns: False where none of its runs has the quantity, whatever its settings.
  public func isPossible(for product: AlgorithmProduct, isPaidByModel: Bool) -> Bool {
    switch self {
    case .always, .exactRewards, .depending: true
    case .policies, .heldOutLevels, .twins: product != .rewardModel
    case .rewardModels: product == .rewardModel
    case .paidByRewardModel: isPaidByModel
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

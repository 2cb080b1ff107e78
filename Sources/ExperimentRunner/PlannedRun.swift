public import ExternalTrainers
public import ResultStore

/// The name of a run for people: `experiment/arm/seed`.
public struct RunName: Hashable, Sendable, CustomStringConvertible {
  /// The name of the experiment.
  public var experiment: String
  /// The label of the arm.
  public var arm: String
  /// The seed of the run.
  public var seed: Int

  /// Creates a name.
  public init(experiment: String, arm: String, seed: Int) {
    self.experiment = experiment
    self.arm = arm
    self.seed = seed
  }

  /// Reads `experiment/arm/seed`; `nil` if the text has another form.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, let seed = Int(parts[2]),
      seed >= 0
    else { return nil }
    self.init(experiment: String(parts[0]), arm: String(parts[1]), seed: seed)
  }

  public var description: String { "\(experiment)/\(arm)/\(seed)" }
}

/// A run that a person asked for, with its state in the store.
public struct PlannedRun: Hashable, Sendable {
  /// The state of a run in the store.
  public enum State: String, Hashable, Sendable {
    /// It has a record.
    case cached
    /// It has none.
    case missing
    /// It has more than one result.
    case conflict
    /// It has a record that is not what was written.
    case damaged
  }

  /// The name of the run for people.
  public var name: RunName
  /// The text that its key is made of.
  public var preimage: RunPreimage
  /// Its state in the store.
  public var state: State
  /// The command that makes it; nil where the engine does, and of a run that is known by its key alone.
  public var trainer: ExternalTrainer?
  /// Why no command can make it here, a sentence without its end, where that is known.
  public var obstacle: String?

  /// Creates a planned run.
  public init(name: RunName, preimage: RunPreimage, state: State) {
    self.name = name
    self.preimage = preimage
    self.state = state
  }

  /// Looks up the state of a run in `store`.
  ///
  /// Only the names of folders are read; a record is checked when it is used.
  public init(name: RunName, preimage: RunPreimage, in store: ResultStore) throws(StoreError) {
    let state: State =
      if !store.contains(preimage.key) {
        .missing
      } else if try store.conflict(for: preimage.key, named: "\(name)") != nil {
        .conflict
      } else {
        .cached
      }
    self.init(name: name, preimage: preimage, state: state)
  }

  /// Its key.
  public var key: RunKey { preimage.key }

  /// Whether there is no record that anything could stand on.
  public var needsExecution: Bool { state == .missing || state == .damaged }

  /// The run keys of the stages that it stands on, sorted.
  public var stages: [RunKey] { preimage.stages.values.sorted() }

  /// The unit that a budget is counted in.
  public enum Unit: String, Hashable, Sendable {
    case environmentSteps = "environment steps"
    case tokens
    /// Thousandths of a run of an external trainer, as far as it tells how far it is.
    case thousandths
  }

  /// The budget of a run whose trainer has its own idea of one.
  static let thousandths = 1000

  /// The unit of its budget.
  public var unit: Unit {
    if preimage.isObserved { return .thousandths }
    return preimage.fields["budget.tokens"] == nil ? .environmentSteps : .tokens
  }

  /// Environment steps or tokens that the run will make.
  public var budget: Int {
    if unit == .thousandths { return Self.thousandths }
    let name = unit == .tokens ? "budget.tokens" : "budget.environment_steps"
    // A lock may state any number; those of many runs are added up.
    return preimage.fields[name].flatMap { Int($0) }.map { min(max(0, $0), 1 << 40) } ?? 1
  }

  /// About how many environment steps take as long as the run.
  public var cost: Int {
    Int(min(Double(budget) * costOfOne, Double(Int.max / 1_000_000)))
  }

  /// About how many environment steps take as long as one step of the budget.
  ///
  /// A token that is trained on goes forward and backward through all parameters, which takes as
  /// long as one environment step for each 50,000 of them; one that is sampled first, about twice
  /// that. It is for progress and for telling short runs from long ones, and reaches no result.
  private var costOfOne: Double {
    // Nothing is known of a trainer: about a minute.
    if unit == .thousandths { return 12_000 }
    guard unit == .tokens else { return 1 }
    func setting(_ name: String) -> Double {
      preimage.fields["policy.\(name)"].flatMap { Int($0) }.map { Double(max(0, $0)) } ?? 1
    }
    let parameters = 12 * setting("layers") * setting("width") * setting("width")
    let isSampled = !["sft", "reward_model"].contains(preimage.fields["algorithm"] ?? "")
    return parameters / 50_000 * (isSampled ? 2 : 1)
  }
}

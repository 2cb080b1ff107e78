/// The checkpoints of a run: the one that it resumes from, when the next is due, who keeps it, and who watches.
///
/// A checkpoint is the state of a run between two updates. A run that resumes from one has, bit for bit, the result of
/// one that never stopped; nothing of it is in the result.
public struct TrainingCheckpoints {
  /// The state to resume from; none: the run starts at its beginning.
  public var state: [UInt8]?
  /// Asked after every update whether a checkpoint is due; must not ask for memory.
  public var isDue: () -> Bool
  /// Asked after an update where none is due whether its state is held in memory: it is kept where training is asked to
  /// end before the next one is done. Must not ask for memory.
  public var isWorthHolding: () -> Bool
  /// Told that a state has been held, as soon as it is.
  public var hasHeld: () -> Void
  /// Asked in the middle of long pieces of work whether training is to end now, with the state that was kept or held
  /// last; must not ask for memory.
  public var isOver: (LongWork) -> Bool
  /// Keeps the state of a run that has used so many steps of its budget.
  ///
  /// Returns whether training goes on; where not, it ends with ``TrainingError/interrupted(used:unit:)``.
  public var keep: (_ state: [UInt8], _ used: Int) -> Bool
  /// Told how many steps of the budget were used in the state that the run resumes from.
  public var resumed: (_ used: Int) -> Void
  /// Told why the run does not resume from the state, and starts over.
  public var refused: (_ problem: String) -> Void
  /// Told the curves so far whenever the run was evaluated on its way.
  public var evaluated: (_ curves: [TrainingCurve]) -> Void

  /// Creates the checkpoints of a run.
  public init(
    state: [UInt8]? = nil, isDue: @escaping () -> Bool,
    isWorthHolding: @escaping () -> Bool = { false }, hasHeld: @escaping () -> Void = {},
    isOver: @escaping (LongWork) -> Bool = { _ in false },
    keep: @escaping (_ state: [UInt8], _ used: Int) -> Bool,
    resumed: @escaping (_ used: Int) -> Void = { _ in },
    refused: @escaping (_ problem: String) -> Void = { _ in },
    evaluated: @escaping (_ curves: [TrainingCurve]) -> Void = { _ in }
  ) {
    self.evaluated = evaluated
    self.state = state
    self.isDue = isDue
    self.isWorthHolding = isWorthHolding
    self.hasHeld = hasHeld
    self.isOver = isOver
    self.keep = keep
    self.resumed = resumed
    self.refused = refused
  }
}

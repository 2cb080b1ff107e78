/// The parts of a submission that have neither results nor a task in the queue, and since when.
///
/// One look is no proof: a task may end just then, and its records may take a while to be seen through a network. So a
/// part is lost only if two successful looks at the queue, ``patience`` apart, have both not found it, and none in
/// between has. A look without an answer says nothing.
public struct Absences: Equatable, Sendable {
  /// The clock that times are of: it starts anew with the machine, and another machine has another.
  public var clock: String
  /// The time of the first look that did not find a part, in seconds of the clock.
  public private(set) var since: [Int: Double]

  /// The seconds between two looks that make a part lost.
  public static let patience = 120.0

  /// Creates absences.
  public init(clock: String, since: [Int: Double] = [:]) {
    self.clock = clock
    self.since = since
  }

  /// Takes note of a successful look at the queue.
  ///
  /// - Parameters:
  ///   - absent: The parts that have something left to execute and are not in the queue.
  ///   - time: The time of the look, in seconds.
  ///   - clock: The clock of that time; what another clock said is forgotten.
  ///   - patience: The seconds between two looks.
  /// - Returns: The parts that are lost, in ascending order.
  public mutating func note(
    _ absent: Set<Int>, at time: Double, clock: String, patience: Double = Self.patience
  ) -> [Int] {
    // A clock that goes back is another one.
    if clock != self.clock || since.values.contains(where: { $0 > time }) {
      self = Absences(clock: clock)
    }
    since = since.filter { absent.contains($0.key) }
    for part in absent where since[part] == nil { since[part] = time }
    return absent.filter { since[$0].map { time - $0 >= patience } ?? false }.sorted()
  }

  /// Forgets a part, which was submitted again.
  public mutating func forget(_ part: Int) { since[part] = nil }
}

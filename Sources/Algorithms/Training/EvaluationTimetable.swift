internal import Checkpoints

/// The timetable of evaluations: before training, at multiples of an interval, and at the end of the budget.
///
/// A point is of the policy at the step that it names: of the one that took that step. A batch that passes
/// a multiple was sampled by the policy before its update, so that policy is evaluated, before the
/// update; a batch that ends at a multiple is learned from first.
struct EvaluationTimetable {
  let interval: Int
  let budget: Int
  /// The next multiple that has not been asked for.
  private var next = 0

  /// Creates the timetable of a run at its beginning.
  init(every interval: Int, budget: Int) {
    self.interval = interval
    self.budget = budget
  }

  /// Returns the multiples that lie before step `used`, those asked for already left out.
  mutating func passed(by used: Int) -> [Int] { take { $0 < used } }

  /// Returns the multiples up to step `used`, those asked for already and the budget's end left out.
  mutating func reached(by used: Int) -> [Int] { take { $0 <= used } }

  /// Returns the multiples that are left, and the budget's end.
  mutating func rest() -> [Int] { take { _ in true } + [budget] }

  private mutating func take(while isDue: (Int) -> Bool) -> [Int] {
    var due: [Int] = []
    while next < budget && isDue(next) {
      due.append(next)
      next += interval
    }
    return due
  }
}

extension EvaluationTimetable {
  /// Passes the next multiple through an archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - used: The used part of the budget: the latest multiple lies in it, and the next one is not passed by.
  /// - Throws: If the archive has another multiple, or what is none.
  mutating func passState(
    through archive: inout CheckpointArchive, used: Int
  ) throws(CheckpointProblem) {
    try archive.pass("timetable.next", &next, in: interval...(budget + interval))
    let latest = next - interval
    try archive.require(
      next.isMultiple(of: interval) && latest <= used && latest < budget
        && (next >= used || next >= budget),
      "its field timetable.next is \(next), which is not the evaluation that follows step \(used)")
  }
}

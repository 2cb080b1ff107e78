/// Cuts a sequence of runs into shares of about the same duration, which keep its order.
///
/// A share ends where it has reached `target`, or where the next run would take it beyond one and a half times that
/// and it is at least half of it; a run that takes longer is a share of its own. What is left at the end is joined to
/// the share before it, if it is short and both are within the bound.
///
/// - Parameters:
///   - seconds: The estimated duration of each run.
///   - target: The duration that a share is to have, above 0.
/// - Returns: The shares as positions in `seconds`, in order; none is empty.
package func shares(of seconds: [Double], target: Double) -> [Range<Int>] {
  precondition(target > 0, "target must be above 0, got \(target)")
  var shares: [(range: Range<Int>, sum: Double)] = []
  var start = 0
  var sum = 0.0
  for (position, next) in seconds.enumerated() {
    if position > start, sum >= target || sum >= target / 2 && sum + next > 1.5 * target {
      shares.append((start..<position, sum))
      start = position
      sum = 0
    }
    sum += next
  }
  guard start < seconds.count else { return shares.map(\.range) }
  if let last = shares.last, sum < target / 2, last.sum + sum <= 1.5 * target {
    shares[shares.count - 1].range = last.range.lowerBound..<seconds.count
  } else {
    shares.append((start..<seconds.count, sum))
  }
  return shares.map(\.range)
}

internal import ResultStore

/// Returns a sample of runs that depends on nothing but their keys: those that are preferred first, then the others.
///
/// Run keys are digests, so their order has nothing to do with what the runs are.
///
/// - Parameters:
///   - runs: The runs to choose from.
///   - count: How many keys are chosen; runs that share a key count as one.
///   - isPreferred: Whether a run is chosen before others, such as one that was not executed again yet.
/// - Returns: The chosen runs in the order of `runs`.
public func sample(
  of runs: [PlannedRun], count: Int, preferring isPreferred: (PlannedRun) -> Bool
) -> [PlannedRun] {
  let keys = Set(runs.map(\.key))
  let preferred = Set(runs.filter(isPreferred).map(\.key))
  let chosen = Set(
    (preferred.sorted() + keys.subtracting(preferred).sorted()).prefix(max(0, count)))
  return runs.filter { chosen.contains($0.key) }
}

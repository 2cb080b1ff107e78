/// Returns the name that a person who wrote `name` most likely meant, or `nil` if none is near.
///
/// Near is: few edits (insert, delete, replace, swap two neighbours; a third of the length at
/// most, rounded, capitals do not count), else one of the names contains the other, as `steps` and
/// `environment_steps`. Among equally near names the first in alphabetical order is taken.
///
/// - Parameters:
///   - name: What was written.
///   - names: What could have been meant, in any order.
/// - Returns: One of `names`, or `nil`.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let written = Array(name.lowercased())
  guard !written.isEmpty else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in names.sorted() {
    let meant = Array(candidate.lowercased())
    let limit = max(1, (max(written.count, meant.count) + 1) / 3)
    var distance = editDistance(written, meant)
    // One letter is no likeness: `q` is one edit from every one-letter name.
    if distance > limit || distance >= min(written.count, meant.count) {
      guard min(written.count, meant.count) >= 3,
        meant.containsRun(of: written) || written.containsRun(of: meant)
      else { continue }
      distance = 1000 + abs(written.count - meant.count)
    }
    if distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.name
}

/// Returns `; did you mean '…'?` for the name nearest to `name`, or nothing if none is near.
public func suggestion(for name: String, among names: some Sequence<String>) -> String {
  nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
}

/// Returns the number of single-letter edits that turn `first` into `second`.
///
/// Edits are insertions, deletions, replacements and swaps of neighbours, none of which touch a
/// letter twice (the optimal string alignment distance).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var rows = [Array(0...second.count)]
  for i in 1...max(1, first.count) where !first.isEmpty {
    var row = [i]
    for j in second.indices {
      let replacement = rows[i - 1][j] + (first[i - 1] == second[j] ? 0 : 1)
      var distance = min(row[j] + 1, rows[i - 1][j + 1] + 1, replacement)
      if i > 1, j > 0, first[i - 1] == second[j - 1], first[i - 2] == second[j] {
        distance = min(distance, rows[i - 2][j - 1] + 1)
      }
      row.append(distance)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}

extension [Character] {
  /// Whether `run` occurs in the array as neighbouring elements.
  fileprivate func containsRun(of run: [Character]) -> Bool {
    count >= run.count && (0...count - run.count).contains { self[$0...].starts(with: run) }
  }
}

/// Returns the name that a person who wrote `name` most likely meant, or `nil` if none is near.
///
/// Near is: few edits (insert, delete, replace, swap two neighbours; a third of the length at
/// most, rounded, capitals do not count), else one of the names contains the other, as `steps` and
/// `environment_steps`. Among equally near names the first in alphabetical order is taken.
///
/// - Parameters:
///   - name: The name as written.
///   - names: The valid names, in any order.
/// - Returns: One of `names`, or `nil`.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  nearCandidates(to: name, among: names).first?.name
}

/// Returns the names that a person who wrote `name` may have meant, the most likely first.
///
/// They are those near by edits; without any, those that begin as `name` does, as the arms of a sweep that were
/// named in another way.
///
/// - Parameters:
///   - name: The name as written.
///   - names: The valid names, in any order.
///   - limit: The most names that are returned.
/// - Returns: Some of `names`, or none.
public func nearestNames(
  to name: String, among names: some Sequence<String>, limit: Int = 3
) -> [String] {
  let near = nearCandidates(to: name, among: names)
  if let best = near.first {
    // A name a few edits away is a better guess than one that merely contains the text.
    return near.filter { $0.isSpelledAlike == best.isSpelledAlike }.prefix(limit).map(\.name)
  }
  guard name.utf8.count <= longestName else { return [] }
  let written = name.lowercased()
  let alike = names.sorted().map { name in
    (name: name, length: zip(name.lowercased(), written).prefix { $0 == $1 }.count)
  }
  let longest = alike.map(\.length).max() ?? 0
  guard longest >= max(2, (written.count + 1) / 2) else { return [] }
  return alike.filter { $0.length == longest }.prefix(limit).map(\.name)
}

/// A name that may have been meant.
private struct NearName {
  var name: String
  /// Whether it is few edits away; otherwise one name contains the other.
  var isSpelledAlike: Bool
  var distance: Int
}

/// The longest text that is taken for a mistyped name; comparing longer ones takes long.
private let longestName = 200

/// Returns the names near `name`, the nearest first, equally near ones in alphabetical order.
private func nearCandidates(
  to name: String, among names: some Sequence<String>
) -> [NearName] {
  guard name.utf8.count <= longestName else { return [] }
  let written = Array(name.lowercased())
  guard !written.isEmpty else { return [] }
  var near: [NearName] = []
  for candidate in names.sorted() where candidate.utf8.count <= longestName {
    let meant = Array(candidate.lowercased())
    let limit = max(1, (max(written.count, meant.count) + 1) / 3)
    // As many edits as the lengths differ by are needed at least.
    let distance =
      abs(written.count - meant.count) > limit ? Int.max : editDistance(written, meant)
    // One letter is no likeness: `q` is one edit from every one-letter name.
    if distance <= limit, distance < min(written.count, meant.count) {
      near.append(NearName(name: candidate, isSpelledAlike: true, distance: distance))
    } else if min(written.count, meant.count) >= 3,
      meant.containsRun(of: written) || written.containsRun(of: meant)
    {
      near.append(
        NearName(
          name: candidate, isSpelledAlike: false, distance: abs(written.count - meant.count)))
    }
  }
  return near.sorted {
    ($0.isSpelledAlike ? 0 : 1, $0.distance, $0.name)
      < ($1.isSpelledAlike ? 0 : 1, $1.distance, $1.name)
  }
}

/// Returns `; did you mean 'a', 'b' or 'c'?` for the names nearest to `name`, or nothing if none is near.
public func suggestions(for name: String, among names: some Sequence<String>) -> String {
  let nearest = nearestNames(to: name, among: names).map { "'\(shownName($0))'" }
  guard let last = nearest.last else { return "" }
  let others = nearest.dropLast().joined(separator: ", ")
  return "; did you mean \(others.isEmpty ? last : "\(others) or \(last)")?"
}

/// Returns the names that a person who wrote `name` may have meant, or else all names, for the end of a sentence.
public func suggestionsOrNames(
  for name: String, among names: some Collection<String>
) -> String {
  let suggestions = suggestions(for: name, among: names)
  if !suggestions.isEmpty { return suggestions }
  if names.isEmpty { return "; there is none yet" }
  let shown = names.prefix(12).map(shownName).joined(separator: ", ")
  let others = names.count - 12
  return "; there \(names.count == 1 ? "is" : "are") \(shown)"
    + (others > 0 ? " and \(others) more" : "")
}

/// Returns `; did you mean '…'?` for the name nearest to `name`, or nothing if none is near.
public func suggestion(for name: String, among names: some Sequence<String>) -> String {
  nearestName(to: name, among: names).map { "; did you mean '\(shownName($0))'?" } ?? ""
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

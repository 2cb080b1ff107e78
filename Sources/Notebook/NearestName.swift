/// Returns the name that was probably meant by `name`, or nil if none is near.
///
/// Near is about one edit (insertion, deletion, replacement, or two neighbours swapped) for every
/// three characters, and at least one; if there is no such name, one that begins with `name`, of at
/// least three characters, is near too. Of equally near names the first in `candidates` wins.
public func nearestName(to name: String, in candidates: [String]) -> String? {
  let limit = max(1, (name.count + 1) / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates where candidate != name {
    let distance = editDistance(Array(name.lowercased()), Array(candidate.lowercased()))
    if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  let isStem = { (candidate: String) in name.count >= 3 && candidate.hasPrefix(name) }
  return best?.name ?? candidates.first { $0 != name && isStem($0) }
}

/// "; did you mean 'x'?" for the name nearest to `name`, or nothing.
func suggestion(for name: String, among candidates: [String]) -> String {
  nearestName(to: name, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// The optimal string alignment distance, in O(|a| |b|).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      var cost = min(
        previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforePrevious[j - 1] + 1)
      }
      current.append(cost)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[b.count]
}

/// Which brackets of a text belong together, and where keys of works may begin.
struct BracketPairs {
  private var open: [Int] = []
  private var closings: [Int: Int] = [:]
  private var keys: [Int] = []

  /// Takes the next character of the text, at `index`, which stands between `before` and `after`.
  mutating func add(
    _ character: Character, at index: Int, before: Character?, after: Character?
  ) {
    switch character {
    case "[": open.append(index)
    case "]": if let start = open.popLast() { closings[start] = index }
    case "@":
      let isInWord = before.map { $0.isLetter || $0.isNumber } ?? false
      let isFollowed = after.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "{" } ?? false
      if !isInWord, isFollowed { keys.append(index) }
    default: break
    }
  }

  /// The index of the bracket that closes the one at `start`.
  func closing(of start: Int) -> Int? { closings[start] }

  /// Whether a key may begin in `range`.
  func holdsKey(_ range: Range<Int>) -> Bool {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] >= range.lowerBound { high = middle } else { low = middle + 1 }
    }
    return low < keys.count && keys[low] < range.upperBound
  }
}

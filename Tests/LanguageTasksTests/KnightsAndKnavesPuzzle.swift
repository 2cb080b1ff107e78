import Testing

/// A puzzle as a reader of a symbolic prompt understands it, by code that shares nothing with the
/// task's: statements are functions of who is a knight.
struct ReadPuzzle {
  let names: [String]
  /// By speaker: the words of the statement.
  let statements: [[String]]

  /// Reads a prompt such as `A: not B=knave ; B: A=knight <=> B=knight ; ?`.
  init(_ prompt: String) throws {
    var sentences = prompt.split(separator: ";").map { $0.split(separator: " ").map(String.init) }
    try #require(sentences.removeLast() == ["?"])
    names = try sentences.map { words in
      let speaker = try #require(words.first)
      try #require(speaker.last == ":")
      return String(speaker.dropLast())
    }
    statements = sentences.map { Array($0.dropFirst()) }
  }

  /// Returns whether a claim such as `B=knave` holds.
  private func holds(_ claim: String, _ knights: [String: Bool]) -> Bool {
    let parts = claim.split(separator: "=").map(String.init)
    return knights[parts[0]] == (parts[1] == "knight")
  }

  /// Returns whether what `speaker` says is true.
  func isTrue(_ speaker: Int, _ knights: [String: Bool]) -> Bool {
    let words = statements[speaker]
    if words.count == 1 { return holds(words[0], knights) }
    if words.count == 2 && words[0] == "not" { return !holds(words[1], knights) }
    let (first, second) = (holds(words[0], knights), holds(words[2], knights))
    switch words[1] {
    case "and": return first && second
    case "or": return first || second
    case "->": return !(first && !second)
    case "<=>": return first == second
    default:
      Issue.record("unknown connective in \(words)")
      return false
    }
  }

  /// All ways to tell the people's kinds that fit what they say.
  var solutions: [[String: Bool]] {
    var ways: [[String: Bool]] = [[:]]
    for name in names {
      ways = ways.flatMap { way in
        [true, false].map { way.merging([name: $0]) { $1 } }
      }
    }
    return ways.filter { way in
      names.indices.allSatisfy { isTrue($0, way) == way[names[$0]] }
    }
  }

  /// The least of the texts that the puzzle has when people change names and places, when the sides
  /// of `and`, `or` and `<=>` change, and when `not` is worked in.
  var canonicalText: String {
    var orders: [[Int]] = [[]]
    for person in names.indices {
      orders = orders.flatMap { order in
        (0...order.count).map { place in
          var longer = order
          longer.insert(person, at: place)
          return longer
        }
      }
    }
    let texts = orders.map { order in
      let number = Dictionary(uniqueKeysWithValues: order.enumerated().map { (names[$1], "\($0)") })
      func renamed(_ claim: String, negated: Bool = false) -> String {
        let parts = claim.split(separator: "=").map(String.init)
        return "\(number[parts[0]] ?? "")\((parts[1] == "knight") != negated ? "+" : "-")"
      }
      return order.map { person in
        let words = statements[person]
        if words.count == 1 { return renamed(words[0]) }
        if words.count == 2 { return renamed(words[1], negated: true) }
        let sides = [renamed(words[0]), renamed(words[2])]
        return (words[1] == "->" ? sides : sides.sorted()).joined(separator: words[1])
      }.joined(separator: ";")
    }
    return texts.min() ?? ""
  }
}

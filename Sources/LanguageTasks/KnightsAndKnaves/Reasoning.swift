extension KnightsAndKnaves {
  /// A search for the solution, statement by statement, each step of which depends on little else.
  ///
  /// A line takes one speaker, in the order in which people were first mentioned, and the people whom
  /// their statement mentions. Whose kind is known keeps it; the others get the first kinds, knights
  /// first, with which the statement is true if the speaker is a knight and false if not. If there
  /// are none, the line ends in a contradiction, and the last line that has other kinds to offer is
  /// written again with the next ones. The last line about a person holds.
  struct Reasoning {
    /// A person and whether they are taken for a knight.
    typealias Assumption = (person: Int, isKnight: Bool)

    struct Line {
      /// The speaker first, then the others whom the statement mentions.
      var assumptions: [Assumption]
      /// Whether the statement fits.
      var isConsistent: Bool
      /// Whether the search came back to before this line.
      var isAbandoned: Bool
    }

    private(set) var lines: [Line] = []
    private let statements: [Statement]
    /// By person; that of an unknown person is not used.
    private var knights: [Bool]
    /// Whoever is known, in the order of their first mention.
    private var known: [Int] = []

    /// Searches for the solution of a puzzle that has one.
    ///
    /// - Parameters:
    ///   - puzzle: A puzzle with a solution.
    ///   - longest: The most tokens that the lines may have, one for each assumption and one
    ///     for the verdict: where there are more, abandoned lines are left out, the earliest first.
    init(_ puzzle: Puzzle, longest: Int) {
      statements = puzzle.statements
      knights = Array(repeating: true, count: puzzle.people)
      let isSolved = search(0)
      assert(isSolved, "a puzzle that has a solution was not solved")
      var excess = lines.reduce(-longest) { $0 + $1.assumptions.count + 1 }
      lines.removeAll { line in
        guard excess > 0 && line.isAbandoned else { return false }
        excess -= line.assumptions.count + 1
        return true
      }
    }

    /// Adds lines from the one with the given number on; returns whether they lead to a solution.
    private mutating func search(_ number: Int) -> Bool {
      if number == statements.count { return true }
      if number < known.count { return searchStatement(of: known[number], number) }
      guard let speaker = statements.indices.first(where: { !known.contains($0) }) else {
        return false
      }
      known.append(speaker)
      for isKnight in [true, false] {
        knights[speaker] = isKnight
        if searchStatement(of: speaker, number) { return true }
      }
      known.removeLast()
      return false
    }

    private mutating func searchStatement(of speaker: Int, _ number: Int) -> Bool {
      var mentioned: [Int] = []
      for claim in statements[speaker].claims
      where claim.person != speaker && !mentioned.contains(claim.person) {
        mentioned.append(claim.person)
      }
      let unknown = mentioned.filter { !known.contains($0) }
      let firstLine = lines.count
      var isPossible = false
      known += unknown
      // The first of the unknown changes last; a 0 is a knight, so that knights come first.
      for choice in 0..<(1 << unknown.count) {
        for (index, person) in unknown.enumerated() {
          knights[person] = choice >> (unknown.count - 1 - index) & 1 == 0
        }
        guard statements[speaker].isTrue(knights) == knights[speaker] else { continue }
        isPossible = true
        let attempt = lines.count
        lines.append(line(speaker, mentioned, isConsistent: true))
        if search(number + 1) { return true }
        for index in attempt..<lines.count { lines[index].isAbandoned = true }
      }
      if !isPossible {
        for person in unknown { knights[person] = true }
        lines.append(line(speaker, mentioned, isConsistent: false))
      }
      for index in firstLine..<lines.count { lines[index].isAbandoned = true }
      known.removeLast(unknown.count)
      return false
    }

    private func line(_ speaker: Int, _ mentioned: [Int], isConsistent: Bool) -> Line {
      Line(
        assumptions: ([speaker] + mentioned).map { ($0, knights[$0]) },
        isConsistent: isConsistent, isAbandoned: false)
    }
  }
}

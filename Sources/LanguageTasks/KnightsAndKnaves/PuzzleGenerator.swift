internal import SeededRandom

extension KnightsAndKnaves.Claim {
  /// Draws a claim by mem-kk-logic's rule: that any person is a knight or a knave, except that no person calls
  /// themselves a knave, which could be neither true nor false.
  static func random(
    of speaker: Int, people: Int, using generator: inout SeededGenerator
  ) -> Self {
    let choice = generator.nextIndex(below: 2 * people - 1)
    if choice < people { return Self(person: choice, isKnight: true) }
    let other = choice - people
    return Self(person: other < speaker ? other : other + 1, isKnight: false)
  }
}

extension KnightsAndKnaves.Statement {
  /// Draws a statement by mem-kk-logic's rule for depth 2 and width 2: a die chooses among a claim,
  /// `not`, `and`, `or`, `implies` and `equivalent`; two claims of a statement are never the same.
  static func random(
    of speaker: Int, people: Int, using generator: inout SeededGenerator
  ) -> Self {
    let die = generator.nextIndex(below: 6)
    let first = KnightsAndKnaves.Claim.random(of: speaker, people: people, using: &generator)
    if die == 0 { return .claim(first) }
    if die == 1 { return .not(first) }
    var second = first
    while second == first {
      second = .random(of: speaker, people: people, using: &generator)
    }
    return switch die {
    case 2: .and(first, second)
    case 3: .or(first, second)
    case 4: .implies(first, second)
    default: .equivalent(first, second)
    }
  }

  /// The statement with its claim number `index` replaced.
  func replacingClaim(_ index: Int, with claim: KnightsAndKnaves.Claim) -> Self {
    switch self {
    case .claim: .claim(claim)
    case .not: .not(claim)
    case .and(let first, let second): index == 0 ? .and(claim, second) : .and(first, claim)
    case .or(let first, let second): index == 0 ? .or(claim, second) : .or(first, claim)
    case .implies(let first, let second):
      index == 0 ? .implies(claim, second) : .implies(first, claim)
    case .equivalent(let first, let second):
      index == 0 ? .equivalent(claim, second) : .equivalent(first, claim)
    }
  }
}

extension KnightsAndKnaves.Puzzle {
  /// Draws puzzles until one has exactly one solution and is of the split.
  ///
  /// About one in three puzzles has one solution; one in four is of the test split, one in eight of the validation
  /// split.
  ///
  /// Source: mem-kk-logic's `data_prep/lib_kk.py`, https://github.com/AlphaPav/mem-kk-logic.
  static func random(
    people: Int, of split: TaskSplit, using generator: inout SeededGenerator
  ) -> Self {
    var puzzle = Self(
      statements: Array(repeating: .claim(.init(person: 0, isKnight: true)), count: people))
    while true {
      for speaker in 0..<people {
        puzzle.statements[speaker] = .random(of: speaker, people: people, using: &generator)
      }
      if AssignmentSet.solutions(of: puzzle).count == 1 && puzzle.split == split { return puzzle }
    }
  }

  /// Returns a puzzle of `split` that differs in one claim, or else in one statement, and has
  /// exactly one solution, another one; or `nil` if none turned up.
  ///
  /// Source: the perturbations `leaf` and `statement` of mem-kk-logic's `data_prep/lib_kk.py`.
  func perturbed(of split: TaskSplit, using generator: inout SeededGenerator) -> Self? {
    guard let solution = uniqueSolution else { return nil }
    // mem-kk-logic tries 1000 times; so many draws find nearly every single claim that will do.
    for attempt in 0..<1000 {
      let speaker = generator.nextIndex(below: people)
      var statement = KnightsAndKnaves.Statement.random(
        of: speaker, people: people, using: &generator)
      if attempt < 500 {
        let claims = statements[speaker].claims
        let index = generator.nextIndex(below: claims.count)
        let claim = KnightsAndKnaves.Claim.random(of: speaker, people: people, using: &generator)
        if claims.contains(claim) { continue }
        statement = statements[speaker].replacingClaim(index, with: claim)
      }
      var puzzle = self
      puzzle.statements[speaker] = statement
      if puzzle.split == split, let other = puzzle.uniqueSolution, other != solution {
        return puzzle
      }
    }
    return nil
  }
}

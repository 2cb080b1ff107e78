import LanguageTasks
import Settings
import Testing

@Suite struct KnightsAndKnavesTests {
  private typealias Claim = KnightsAndKnaves.Claim
  private typealias Puzzle = KnightsAndKnaves.Puzzle

  private func task(
    _ people: [Int] = [2, 3, 4, 5], heldOut: [Int] = [6, 7, 8],
    _ rendering: KnightsAndKnaves.Rendering = .symbolic,
    _ demonstration: KnightsAndKnaves.Demonstration = .chainOfThought
  ) throws -> KnightsAndKnaves {
    var settings = KnightsAndKnaves.Settings()
    settings.people = people
    settings.heldOutPeople = heldOut
    settings.rendering = rendering
    settings.demonstration = demonstration
    return try KnightsAndKnaves(settings)
  }

  /// Returns the answer `A is a knight B is a knave` that a solution makes.
  private func answer(_ names: [String], _ solution: [String: Bool]) -> String {
    names.map { "\($0) is a \(solution[$0] == true ? "knight" : "knave")" }.joined(separator: " ")
  }

  // MARK: Puzzles

  @Test func `solutions of puzzles solved by hand`() {
    let (aKnight, aKnave) = (Claim(person: 0, isKnight: true), Claim(person: 0, isKnight: false))
    let (bKnight, bKnave) = (Claim(person: 1, isKnight: true), Claim(person: 1, isKnight: false))
    // Only a knight can say that one of the two is a knave, so the other is.
    #expect(
      Puzzle(statements: [.or(aKnave, bKnave), .claim(aKnave)]).uniqueSolution == [true, false])
    #expect(Puzzle(statements: [.or(aKnave, bKnave), .claim(aKnight)]).uniqueSolution == nil)
    // "We are the same" makes the other a knight, whoever says it.
    #expect(
      Puzzle(statements: [.equivalent(aKnight, bKnight), .claim(aKnave)]).uniqueSolution
        == [false, true])
    #expect(
      Puzzle(statements: [.equivalent(aKnight, bKnight), .claim(aKnight)]).uniqueSolution
        == [true, true])
    #expect(
      Puzzle(statements: [.equivalent(aKnight, bKnight), .claim(bKnight)]).uniqueSolution == nil)
    // Each calls the other a knight: both are, or neither.
    #expect(Puzzle(statements: [.claim(bKnight), .claim(aKnight)]).uniqueSolution == nil)
    // "If I am a knight, so is B", by whom it is true, so that B is one; B does not deny it.
    #expect(
      Puzzle(statements: [.implies(aKnight, bKnight), .not(aKnave)]).uniqueSolution
        == [true, true])
    #expect(
      Puzzle(statements: [.claim(bKnave), .and(aKnight, bKnight)]).uniqueSolution
        == [true, false])
    // Somebody who calls nobody but themselves a knight may be either.
    #expect(Puzzle(statements: [.claim(aKnight)]).uniqueSolution == nil)
    #expect(Puzzle(statements: [.or(aKnight, aKnave)]).uniqueSolution == [true])
    #expect(Puzzle(statements: [.and(aKnight, aKnave)]).uniqueSolution == [false])
  }

  @Test func `every prompt has exactly one solution, and its demonstration gives it`() throws {
    let task = try task()
    var examples = (0..<600).map { task.trainingExample($0) }
    for level in task.levels.indices {
      examples += (0..<100).map { task.testExample(level: level, $0) }
    }
    for example in examples {
      let puzzle = try ReadPuzzle(example.prompt)
      let solutions = puzzle.solutions
      #expect(solutions.count == 1, "\(example.prompt)")
      let solution = try #require(solutions.first)
      #expect(
        example.demonstration.hasSuffix(
          " </think> <answer> \(answer(puzzle.names, solution)) </answer>"))
      #expect(task.levels[example.level].name == "\(puzzle.names.count)")
    }
  }

  /// Statements of the grammar that one of `people` can make, with the generator's probabilities.
  private func statements(
    of speaker: Int, people: Int
  ) -> [(statement: KnightsAndKnaves.Statement, probability: Double)] {
    let claims =
      (0..<people).map { Claim(person: $0, isKnight: true) }
      + (0..<people).filter { $0 != speaker }.map { Claim(person: $0, isKnight: false) }
    let one = 1 / Double(claims.count)
    let two = one / Double(claims.count - 1)
    var result: [(KnightsAndKnaves.Statement, Double)] = []
    for first in claims {
      result += [(.claim(first), one / 6), (.not(first), one / 6)]
      for second in claims where second != first {
        result += [
          (.and(first, second), two / 6), (.or(first, second), two / 6),
          (.implies(first, second), two / 6), (.equivalent(first, second), two / 6),
        ]
      }
    }
    return result
  }

  @Test func `two people's training puzzles are as frequent as the generator's rules make them`()
    throws
  {
    let task = try task([2], heldOut: [])
    var expected: [Puzzle: Double] = [:]
    var evaluated: [TaskSplit: Set<Puzzle>] = [:]
    var all = 0
    for first in statements(of: 0, people: 2) {
      for second in statements(of: 1, people: 2) {
        all += 1
        let puzzle = Puzzle(statements: [first.statement, second.statement])
        let solutions = [[true, true], [true, false], [false, true], [false, false]].filter {
          puzzle.statements[0].isTrue($0) == $0[0] && puzzle.statements[1].isTrue($0) == $0[1]
        }
        #expect((solutions.count == 1) == (puzzle.uniqueSolution != nil))
        guard solutions.count == 1 else { continue }
        if puzzle.split == .train {
          expected[puzzle] = first.probability * second.probability
        } else {
          evaluated[puzzle.split, default: []].insert(puzzle)
        }
      }
    }
    #expect(all == 900)
    #expect(expected.count == trainingPuzzlesOfTwo)
    #expect(evaluated[.test]?.count == testPuzzlesOfTwo)
    #expect(evaluated[.validation]?.count == validationPuzzlesOfTwo)

    // Pearson's statistic of 100,000 draws has mean k and variance 2k for k + 1 puzzles.
    let draws = 100_000
    var counts: [Puzzle: Int] = [:]
    for index in 0..<draws { counts[task.trainingPuzzle(index).puzzle, default: 0] += 1 }
    #expect(Set(counts.keys) == Set(expected.keys))
    let total = expected.values.reduce(0, +)
    let statistic = expected.map { puzzle, probability in
      let mean = Double(draws) * probability / total
      let difference = Double(counts[puzzle] ?? 0) - mean
      return difference * difference / mean
    }.reduce(0, +)
    let freedom = Double(expected.count - 1)
    #expect((statistic - freedom).magnitude < 4 * (2 * freedom).squareRoot())

    // Puzzles for evaluation come one by one until all have been, then again.
    for (split, count) in [
      (EvaluationSplit.test, testPuzzlesOfTwo), (.validation, validationPuzzlesOfTwo),
    ] {
      let puzzles = (0..<count).map { task.evaluationPuzzle(split, level: 0, $0) }
      #expect(Set(puzzles) == evaluated[split.part])
      #expect(task.evaluationPuzzle(split, level: 0, count + 3) == puzzles[3])
    }
  }

  private let trainingPuzzlesOfTwo = 256
  private let testPuzzlesOfTwo = 94
  private let validationPuzzlesOfTwo = 49

  @Test
  func
    `eight people speak by the grammar: all forms, all people, no claim twice, no knave by their own account`()
    throws
  {
    let task = try task([8], heldOut: [])
    var forms: [String: Int] = [:]
    var claimCounts = [Int](repeating: 0, count: 16)
    for index in 0..<2000 {
      for (speaker, statement) in task.trainingPuzzle(index).puzzle.statements.enumerated() {
        forms["\("\(statement)".prefix { $0 != "(" })", default: 0] += 1
        let claims = statement.claims
        #expect(Set(claims).count == claims.count)
        for claim in claims {
          #expect(claim.isKnight || claim.person != speaker)
          claimCounts[claim.person + (claim.isKnight ? 8 : 0)] += 1
        }
      }
    }
    // Being solvable in one way bends the die a little.
    #expect(forms.count == 6)
    #expect(forms.values.allSatisfy { (2200...3100).contains($0) }, "\(forms)")
    // Each of 16,000 statements has 5/3 claims; 8 people are called knights and 7 are called knaves.
    let mean = 16_000.0 * 5 / 3 / 15
    #expect(claimCounts[0..<8].allSatisfy { (0.85...1.15).contains(Double($0) / (mean * 7 / 8)) })
    #expect(claimCounts[8...].allSatisfy { (0.85...1.15).contains(Double($0) / mean) })
  }

  // MARK: Splits

  @Test func `no puzzle of one split is of another, even under other names and in another order`()
    throws
  {
    let task = try task([2, 3], heldOut: [])
    func evaluated(_ split: EvaluationSplit) throws -> Set<String> {
      var texts: Set<String> = []
      for level in task.levels.indices {
        for index in 0..<300 {
          let example = task.evaluationExample(split, level: level, index)
          texts.insert(try ReadPuzzle(example.prompt).canonicalText)
        }
      }
      return texts
    }
    let (tests, validation) = (try evaluated(.test), try evaluated(.validation))
    var training: Set<String> = []
    for index in 0..<4000 {
      training.insert(try ReadPuzzle(task.trainingExample(index).prompt).canonicalText)
    }
    #expect(tests.count > 200)
    #expect(training.count > 1000)
    #expect(validation.count > 150)
    #expect(tests.isDisjoint(with: training) && validation.isDisjoint(with: training))
    #expect(tests.isDisjoint(with: validation))
  }

  @Test
  func
    `a puzzle's split stays when people change places, sides change and negations are worked in`()
    throws
  {
    let task = try task([2, 5, 8], heldOut: [])
    for index in 0..<300 {
      let puzzle = task.trainingPuzzle(index).puzzle
      let count = puzzle.people
      // Everybody moves `shift` places on.
      for shift in 1...count {
        func moved(_ claim: Claim, negated: Bool = false) -> Claim {
          Claim(person: (claim.person + shift) % count, isKnight: claim.isKnight != negated)
        }
        var statements = puzzle.statements
        for (speaker, statement) in puzzle.statements.enumerated() {
          statements[(speaker + shift) % count] =
            switch statement {
            case .claim(let claim): .claim(moved(claim))
            case .not(let claim): .claim(moved(claim, negated: true))
            case .and(let first, let second): .and(moved(second), moved(first))
            case .or(let first, let second): .or(moved(second), moved(first))
            case .implies(let first, let second): .implies(moved(first), moved(second))
            case .equivalent(let first, let second): .equivalent(moved(second), moved(first))
            }
        }
        #expect(Puzzle(statements: statements).fingerprint == puzzle.fingerprint)
      }
    }
  }

  @Test func `one puzzle in four is a test puzzle, and other puzzles have other fingerprints`()
    throws
  {
    let task = try task([5], heldOut: [])
    var fingerprints: Set<UInt64> = []
    for index in 0..<2000 { fingerprints.insert(task.trainingPuzzle(index).puzzle.fingerprint) }
    for index in 0..<500 {
      fingerprints.insert(task.evaluationPuzzle(.test, level: 0, index).fingerprint)
    }
    #expect(fingerprints.count >= 2495)
    #expect(fingerprints.filter { $0 < 1 << 62 }.count >= 498)
  }

  @Test func `the test puzzles of a level are all different, and so are their prompts`() throws {
    let task = try task()
    for level in task.levels.indices {
      let count = level == 0 ? testPuzzlesOfTwo : 400
      let puzzles = (0..<count).map { task.evaluationPuzzle(.test, level: level, $0) }
      #expect(Set(puzzles).count == count)
      #expect(puzzles.allSatisfy { $0.split == .test })
      #expect(Set((0..<count).map { task.testExample(level: level, $0).prompt }).count == count)
    }
  }

  // MARK: Levels, settings, examples

  @Test
  func `levels are numbers of people, in order, and training draws evenly from those not held out`()
    throws
  {
    let task = try task([4, 2], heldOut: [8, 3])
    #expect(
      task.levels == [
        TaskLevel(name: "2", title: "2 people", isHeldOut: false),
        TaskLevel(name: "3", title: "3 people", isHeldOut: true),
        TaskLevel(name: "4", title: "4 people", isHeldOut: false),
        TaskLevel(name: "8", title: "8 people", isHeldOut: true),
      ])
    let levels = (0..<2000).map { task.trainingExample($0).level }
    #expect(Set(levels) == [0, 2])
    #expect((900...1100).contains(levels.count { $0 == 0 }))
  }

  @Test func `people to train on are needed, and are not held out`() {
    #expect(throws: SettingProblem.self) { try task([]) }
    #expect(throws: SettingProblem.self) { try task([2, 3], heldOut: [3]) }
    #expect(throws: SettingProblem.self) { try task([2, 2]) }
    #expect(throws: Never.self) { try task([8], heldOut: []) }
  }

  @Test func `specs find the task by its name`() throws {
    let declaration = try #require(LanguageTaskRegistry.declaration(named: "knights-and-knaves"))
    #expect(declaration.rewardRange == -3...3)
    #expect(
      declaration.settings.map { "\($0.name): \($0.defaultValue)" } == [
        "people: [2, 3, 4, 5]", "held_out_people: [6, 7, 8]", "rendering: symbolic",
        "demonstration: chain_of_thought", "unfinished: penalty",
      ])
    let task = try declaration.make([
      "people": .integers([3]), "held_out_people": .integers([]),
      "rendering": .choice("sentences"), "demonstration": .choice("answer_only"),
    ])
    #expect(task.levels.map(\.title) == ["3 people"])
    #expect(task.longestCompletion == 20)
    #expect(throws: SettingProblem.self) { try declaration.make(["people": .integers([1])]) }
    #expect(throws: SettingProblem.self) { try declaration.make(["people": .integers([9])]) }
  }

  @Test func `an example is a function of its index, whatever was asked for before`() throws {
    let (first, second) = (try task(), try task([2, 3, 4, 5], heldOut: [7, 8]))
    let later = first.testExample(level: 5, 70)
    #expect(later.prompt == second.testExample(level: 4, 70).prompt)
    for index in [9, 3, 0] {
      #expect(
        first.testExample(level: 1, index).prompt == second.testExample(level: 1, index).prompt)
      #expect(first.trainingExample(index).prompt == second.trainingExample(index).prompt)
      #expect(
        first.trainingExample(index).demonstration == second.trainingExample(index).demonstration)
    }
  }

  @Test func `renderings and demonstrations show the same puzzles`() throws {
    let symbolic = try task()
    let sentences = try task([2, 3, 4, 5], .sentences, .answerOnly)
    for index in 0..<50 {
      #expect(symbolic.trainingPuzzle(index) == sentences.trainingPuzzle(index))
      #expect(
        symbolic.evaluationPuzzle(.test, level: 3, index)
          == sentences.evaluationPuzzle(.test, level: 3, index))
    }
  }

  @Test func `the first prompts and demonstrations of the first revision`() throws {
    let symbolic = try task().trainingExample(0)
    #expect(symbolic.prompt == "B: G=knave and B=knight ; G: G=knight -> B=knave ; ?")
    #expect(
      symbolic.demonstration == """
        <think> B=knight G=knave ok G=knave B=knight no B=knave G=knight ok G=knight B=knave ok \
        </think> <answer> B is a knave G is a knight </answer>
        """)
    let sentences = try task([2, 3, 4, 5], .sentences, .answerOnly).trainingExample(0)
    #expect(
      sentences.prompt == """
        A very special island is inhabited only by knights and knaves . Knights always tell the \
        truth , and knaves always lie . You meet 2 inhabitants : Charlotte , and Sebastian . \
        Charlotte remarked , " Sebastian is a knave and Charlotte is a knight . " Sebastian \
        noted , " If Sebastian is a knight then Charlotte is a knave . " So who is a knight and \
        who is a knave ?
        """)
    #expect(
      sentences.demonstration == """
        <think> </think> <answer> (1) Charlotte is a knave (2) Sebastian is a knight </answer>
        """)
  }

  @Test(arguments: KnightsAndKnaves.Rendering.allCases, KnightsAndKnaves.Demonstration.allCases)
  func `demonstrations are paid in full, and all texts fit the tokenizer and the lengths`(
    _ rendering: KnightsAndKnaves.Rendering, _ demonstration: KnightsAndKnaves.Demonstration
  ) throws {
    for people in 2...8 {
      let task = try task([people], heldOut: [], rendering, demonstration)
      for index in 0..<500 {
        let example =
          index < 400
          ? task.trainingExample(index) : task.testExample(level: 0, index % testPuzzlesOfTwo)
        if demonstration != .mixed || index >= 400 {
          #expect(
            example.reward(example.demonstration)
              == TaskReward(
                total: 3,
                components: [.init(name: "format", value: 1), .init(name: "answer", value: 2)],
                isCorrect: true, isWellFormed: true))
        }
        let prompt = try task.tokenizer.encode(example.prompt)
        let completion = try task.tokenizer.encode(example.demonstration)
        #expect(prompt.count <= task.longestPrompt)
        #expect(completion.count + 1 <= task.longestCompletion)
        #expect(task.tokenizer.decode(prompt) == example.prompt)
        #expect(task.tokenizer.decode(completion) == example.demonstration)
        if demonstration == .answerOnly {
          #expect(completion.count + 1 == task.longestCompletion)
          #expect(example.demonstration.hasPrefix("<think> </think> <answer> "))
        }
      }
    }
  }

  @Test func `mixed demonstrations reason, guess and forget tags in their shares`() throws {
    let examples = try (0..<2000).map(task([3], heldOut: [], .symbolic, .mixed).trainingExample)
    var counts: [String: Int] = [:]
    for example in examples {
      let text = example.demonstration
      let thinks = text.contains("ok")
      let reward = example.reward(text)
      let kind =
        if !text.hasPrefix("<think> ") {
          "no tags"
        } else if !text.contains("<answer>") {
          "no answer tags"
        } else {
          thinks ? "reasons" : "guesses"
        }
      counts[kind, default: 0] += 1
      #expect(reward.isWellFormed == text.contains("<answer>"))
      if kind == "reasons" { #expect(reward.isCorrect) }
      if kind == "no answer tags" { #expect(thinks) }
    }
    // Four standard deviations of a share of 2,000 draws are at most 4.5 points.
    for (kind, share) in [
      "reasons": 0.3, "guesses": 0.45, "no answer tags": 0.15, "no tags": 0.1,
    ] {
      #expect(abs(Double(counts[kind, default: 0]) / 2000 - share) < 0.045, "\(kind)")
    }
    let guesses = examples.filter { $0.demonstration.hasPrefix("<think> </think>") }
    let right = guesses.count { $0.reward($0.demonstration).isCorrect }
    #expect(abs(Double(right) / Double(guesses.count) - 0.125) < 0.045)
  }

  @Test func `symbolic prompts and completions are short`() throws {
    #expect(try task([5], heldOut: []).longestPrompt == 26)
    #expect(try task([5], heldOut: []).longestCompletion == 85)
    #expect(try task([8], heldOut: []).longestPrompt == 41)
    #expect(try task([8], heldOut: []).longestCompletion == 133)
  }

  // MARK: Chains of thought

  @Test func `every line of a chain of thought follows from the statement it takes`() throws {
    let task = try task()
    var contradictions = 0
    for index in 0..<1000 {
      let example = task.trainingExample(index)
      let puzzle = try ReadPuzzle(example.prompt)
      let thought = example.demonstration.split(separator: " ").map(String.init)
        .prefix { $0 != "</think>" }.dropFirst()
      var known: [String: Bool] = [:]
      for words in thought.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == "ok" || $0 == "no" }
      ).dropLast() {
        let isConsistent = thought[words.endIndex] == "ok"
        for word in words {
          let parts = word.split(separator: "=").map(String.init)
          known[parts[0]] = parts[1] == "knight"
        }
        // The speaker first, then the others of the statement, in order, each once.
        let people = words.map { String($0.prefix { $0 != "=" }) }
        let speaker = try #require(puzzle.names.firstIndex(of: people[0]))
        var mentioned = [people[0]]
        for claim in puzzle.statements[speaker] where claim.contains("=k") {
          let name = String(claim.prefix { $0 != "=" })
          if !mentioned.contains(name) { mentioned.append(name) }
        }
        #expect(people == mentioned)
        #expect((puzzle.isTrue(speaker, known) == known[people[0]]) == isConsistent)
        if !isConsistent { contradictions += 1 }
      }
      // What was last written of each person is the solution.
      #expect(example.demonstration.hasSuffix(" \(answer(puzzle.names, known)) </answer>"))
      #expect(thought.last == "ok")
    }
    #expect(contradictions > 500)
  }

  // MARK: Twins

  @Test func `a twin differs in one statement and in the solution, and training never sees it`()
    throws
  {
    let task = try task()
    var found = [Int](repeating: 0, count: 4)
    var drawn = [Int](repeating: 0, count: 4)
    var smallChanges = 0
    for index in 0..<800 {
      let original = task.trainingExample(index)
      drawn[original.level] += 1
      guard let twins = task.perturbedExample(of: index, in: .test) else { continue }
      found[original.level] += 1
      #expect(twins.original.prompt == original.prompt)
      #expect(twins.original.demonstration == original.demonstration)
      #expect(twins.perturbed.level == original.level)
      let (first, second) = (
        try ReadPuzzle(twins.original.prompt), try ReadPuzzle(twins.perturbed.prompt)
      )
      #expect(first.names == second.names)
      let changed = first.names.indices.filter { first.statements[$0] != second.statements[$0] }
      #expect(changed.count == 1)
      #expect(second.solutions.count == 1)
      #expect(second.solutions != first.solutions)
      let words = zip(first.statements[changed[0]], second.statements[changed[0]])
      if first.statements[changed[0]].count == second.statements[changed[0]].count
        && words.count(where: { $0 != $1 }) == 1
      {
        smallChanges += 1
      }
      #expect(twins.perturbed.reward(original.demonstration).total == -0.5)
      #expect(twins.perturbed.reward(twins.perturbed.demonstration).total == 3)
    }
    #expect(zip(found, drawn).dropFirst().allSatisfy { Double($0) > 0.99 * Double($1) })
    #expect(Double(found[0]) > 0.8 * Double(drawn[0]), "\(found) of \(drawn)")
    #expect(smallChanges > found.reduce(0, +) / 2)
  }
}

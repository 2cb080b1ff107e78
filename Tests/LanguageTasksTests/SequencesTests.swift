import LanguageTasks
import Testing

@Suite struct SequencesTests {
  private func task(_ operation: Sequences.Operation, lengths: [Int] = [3, 4, 5]) throws
    -> Sequences
  {
    var settings = Sequences.Settings()
    settings.operation = operation
    settings.lengths = lengths
    return try Sequences(settings)
  }

  private func letters(of prompt: String) -> [Substring] {
    Array(prompt.split(separator: " ").dropFirst().dropLast())
  }

  @Test func `answers are reversed or sorted letters`() throws {
    let task = try self.task(.both)
    var seen: [Substring: Int] = [:]
    for index in 0..<400 {
      let example = task.trainingExample(index)
      let letters = letters(of: example.prompt)
      #expect(letters.count == Int(task.levels[example.level].name))
      let operation = example.prompt.split(separator: " ")[0]
      seen[operation, default: 0] += 1
      let answer = operation == "sort" ? letters.sorted() : Array(letters.reversed())
      #expect(example.demonstration == answer.joined(separator: " "))
    }
    #expect(
      (150...250).contains(seen["sort"] ?? 0) && (seen["reverse"] ?? 0) == 400 - (seen["sort"] ?? 0)
    )
  }

  @Test func `letters to sort in tests are not reversed in training`() throws {
    let task = try self.task(.both, lengths: [2, 3])
    let training = Set((0..<5000).map { letters(of: task.trainingExample($0).prompt) })
    for level in 0..<2 {
      for index in 0..<500 {
        #expect(!training.contains(letters(of: task.testExample(level: level, index).prompt)))
      }
    }
  }

  @Test func `the fewest and shortest sequences are shared out among all parts`() throws {
    var settings = Sequences.Settings()
    settings.symbols = 5
    settings.lengths = [2]
    let task = try Sequences(settings)
    let training = Set((0..<500).map { task.trainingExample($0).prompt })
    let tests = Set((0..<500).map { task.testExample(level: 0, $0).prompt })
    let validation = Set(
      (0..<500).map { task.evaluationExample(.validation, level: 0, $0).prompt })
    #expect(training.count + tests.count + validation.count == 25)
    #expect(tests.count >= 2 && validation.count >= 2)
  }

  @Test func `the rule takes the answer and nothing like it`() throws {
    let task = try self.task(.reversal, lengths: [4])
    let example = try #require(
      (0..<100).lazy.map(task.trainingExample).first { Set(letters(of: $0.prompt)).count == 4 })
    let given = letters(of: example.prompt).map(String.init)
    let answer = given.reversed().joined(separator: " ")
    #expect(example.reward(answer).total == 1)
    // In another order, in a row without spaces, with more after it: each pays nothing.
    let wrong: [(String, isWellFormed: Bool)] = [
      (given.joined(separator: " "), true), (answer.filter { $0 != " " }, false),
      (answer + " a", false), (" \(answer)", true), (String(answer.dropLast(2)), false),
      (answer.uppercased(), false), ("\(answer) : \(answer)", false), ("", false),
      (answer.replacing(" ", with: "\u{A0}"), false), ("reverse " + answer.dropFirst(2), false),
      ("k" + answer.dropFirst(1), false),
    ]
    for (completion, isWellFormed) in wrong {
      let reward = example.reward(completion)
      #expect(reward.total == 0 && !reward.isCorrect, "\(completion)")
      #expect(reward.isWellFormed == isWellFormed, "\(completion)")
    }
  }
}

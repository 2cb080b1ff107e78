import LanguageTasks
import Testing

@Suite struct ArithmeticTests {
  private func settings(
    _ operation: Arithmetic.Operation, _ demonstration: Arithmetic.DemonstrationKind = .answer,
    _ order: Arithmetic.AnswerOrder = .forward, digits: [Int] = [1, 2, 3]
  ) -> Arithmetic.Settings {
    var settings = Arithmetic.Settings()
    settings.operation = operation
    settings.demonstration = demonstration
    settings.answerOrder = order
    settings.digits = digits
    return settings
  }

  /// Reads `47+85=`.
  private func numbers(of prompt: String) -> [Int] {
    prompt.split { !$0.isNumber }.compactMap { Int($0) }
  }

  @Test(arguments: Arithmetic.Operation.allCases)
  func `answers are those of Swift's arithmetic, numbers have the digits of the level`(
    operation: Arithmetic.Operation
  ) throws {
    let task = try Arithmetic(settings(operation, digits: [1, 2, 3, 8]))
    for level in task.levels.indices {
      for index in 0..<50 {
        let example = task.testExample(level: level, index)
        let numbers = numbers(of: example.prompt)
        let answer =
          switch operation {
          case .addition: numbers[0] + numbers[1]
          case .subtraction: numbers[0] - numbers[1]
          case .multiplication: numbers[0] * numbers[1]
          }
        #expect(example.demonstration == "\(answer)" && answer >= 0)
        for number in numbers { #expect("\(number)".count == [1, 2, 3, 4, 8][level]) }
      }
    }
  }

  @Test func `scratchpads add up`() throws {
    let sums = try Arithmetic(settings(.addition, .scratchpad))
    let differences = try Arithmetic(settings(.subtraction, .scratchpad, .reversed))
    let products = try Arithmetic(settings(.multiplication, .scratchpad))
    for index in 0..<200 {
      let sum = sums.trainingExample(index)
      let parts = sum.demonstration.split(separator: "=")
      // The last digits of the column sums, and the carry of the last, are the answer.
      let columns = parts[0].split(separator: " ").compactMap { Int($0) }
      let digits = columns.reversed().reduce("") { "\($0)\($1 % 10)" }
      #expect((columns[columns.count - 1] >= 10 ? "1" : "") + digits == parts[1])

      let difference = differences.trainingExample(index)
      let borrowed = difference.demonstration.split(separator: "=")
      let answer = borrowed[0].split(separator: " ").map { String($0.suffix(1)) }.joined()
      #expect(Int(String(answer.reversed())) == Int(String(borrowed[1].reversed())))
      #expect(borrowed[0].split(separator: " ").last?.first == "0", "nothing is borrowed at last")

      let product = products.trainingExample(index)
      let worked = product.demonstration.split(separator: "=")
      var total = 0
      for step in worked[0].split(separator: " ").reversed() {
        total = total * 10 + (Int(step) ?? -1)
      }
      #expect("\(total)" == worked[1])
    }
  }

  @Test func `a sum and its mirror image are in one part`() throws {
    let task = try Arithmetic(settings(.addition, digits: [2]))
    let training = Set((0..<20_000).map { task.trainingExample($0).prompt })
    // Five in eight of all 8100 prompts, each drawn four times on average: few are missing.
    #expect((4600...5300).contains(training.count))
    let tests = Set((0..<20_000).map { task.testExample(level: 0, $0).prompt })
    #expect((1800...2300).contains(tests.count))
    #expect(tests.isDisjoint(with: training))
    for prompt in training {
      let numbers = numbers(of: prompt)
      #expect(!tests.contains("\(numbers[1])+\(numbers[0])="))
    }
  }

  @Test func `the split of a problem does not depend on the settings`() throws {
    let first = try Arithmetic(settings(.addition, digits: [1, 2]))
    let second = try Arithmetic(settings(.addition, .scratchpad, .reversed, digits: [2, 3, 6]))
    let tests = Set((0..<2000).map { second.testExample(level: 0, $0).prompt })
    #expect(tests.isDisjoint(with: (0..<2000).map { first.trainingExample($0).prompt }))
  }

  @Test func `there are sums, differences and products of single digits for tests`() throws {
    for operation in Arithmetic.Operation.allCases {
      let task = try Arithmetic(settings(operation))
      let tests = Set((0..<2000).map { task.testExample(level: 0, $0).prompt })
      #expect(tests.count >= 8, "\(operation)")
    }
  }

  @Test(arguments: [
    // completion with * for the answer, correct, well-formed
    ("*", true, true), ("9=*", true, true), ("1 2 3=9=*", true, true), ("=*", true, true),
    ("*=", false, false), ("0*", false, false), (" *", false, false), ("* ", false, false),
    ("+*", false, false), ("-*", false, false), ("*=7", false, true), ("* *", false, false),
    ("", false, false), ("=", false, false), ("*\u{0}", false, false), ("*.0", false, false),
    ("0x*", false, false), ("0", false, true), ("00", false, false),
    ("99999999999999999999999999999999", false, true),
  ])
  func `the rule takes the answer and nothing like it`(
    completion: String, isCorrect: Bool, isWellFormed: Bool
  ) throws {
    let task = try Arithmetic(settings(.addition, digits: [3]))
    for index in 0..<20 {
      let example = task.trainingExample(index)
      let answer = "\(numbers(of: example.prompt).reduce(0, +))"
      let reward = example.reward(completion.replacing("*", with: answer))
      #expect(reward.isCorrect == isCorrect && reward.total == (isCorrect ? 1 : 0))
      #expect(reward.isWellFormed == isWellFormed)
      #expect(component("answer", of: reward) == reward.total)
    }
  }

  @Test func `digits of other scripts are no digits`() throws {
    let task = try Arithmetic(settings(.addition, digits: [3]))
    let example = task.trainingExample(0)
    let answer = numbers(of: example.prompt).reduce(0, +)
    for zero in [0x660, 0x966, 0xFF10, 0x1D7CE] as [UInt32] {
      let text = "\(answer)".utf8.compactMap { Unicode.Scalar(zero + UInt32($0) - 48) }
      let reward = example.reward(String(String.UnicodeScalarView(text)))
      #expect(!reward.isCorrect && !reward.isWellFormed)
    }
  }

  @Test func `a reversed answer is read in its order`() throws {
    let task = try Arithmetic(settings(.addition, .answer, .reversed, digits: [3]))
    let example = try #require(
      (0..<100).lazy.map(task.trainingExample).first {
        numbers(of: $0.prompt).reduce(0, +) % 10 == 0
      })
    let answer = "\(numbers(of: example.prompt).reduce(0, +))"
    #expect(
      example.demonstration == String(answer.reversed()) && example.demonstration.first == "0")
    #expect(example.reward(example.demonstration).isWellFormed)
    #expect(!example.reward(answer).isCorrect && !example.reward(answer).isWellFormed)
    #expect(!example.reward(example.demonstration + "0").isWellFormed)
  }
}

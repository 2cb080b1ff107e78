import LanguageTasks
import Testing

@Suite struct CountdownTests {
  private func problem(of example: TaskExample) -> (numbers: [Int], target: Int) {
    let numbers = example.prompt.split { !$0.isNumber }.compactMap { Int($0) }
    return (Array(numbers.dropLast()), numbers[numbers.count - 1])
  }

  @Test(arguments: Countdown.Operators.allCases)
  func `solutions use each number once and steps lead to the target`(
    operators: Countdown.Operators
  ) throws {
    var settings = Countdown.Settings()
    settings.operators = operators
    settings.numbers = [2, 3, 6]
    let task = try Countdown(settings)
    var signs: Set<Character> = []
    for index in 0..<300 {
      let example = task.trainingExample(index)
      let (numbers, target) = problem(of: example)
      #expect(numbers.count == Int(task.levels[example.level].name))
      #expect(numbers.allSatisfy { (1...20).contains($0) } && (1...99).contains(target))
      let lines = example.demonstration.split(separator: "\n")
      let solution = String(
        lines[1].replacing("<answer>", with: "").replacing("</answer>", with: ""))
      let expression = try #require(CountdownExpression(solution))
      #expect(expression.numbers.sorted() == numbers.sorted())
      #expect(expression.value == Fraction(target))
      let steps = lines[0].split(separator: ",").map { step in
        step.split(separator: "=").map { side in
          String(side.replacing("<think>", with: "").replacing("</think>", with: ""))
        }
      }
      for step in steps {
        #expect(CountdownExpression(step[0])?.value == CountdownExpression(step[1])?.value)
      }
      #expect(steps.last.flatMap { CountdownExpression($0[1])?.value } == Fraction(target))
      #expect(steps.count == numbers.count - 1)
      signs.formUnion(solution.filter("+-*/".contains))
    }
    #expect(signs == (operators == .all ? ["+", "-", "*", "/"] : ["+", "-"]))
  }

  @Test func `numbers in another order are the same problem`() throws {
    let task = try Countdown()
    func key(_ example: TaskExample) -> [Int] {
      let (numbers, target) = problem(of: example)
      return numbers.sorted() + [target]
    }
    let training = Set((0..<5000).map { key(task.trainingExample($0)) })
    for level in task.levels.indices {
      for index in 0..<300 {
        #expect(!training.contains(key(task.testExample(level: level, index))))
      }
    }
  }

  /// The first training problem of the numbers 2 to 6 settings that is asked for by its count.
  private func example(count: Int) throws -> TaskExample {
    let task = try Countdown()
    return try #require(
      (0..<100).lazy.map(task.trainingExample).first { problem(of: $0).numbers.count == count })
  }

  @Test func `the reward is 0, 0 point 1 or 1`() throws {
    let example = try example(count: 3)
    let answer = try #require(example.demonstration.split(separator: "\n").last)
    let solution = String(answer.dropFirst("<answer> ".count).dropLast(" </answer>".count))
    let (numbers, target) = problem(of: example)
    let right = "<answer> \(solution) </answer>"
    let paid: [(String, Double)] = [
      (right, 1), ("<answer>\(solution.filter { $0 != " " })</answer>", 1),
      ("<think> , , ( </think>\n\(right)", 1), ("anything \(right) anything", 1),
      ("<answer> ( \(solution) ) </answer>", 1),
      // The last answer of the last line counts.
      ("<answer> 1 </answer> \(right)", 1), ("\(right) <answer> 1 </answer>", 0.1),
      ("\(right)\n", 0), ("\(right)\nand so on", 0), ("\(right)\n<answer> 1 </answer>", 0.1),
      // No answer at all.
      ("", 0), (solution, 0), ("<answer> \(solution)", 0), ("\(solution) </answer>", 0),
      ("</answer> \(solution) <answer>", 0), ("<ANSWER> \(solution) </ANSWER>", 0),
      ("<answer> \(solution) <answer>", 0),
      // A form that is right with nothing right in it: TinyZero's rule pays it too.
      ("<answer></answer>", 0.1), ("<answer> </answer>", 0.1), ("<answer> sorry </answer>", 0.1),
      // Numbers left out, used twice, made up, or the target itself.
      ("<answer> \(target) </answer>", 0.1), ("<answer> \(solution) + 0 </answer>", 0.1),
      ("<answer> \(solution) - 1 + 1 </answer>", 0.1),
      ("<answer> \(solution) + \(numbers[0]) - \(numbers[0]) </answer>", 0.1),
      ("<answer> ( \(solution) ) * 1 </answer>", 0.1),
      ("<answer> \(solution) = \(target) </answer>", 0.1),
      ("<answer> \(numbers[0]) </answer>", 0.1),
      // Nested tags: the match begins at the first.
      ("<answer> <answer> \(solution) </answer>", 0.1),
      ("<answer> \(solution) </answer> </answer>", 1),
    ]
    for (completion, total) in paid {
      let reward = example.reward(completion)
      #expect(reward.total == total, "\(completion)")
      #expect(reward.isCorrect == (total == 1) && reward.isWellFormed == (total > 0))
      #expect(component("format", of: reward) == (total > 0 ? 0.1 : 0))
      #expect(component("answer", of: reward) == (total == 1 ? 0.9 : 0))
    }
  }

  @Test(arguments: [
    "2**3", "7//2", "-3+5", "+3", "3--5", "3.5", "3,5", "3 5", "3(5)", "(3)(5)", "()", "(", ")",
    "(3",
    "3)", "3+", "*3", "3+*5", "05", "00", "3+05", "1e3", "0x3", "3_0", "3!", "3%2", "3^2", "3=3",
    "__import__('os')", "__import__", "abs(3)", "\u{663}", "\u{FF13}+5", "3\u{2212}5", "3\u{D7}5",
    "3\u{A0}+5", "3\t+5", "3\n+5", "3+5\u{0}", "3 + 5 # 7", "1234567890", "",
    "1/0", "0/0", "5/(3-3)", "1/(1/2-1/2)", "3/(0*5)",
    "999999999*999999999*999999999", "1/999999999/999999999/999999999",
    "999999999*999999999*9+999999999*999999999*9+999999999*999999999*9",
  ])
  func `what is no expression has no value`(text: String) {
    #expect(CountdownExpression(text) == nil)
  }

  @Test(arguments: [
    ("0", [0], 0, 1), ("3+5*2", [3, 5, 2], 13, 1), ("( 3 + 5 ) * 2", [3, 5, 2], 16, 1),
    ("10-3-2", [10, 3, 2], 5, 1), ("12/3/2", [12, 3, 2], 2, 1), ("2-5", [2, 5], -3, 1),
    ("1/3+1/6", [1, 3, 1, 6], 1, 2), ("8/(3-8/3)", [8, 3, 8, 3], 24, 1), ("((((7))))", [7], 7, 1),
    ("2/4", [2, 4], 1, 2), ("1/(2-3)", [1, 2, 3], -1, 1), ("0/5", [0, 5], 0, 1),
    ("  3  +  5  ", [3, 5], 8, 1), ("999999999", [999_999_999], 999_999_999, 1),
  ])
  func `expressions have exact values`(
    text: String, numbers: [Int], numerator: Int, denominator: Int
  ) throws {
    let expression = try #require(CountdownExpression(text))
    #expect(expression.numbers == numbers)
    #expect(expression.value.numerator == numerator)
    #expect(expression.value.denominator == denominator)
  }

  @Test func `parentheses as deep as a completion is long do no harm`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "7" + String(repeating: ")", count: depth)
    }
    let deepest = CountdownExpression.deepestNesting
    #expect(CountdownExpression(nested(deepest))?.value == Fraction(7))
    #expect(CountdownExpression(nested(deepest + 1)) == nil)
    #expect(CountdownExpression(nested(1_000_000)) == nil)
    #expect(CountdownExpression(String(repeating: "(", count: 1_000_000)) == nil)
    #expect(
      CountdownExpression(String(repeating: "1+", count: 100_000) + "1")?.value == Fraction(100_001)
    )
  }

  @Test func `fractions are in lowest terms with a denominator above 0`() {
    #expect(Fraction(6, over: -4) == Fraction(-3, over: 2))
    #expect(Fraction(0, over: -4) == Fraction(0))
    #expect(Fraction(1, over: 0) == nil)
    #expect(Fraction(.min, over: 1) == nil && Fraction(1, over: .min) == nil)
    #expect(Fraction(.max, over: .max) == Fraction(1))
  }
}

/// TinyZero's rule for Countdown.
///
/// The answer is the text between the last `<answer>` … `</answer>` of the last line. The reward is 0
/// without an answer, 0.1 with one that is wrong, whatever it says, and 1 for an expression that uses
/// each given number exactly once and has the target as its value.
///
/// TinyZero evaluates the answer as Python does, and so pays for `2**3`, `7//2`, `-3+5` and, of the
/// numbers 3 and 5, for `3.5`. Here these are wrong: see ``CountdownExpression``. The value is exact
/// here, there within 10⁻⁵.
///
/// Source: https://github.com/Jiayi-Pan/TinyZero, verl/utils/reward_score/countdown.py.
enum CountdownReward {
  /// The reward where there is no answer.
  static let withoutAnswer = reward(total: 0, format: 0, answer: 0)

  /// Returns the reward of a completion.
  ///
  /// - Parameters:
  ///   - completion: The text after the prompt.
  ///   - numbers: The given numbers, in any order.
  ///   - target: The number that they have to make.
  /// - Returns: A reward with the parts `format` and `answer`.
  static func reward(of completion: String, numbers: [Int], target: Int) -> TaskReward {
    let lastLine =
      completion.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last
    guard let lastLine, let answer = answer(in: Array(lastLine)) else {
      return withoutAnswer
    }
    guard let expression = CountdownExpression(String(decoding: answer, as: UTF8.self)),
      expression.numbers.sorted() == numbers.sorted(), expression.value == Fraction(target)
    else { return reward(total: 0.1, format: 0.1, answer: 0) }
    return reward(total: 1, format: 0.1, answer: 0.9)
  }

  private static func reward(total: Double, format: Double, answer: Double) -> TaskReward {
    TaskReward(
      total: total,
      components: [.init(name: "format", value: format), .init(name: "answer", value: answer)],
      isCorrect: answer > 0, isWellFormed: format > 0)
  }

  private static let opening = Array("<answer>".utf8)
  private static let closing = Array("</answer>".utf8)

  /// Returns the last match of the regular expression `<answer>(.*?)</answer>`, from the left.
  private static func answer(in line: [UInt8]) -> ArraySlice<UInt8>? {
    var answer: ArraySlice<UInt8>?
    var position = 0
    while let start = firstIndex(of: opening, in: line, from: position),
      let end = firstIndex(of: closing, in: line, from: start + opening.count)
    {
      answer = line[(start + opening.count)..<end]
      position = end + closing.count
    }
    return answer
  }

  private static func firstIndex(of pattern: [UInt8], in line: [UInt8], from start: Int) -> Int? {
    guard start + pattern.count <= line.count else { return nil }
    return (start...(line.count - pattern.count)).first {
      line[$0..<($0 + pattern.count)].elementsEqual(pattern)
    }
  }
}

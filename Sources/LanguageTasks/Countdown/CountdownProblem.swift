import SeededRandom

/// Numbers, a target, and one way from the ones to the other.
struct CountdownProblem: SplitProblem {
  /// In the order of the prompt.
  let numbers: [Int]
  let target: Int
  /// The way, a step at a time, such as `7 + 5 = 12`.
  let steps: [String]
  /// The way as one expression, such as `( 7 + 5 ) + 3`.
  let solution: String

  /// The greatest target, and the greatest number on the way to it.
  static let greatestValue = 99

  /// A number with the expression that made it.
  private struct Part {
    let value: Int
    let text: String
    var isCompound = false
    var operand: String { isCompound ? "( \(text) )" : text }
  }

  /// Draws numbers in 1...`greatest` and combines random pairs of them by random operators until one is
  /// left, the greater of a pair first.
  ///
  /// - Returns: `nil` if a step leaves the whole numbers 1...``greatestValue``.
  init?(
    count: Int, greatest: Int, operators: Countdown.Operators,
    using generator: inout SeededGenerator
  ) {
    let numbers = (0..<count).map { _ in 1 + generator.nextIndex(below: greatest) }
    var parts = numbers.map { Part(value: $0, text: "\($0)") }
    var steps: [String] = []
    while parts.count > 1 {
      let first = parts.remove(at: generator.nextIndex(below: parts.count))
      let second = parts.remove(at: generator.nextIndex(below: parts.count))
      let (greater, smaller) =
        first.value >= second.value ? (first, second) : (second, first)
      let sign = operators.signs[generator.nextIndex(below: operators.signs.count)]
      let value: Int
      switch sign {
      case "+": value = greater.value + smaller.value
      case "-": value = greater.value - smaller.value
      case "*": value = greater.value * smaller.value
      default:
        guard greater.value.isMultiple(of: smaller.value) else { return nil }
        value = greater.value / smaller.value
      }
      guard (1...Self.greatestValue).contains(value) else { return nil }
      steps.append("\(greater.value) \(sign) \(smaller.value) = \(value)")
      parts.append(
        Part(value: value, text: "\(greater.operand) \(sign) \(smaller.operand)", isCompound: true))
    }
    self.numbers = numbers
    self.steps = steps
    target = parts[0].value
    solution = parts[0].text
  }

  /// Two orders of the same numbers are one problem, and so are two ways to one target.
  var canonicalText: String { "\(numbers.sorted()) \(target)" }

  /// Such as `use 3 7 5 for 15` and a line break.
  var prompt: String { "use \(numbers.map(String.init).joined(separator: " ")) for \(target)\n" }
}

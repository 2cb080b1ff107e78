import SeededRandom

/// Two whole numbers and what is to be done with them.
struct ArithmeticProblem: SplitProblem {
  let operation: Arithmetic.Operation
  let first: Int
  let second: Int

  /// Draws two numbers of exactly `digits` digits each; a difference is never negative.
  init(
    _ operation: Arithmetic.Operation, digits: Int, using generator: inout SeededGenerator
  ) {
    func number() -> Int {
      (0..<digits).reduce(0) { number, position in
        // The first of several digits is not 0.
        let least = position == 0 && digits > 1 ? 1 : 0
        return number * 10 + least + generator.nextIndex(below: 10 - least)
      }
    }
    let (first, second) = (number(), number())
    self.operation = operation
    self.first = operation == .subtraction ? max(first, second) : first
    self.second = operation == .subtraction ? min(first, second) : second
  }

  /// The problem with the greater number first.
  var canonicalText: String {
    "\(max(first, second))\(operation.sign)\(min(first, second))"
  }

  /// Such as `47+85=`.
  var prompt: String { "\(first)\(operation.sign)\(second)=" }

  var answer: Int {
    switch operation {
    case .addition: first + second
    case .subtraction: first - second
    case .multiplication: first * second
    }
  }

  /// The numbers that a person would write down on the way, from the least significant digit on.
  ///
  /// Of a sum, each column's sum with the carry (47 + 85: 12, 13); of a difference, each column's
  /// digit after the 1 or 0 borrowed for it (42 − 17: 15, 02); of a product, the first number times each
  /// digit of the second.
  var steps: [String] {
    let pairs = zip(reversedDigits(of: first), reversedDigits(of: second))
    var carry = 0
    switch operation {
    case .addition:
      return pairs.map { first, second in
        let sum = first + second + carry
        carry = sum / 10
        return "\(sum)"
      }
    case .subtraction:
      return pairs.map { first, second in
        let difference = first - second - carry
        carry = difference < 0 ? 1 : 0
        return "\(carry)\(difference + 10 * carry)"
      }
    case .multiplication:
      return reversedDigits(of: second).map { "\(first * $0)" }
    }
  }

  /// Returns the digits of a number, the least significant first.
  ///
  /// The smaller number of a difference has as many digits as the greater, so columns pair up.
  private func reversedDigits(of number: Int) -> [Int] {
    "\(number)".utf8.reversed().map { Int($0 - UInt8(ascii: "0")) }
  }
}

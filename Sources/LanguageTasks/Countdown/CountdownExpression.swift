/// An arithmetic expression that a model wrote, evaluated exactly and without trust.
///
///     sum     = product, then any number of ("+" or "-", product)
///     product = factor, then any number of ("*" or "/", factor)
///     factor  = number | "(" sum ")"
///     number  = "0" or digits 0 to 9 not beginning with 0, at most 9 of them
///
/// Spaces may stand between these. There are no signs before numbers, no powers, no decimal points,
/// and parentheses are nested at most ``deepestNesting`` deep.
public struct CountdownExpression: Hashable, Sendable {
  /// The numbers in the order in which they are written.
  public let numbers: [Int]
  /// The exact value.
  public let value: Fraction

  /// How deep parentheses may be nested, so that a completion cannot exhaust the stack.
  public static let deepestNesting = 32

  /// Reads an expression.
  ///
  /// - Returns: `nil` if `text` is not an expression, divides by zero, or passes through a number
  ///   that 64 bits cannot hold.
  public init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let value = reader.sum(depth: 0), reader.next == nil else { return nil }
    numbers = reader.numbers
    self.value = value
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0
    var numbers: [Int] = []

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// The next character that is no space, which it moves to.
    var next: UInt8? {
      mutating get {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
        return position < bytes.count ? bytes[position] : nil
      }
    }

    mutating func sum(depth: Int) -> Fraction? {
      var value = product(depth: depth)
      while let total = value, let sign = next,
        sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      {
        position += 1
        value = product(depth: depth).flatMap {
          sign == UInt8(ascii: "+") ? total.adding($0) : total.subtracting($0)
        }
      }
      return value
    }

    mutating func product(depth: Int) -> Fraction? {
      var value = factor(depth: depth)
      while let total = value, let sign = next,
        sign == UInt8(ascii: "*") || sign == UInt8(ascii: "/")
      {
        position += 1
        value = factor(depth: depth).flatMap {
          sign == UInt8(ascii: "*") ? total.multiplied(by: $0) : total.divided(by: $0)
        }
      }
      return value
    }

    mutating func factor(depth: Int) -> Fraction? {
      guard next == UInt8(ascii: "(") else { return number() }
      guard depth < CountdownExpression.deepestNesting else { return nil }
      position += 1
      guard let value = sum(depth: depth + 1), next == UInt8(ascii: ")") else { return nil }
      position += 1
      return value
    }

    mutating func number() -> Fraction? {
      let zero = UInt8(ascii: "0")
      let digits = bytes[position...].prefix { (zero...zero + 9).contains($0) }
      guard (1...9).contains(digits.count), digits.count == 1 || digits.first != zero else {
        return nil
      }
      position = digits.endIndex
      let number = digits.reduce(0) { $0 * 10 + Int($1 - zero) }
      numbers.append(number)
      return Fraction(number)
    }
  }
}

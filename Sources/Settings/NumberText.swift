/// Numbers as a person writes them in a spec, and as the run key holds them.
///
/// The grammar is our own, because YAML 1.1 reads `010` as eight, `1:30` as ninety and `1e-4` as
/// text: an optional sign, decimal digits with single underscores between them, an optional
/// fraction, an optional exponent. There is no hexadecimal or octal form, no leading zero before
/// another digit, no infinity and no NaN.
public enum NumberText {
  /// Returns the whole number that `text` spells, or `nil` if it spells none.
  ///
  /// `100_000`, `1e5` and `100000.0` are the same whole number.
  public static func integer(_ text: String) -> Int? {
    guard let plain = plainDecimal(text) else { return nil }
    if let value = Int(plain) { return value }
    // Past 2^53 a Double no longer holds every whole number, so such a spelling is not read.
    guard let value = number(text), value == value.rounded(), value.magnitude <= 0x1p53,
      plain.contains(where: { ".eE".contains($0) })
    else { return nil }
    return Int(value)
  }

  /// Returns the finite number nearest to what `text` spells, or `nil` if it spells none.
  ///
  /// A number too large for a Double, or other than zero and too small for one, is `nil` too.
  /// Minus zero is zero.
  public static func number(_ text: String) -> Double? {
    guard let plain = plainDecimal(text), let value = Double(plain), value.isFinite else {
      return nil
    }
    guard value == 0 else { return value }
    let mantissa = plain.prefix { $0 != "e" && $0 != "E" }
    return mantissa.contains { ("1"..."9").contains($0) } ? nil : 0
  }

  /// Returns `text` without underscores if it follows the grammar.
  private static func plainDecimal(_ text: String) -> String? {
    var rest = Array(text.utf8)[...]
    var plain: [UInt8] = []
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func takeSign() {
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        if sign == UInt8(ascii: "-") { plain.append(sign) }
        rest = rest.dropFirst()
      }
    }
    /// Takes digits with single underscores between them; returns them without the underscores.
    func takeDigits() -> [UInt8] {
      var digits: [UInt8] = []
      while let byte = rest.first {
        if isDigit(byte) {
          digits.append(byte)
        } else if !(byte == UInt8(ascii: "_") && !digits.isEmpty
          && isDigit(rest.dropFirst().first))
        {
          break
        }
        rest = rest.dropFirst()
      }
      return digits
    }

    takeSign()
    let whole = takeDigits()
    if whole.count > 1, whole.first == UInt8(ascii: "0") { return nil }
    plain += whole.isEmpty ? [UInt8(ascii: "0")] : whole
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits()
      plain += [UInt8(ascii: ".")] + (fraction.isEmpty ? [UInt8(ascii: "0")] : fraction)
    }
    if whole.isEmpty && fraction.isEmpty { return nil }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      plain.append(UInt8(ascii: "e"))
      takeSign()
      let exponent = takeDigits()
      if exponent.isEmpty { return nil }
      plain += exponent
    }
    return rest.isEmpty ? String(decoding: plain, as: UTF8.self) : nil
  }
}

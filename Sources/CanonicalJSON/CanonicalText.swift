/// Text forms that digests are made of: they never change for a given value.
package enum CanonicalText {
  /// The shortest decimal that reads back as exactly `value`, without a locale.
  ///
  /// A whole number of at most 2^53 has no fraction (`100000`), negative zero is `-0.0`, an exponent
  /// has neither padding nor plus sign (`1e-7`, `1e16`); every NaN is `nan`, the infinities are
  /// `inf` and `-inf`.
  package static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    let isNegativeZero = value == 0 && value.sign == .minus
    if value == value.rounded(), value.magnitude <= 0x1p53, !isNegativeZero {
      return "\(Int64(value))"
    }
    let text = "\(value)"
    guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")),
      let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    return "\(text[..<mark])e\(exponent)"
  }

  /// Whether two numbers have the same canonical text.
  package static func same(_ first: Double, _ second: Double) -> Bool {
    first.bitPattern == second.bitPattern || (first.isNaN && second.isNaN)
  }

  /// Whether `first` comes before `second` in the order of Unicode scalars.
  ///
  /// It is the order of the UTF-8 bytes too. Swift's own order of strings follows Unicode
  /// normalisation, which a newer Unicode version may refine.
  package static func precedes(_ first: String, _ second: String) -> Bool {
    let inPlace = first.utf8.withContiguousStorageIfAvailable { first in
      second.utf8.withContiguousStorageIfAvailable { first.lexicographicallyPrecedes($0) }
    }
    return (inPlace ?? nil) ?? first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  /// A text as messages show it: its first 60 characters, on one line, control characters escaped.
  package static func shown(_ text: String) -> String {
    let head = String(text.unicodeScalars.prefix(60))
    let shown = JSONValue.string(head).compactText.dropFirst().dropLast()
    return head.utf8.count == text.utf8.count ? String(shown) : shown + "…"
  }

  /// Whether two strings have the same bytes; `==` would also take equivalent accents as equal.
  package static func same(_ first: String, _ second: String) -> Bool {
    first.utf8.elementsEqual(second.utf8)
  }
}

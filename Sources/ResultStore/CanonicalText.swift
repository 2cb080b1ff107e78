/// Text forms that digests are made of: they never change for a given value.
enum CanonicalText {
  /// The shortest decimal that reads back as exactly `value`, without a locale.
  ///
  /// A whole number below 10^15 is written without a fraction, negative zero as `-0.0`; every NaN
  /// is `nan`, the infinities `inf` and `-inf`.
  static func number(_ value: Double) -> String {
    guard value == value.rounded(), value.magnitude < 1e15, value.bitPattern != (-0.0).bitPattern
    else { return value.isNaN ? "nan" : "\(value)" }
    return "\(Int64(value))"
  }

  /// Whether two numbers have the same canonical text.
  static func same(_ first: Double, _ second: Double) -> Bool {
    first.bitPattern == second.bitPattern || (first.isNaN && second.isNaN)
  }

  /// Whether `first` comes before `second` in the order of Unicode scalars.
  ///
  /// It is the order of the UTF-8 bytes too. Swift's own order of strings follows Unicode
  /// normalisation, which a newer Unicode version may refine.
  static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  /// Whether two strings have the same bytes; `==` would also take equivalent accents as equal.
  static func same(_ first: String, _ second: String) -> Bool {
    first.utf8.elementsEqual(second.utf8)
  }

  /// Whether `name` can name a metric or a curve: ASCII letters, digits, `_`, `-` and `.`.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
            || "_-.".unicodeScalars.contains($0))
      }
  }
}

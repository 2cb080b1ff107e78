extension NumberText {
  /// Returns `value` as a person would write it: whole numbers as they are, others with about four digits, and very small
  /// or large ones as `1.234 × 10⁻⁸`.
  package static func readable(_ value: Double) -> String {
    let size = value.magnitude
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    if size >= 1e-4, size < 1e15 {
      return fixed(value, decimals: value == value.rounded() ? 0 : decimals(forScale: value))
    }
    return scientific(value)
  }
}

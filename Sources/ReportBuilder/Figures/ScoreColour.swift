/// The colours of normalized scores: nearly white at 0, blue at 1, and orange at −1; the same beyond.
///
/// All are light enough for black words, at a contrast of at least 4.5 : 1, and so are their inverses for white ones, which a
/// dark page shows.
package enum ScoreColour {
  private static let none = (243, 247, 252)
  private static let (full, negative) = ((110, 165, 228), (236, 150, 80))

  /// Returns the colour of `score`, such as `#6EA5E4`.
  package static func hex(of score: Double) -> String {
    let share = min(score.magnitude, 1)
    let deep = score < 0 ? negative : full
    func part(_ light: Int, _ deep: Int) -> String {
      let value = light + Int((Double(deep - light) * share).rounded())
      let digits = String(value, radix: 16, uppercase: true)
      return value < 16 ? "0" + digits : digits
    }
    return "#" + part(none.0, deep.0) + part(none.1, deep.1) + part(none.2, deep.2)
  }
}

/// A difference with its interval beside 0, as a small drawing in the row of a table.
package struct ForestDrawing {
  /// The ends of the interval, and the estimate.
  package var ends: (lower: Double, estimate: Double, upper: Double)
  /// The margin that counts as no difference; nil to draw none.
  package var margin: Double?

  /// Creates the drawing of a difference.
  package init(ends: (lower: Double, estimate: Double, upper: Double), margin: Double? = nil) {
    self.ends = ends
    self.margin = margin
  }

  /// The value that the edge must show at least.
  package var extent: Double {
    ([ends.lower.magnitude, ends.upper.magnitude, ends.estimate.magnitude]
      + (margin.map { [$0] } ?? [])).filter(\.isFinite).max() ?? 0
  }

  /// Draws it as SVG, 0 in the middle.
  ///
  /// - Parameter scale: The value at the edge: the same in all rows about one metric, so that intervals can be compared.
  /// - Returns: The element; nothing where a number is not finite.
  package func svg(scale: Double) -> String {
    let (lower, estimate, upper) = ends
    guard scale > 0, lower.isFinite, estimate.isFinite, upper.isFinite else { return "" }
    func place(_ value: Double) -> Double { ((60 + 56 * value / scale) * 10).rounded() / 10 }
    var svg =
      "<svg class=\"forest\" width=\"120\" height=\"14\" viewBox=\"0 0 120 14\" aria-hidden=\"true\">"
    if let margin {
      let (left, right) = (place(-margin), place(margin))
      svg +=
        "<rect x=\"\(left)\" y=\"1\" width=\"\(((right - left) * 10).rounded() / 10)\" height=\"12\"/>"
    }
    svg += "<path class=\"zero\" d=\"M60 0V14\"/><path d=\"M\(place(lower)) 7H\(place(upper))\"/>"
    return svg + "<circle cx=\"\(place(estimate))\" cy=\"7\" r=\"3\"/></svg>"
  }
}

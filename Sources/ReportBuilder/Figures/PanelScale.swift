private import CKernels

/// The scale of an axis of a panel: which share of the axis a value stands at, and which ticks it has.
package struct PanelScale: Equatable, Sendable {
  package var ticks: [Double]
  /// The words at the ticks.
  package var labels: [String]
  /// The ends, in the logarithm where the axis is logarithmic.
  private var ends: ClosedRange<Double>
  private var isLogarithmic: Bool

  /// The share of the axis, from 0 to 1; values beyond an end are drawn at it.
  package func share(of value: Double) -> Double {
    let place = isLogarithmic ? Self.logarithm(value) : value
    return max(0, min((place - ends.lowerBound) / (ends.upperBound - ends.lowerBound), 1))
  }

  /// An axis of equal steps.
  package init(linear scale: AxisScale) {
    ticks = scale.ticks
    labels = TickLabels.text(of: ticks)
    ends = scale.lower...scale.upper
    isLogarithmic = false
  }

  /// A logarithmic axis that covers `values` above 0, from one of 1, 2 and 5 times a power of ten to another.
  ///
  /// From two powers of ten on, the ticks are those alone.
  package init(logarithmic values: [Double]) {
    let values = values.filter { $0 > 0 && $0.isFinite }.map { max(1e-150, min($0, 1e150)) }
    let (low, high) = (values.min() ?? 1, values.max() ?? 1)
    let first = NumberText.exponent(of: low)
    let last = NumberText.exponent(of: high) + 1
    let steps = (first...last).flatMap { exponent in
      [1, 2, 5].map { significant($0 * NumberText.power(exponent), digits: 3) }
    }
    let lower = steps.last { $0 <= low } ?? low
    let upper = steps.first { $0 >= high && $0 > lower } ?? high
    let inside = steps.filter { $0 >= lower && $0 <= upper }
    let powers = inside.filter { NumberText.power(NumberText.exponent(of: $0)) == $0 }
    ticks = powers.count >= 3 ? Self.thinned(powers, to: 5) : Self.thinned(inside, to: 6)
    labels = ticks.map { tick in
      tick >= 1e6
        ? NumberText.scientific(tick).replacing(".000", with: "") : NumberText.shortest(tick)
    }
    ends = Self.logarithm(lower)...Self.logarithm(upper)
    isLogarithmic = true
  }

  /// A logarithmic axis from the least to the largest of whole numbers, with ticks at them.
  package init(sizes: [Int]) {
    let sizes = Set(sizes).sorted()
    ticks = Self.thinned(sizes.map(Double.init), to: 7)
    labels = ticks.map { NumberText.fixed($0, decimals: 0) }
    let (least, largest) = (sizes.first ?? 1, sizes.last ?? 1)
    ends = Self.logarithm(Double(least))...Self.logarithm(Double(max(largest, least + 1)))
    isLogarithmic = true
  }

  /// Every other, third and so on, so that at most `count` stay.
  private static func thinned(_ ticks: [Double], to count: Int) -> [Double] {
    let stride = max(1, (ticks.count + count - 1) / count)
    return ticks.enumerated().filter { $0.offset.isMultiple(of: stride) }.map(\.element)
  }

  private static func logarithm(_ value: Double) -> Double {
    lb_log(max(value, 1e-300))
  }
}

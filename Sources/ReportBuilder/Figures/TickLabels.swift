/// The words at the ticks of an axis: the numbers that they stand at, all written one way.
package enum TickLabels {
  /// The unit of the numbers at ticks.
  package enum Unit: Sendable {
    case plain
    /// Shares of one, in per cent.
    case percent
  }

  /// Returns the labels of `ticks`, which ascend.
  ///
  /// All have the same digits after the point and the same suffix: `0.0`, `2.5`, `5.0`, or `0.0 M`, `0.5 M`,
  /// `1.0 M` from a million on, or `1 × 10⁻⁸` where a fraction would take more than six digits. As many
  /// digits are shown as it takes to tell each tick's own number.
  package static func text(of ticks: [Double], unit: Unit = .plain) -> [String] {
    switch unit {
    case .percent: return labels(ticks.map { $0 * 100 }, divisor: 1, suffix: " %")
    case .plain: break
    }
    let largest = ticks.map(\.magnitude).max() ?? 0
    if largest >= 1e15 || (largest > 0 && largest < 1 && decimals(of: ticks) > 6) {
      let exponent = NumberText.exponent(of: largest)
      return labels(
        ticks, divisor: NumberText.power(exponent), suffix: NumberText.timesPower(exponent))
    }
    for (size, symbol) in [(1e12, "T"), (1e9, "G"), (1e6, "M")] where largest >= size {
      // A suffix that takes more digits than it saves is none.
      if decimals(of: ticks.map { $0 / size }) <= 3 {
        return labels(ticks, divisor: size, suffix: " " + symbol)
      }
    }
    return labels(ticks, divisor: 1, suffix: "")
  }

  private static func labels(_ ticks: [Double], divisor: Double, suffix: String) -> [String] {
    let values = ticks.map { $0 / divisor }
    let decimals = decimals(of: values)
    return values.map { NumberText.fixed($0, decimals: decimals) + suffix }
  }

  /// The least number of digits after the point that shows each of `values` as it is, up to a billionth of
  /// the least step between two of them.
  private static func decimals(of values: [Double]) -> Int {
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
    let noise = (steps.min() ?? values.map(\.magnitude).max() ?? 1) * 1e-6
    return (0..<mostDecimals).first { decimals in
      let scale = NumberText.power(decimals)
      return values.allSatisfy { ((($0 * scale).rounded() / scale) - $0).magnitude <= noise }
    } ?? mostDecimals
  }

  private static let mostDecimals = 15
}

/// The style of the counts of a column, or of a metric: all with the same unit and the same digits.
package struct CountStyle: Equatable, Sendable {
  private var divisor: Double
  private var suffix: String
  private var decimals: Int

  /// Chooses what suits `counts`: whole numbers below a million, and `8.37 M`, `4.837 T` beyond; bytes in
  /// binary units, `7.81 MiB`.
  ///
  /// Counts are not put into a unit of which the least is not a tenth.
  package init(_ counts: [Double], isBytes: Bool = false) {
    let sizes = counts.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let (least, largest) = (sizes.min() ?? 0, sizes.max() ?? 0)
    let units = isBytes ? Self.binary : Self.decimal
    let unit = units.last { $0.size <= largest && least >= $0.size / 10 }
    divisor = unit?.size ?? 1
    suffix = unit.map { " " + $0.symbol } ?? (isBytes ? " B" : "")
    decimals = unit == nil ? 0 : Self.decimals(ofLeast: least / divisor)
  }

  /// Returns a count of the column.
  package func text(_ count: Double) -> String {
    NumberText.fixed(count / divisor, decimals: decimals) + suffix
  }

  /// As many digits after the point as show three digits of the least, at most three.
  private static func decimals(ofLeast least: Double) -> Int {
    least >= 100 ? 0 : least >= 10 ? 1 : least >= 1 ? 2 : 3
  }

  private static let decimal: [(size: Double, symbol: String)] = [
    (1e6, "M"), (1e9, "G"), (1e12, "T"), (1e15, "P"), (1e18, "E"),
  ]

  private static let binary: [(size: Double, symbol: String)] = [
    (0x1p10, "KiB"), (0x1p20, "MiB"), (0x1p30, "GiB"), (0x1p40, "TiB"), (0x1p50, "PiB"),
  ]
}

internal import Statistics

/// Means of arms, or their differences to one of them, with intervals and the value of every seed: a row for each arm.
struct IntervalsChart: Equatable, Sendable {
  /// The quantity drawn with its unit, in words.
  var title: String
  /// The values that the quantity can take, which bound the axis.
  var range: ClosedRange<Double>?
  /// The number of digits after the point that show the quantity.
  var decimals: Int
  /// Whether differences are drawn: then 0 has a line of its own.
  var isOfDifferences: Bool
  var rows: [Row]

  /// One arm, with a bar for each week that is drawn.
  struct Row: Equatable, Sendable {
    var title: String
    var look: ArmLook
    var bars: [Bar]
  }

  /// The seeds of an arm in one week.
  struct Bar: Equatable, Sendable {
    /// The week, where there are several.
    var week: String?
    /// Whether a later one stands above it.
    var isEarlier = false
    var seeds: [Int]
    /// In the order of `seeds`.
    var values: [Double]
    var mean: Double
    /// Nil where there are too few seeds.
    var interval: ConfidenceInterval?
  }

  /// The chart in words, for readers who do not see it.
  var alternative: String {
    let words = rows.flatMap { row in
      row.bars.map { bar in
        "\(row.title) \(NumberText.fixed(bar.mean, decimals: decimals))"
          + (bar.interval.map { " \(NumberText.interval($0, decimals: decimals))" } ?? "")
          + (bar.isEarlier ? bar.week.map { " in \($0)" } ?? "" : "")
      }
    }
    return "\(title), seed by seed: " + words.joined(separator: ", ")
  }

  /// The horizontal axis with about `count` steps.
  ///
  /// It covers the values of all seeds, and intervals as far as they do not make these small.
  func scale(count: Int) -> AxisScale {
    let bars = rows.flatMap(\.bars)
    let values = bars.flatMap { $0.values + [$0.mean] }
    var ends = bars.compactMap(\.interval).flatMap { [$0.lower, $0.upper] }
    if let low = values.min(), let high = values.max(), high > low {
      let room = high - low
      ends = ends.map { max(low - room, min($0, high + room)) }
    }
    return AxisScale(
      covering: values + ends + (isOfDifferences ? [0] : []), limits: range, count: count)
  }
}

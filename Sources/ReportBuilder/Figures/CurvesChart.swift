internal import Statistics

/// Learning curves of several arms: a line with a band for each, named at its right end.
struct CurvesChart: Equatable, Sendable {
  /// The quantity drawn with its unit, in words.
  var valueTitle: String
  /// The values that the quantity can take, which bound the vertical axis.
  var range: ClosedRange<Double>?
  /// The number of digits after the point in tables of the quantity; nil if none shows it.
  var decimals: Int?
  /// The title of the horizontal axis.
  var horizontalTitle = "Environment steps"
  var axis = Axis.steps
  /// Whether some points are of too few seeds for an interval, which is said at the vertical axis.
  var lacksIntervals = false
  var series: [Series]

  /// The meaning of the horizontal axis.
  enum Axis: Equatable, Sendable {
    /// Steps of the budget, from 0 on.
    case steps
    /// Another curve: points follow each other as training went, and intervals are bars.
    case curve
    /// Whole numbers that name levels of difficulty.
    case levels
    /// Shares of the budget, from 0 to 1.
    case share
    /// Values of a setting, ascending and at even distances; positions count them from 0.
    case values([Double])
    /// Scores that runs may be above; lines fall from 1, and their names stand beside them in order.
    case thresholds
  }

  /// One arm.
  struct Series: Equatable, Sendable {
    var title: String
    var look: ArmLook
    /// In the order of training.
    var points: [Point]
    /// The week that it is of, where a chart shows two.
    var week: String?
    /// Whether that is the earlier one, whose lines are thinner.
    var isEarlier = false

    /// Creates a series; without a look it has that of its title.
    init(title: String, look: ArmLook?, points: [Point]) {
      self.title = title
      self.look = look ?? .look(of: title)
      self.points = points
    }
  }

  /// The statistics over seeds at one point of training.
  struct Point: Equatable, Sendable {
    /// The place on the horizontal axis: a step, or the value of a curve.
    var position: Double
    var mean: Double
    var lower: Double
    var upper: Double

    /// Creates a point; without an interval both its ends are the mean.
    init(position: Double, mean: Double, interval: ConfidenceInterval?) {
      self.position = position
      self.mean = mean
      lower = interval?.lower ?? mean
      upper = interval?.upper ?? mean
    }
  }

  /// The chart in words, for readers who do not see it.
  var alternative: String {
    let decimals =
      decimals
      ?? NumberText.decimals(
        forScale: range.map { $0.upperBound - $0.lowerBound }
          ?? series.flatMap(\.points).map(\.mean.magnitude).max() ?? 1)
    let ends = series.compactMap { series in
      (axis == .thresholds
        ? series.points.last { $0.position <= Self.readThreshold } : series.points.last).map {
          "\(series.title) \(NumberText.fixed($0.mean, decimals: decimals))"
        }
    }
    let name = horizontalTitle.prefix(1).lowercased() + horizontalTitle.dropFirst()
    let furthest = series.flatMap(\.points).map(\.position).max() ?? 0
    let last = NumberText.fixed(furthest, decimals: 0)
    // Runs end with the update that spends their budget, a little after it.
    let endTogether = series.compactMap(\.points.last).allSatisfy { $0.position >= 0.98 * furthest }
    let place =
      switch axis {
      case .steps:
        (endTogether ? "after " : "at the end of each line, at most ")
          + "\(last) \(name == "environment steps" ? "steps" : name)"
      case .curve: "at the end"
      case .levels: "at \(last)"
      case .values(let values): "at \(NumberText.shortest(values.last ?? 0))"
      case .share: "at the end"
      case .thresholds: "at \(NumberText.shortest(Self.readThreshold))"
      }
    let words = "\(verticalTitle) against \(name); \(place): " + ends.joined(separator: ", ")
    let coincident = series.indices.compactMap { index in
      twin(of: index).map { "\(series[index].title) on \(series[$0].title)'s" }
    }
    return coincident.isEmpty
      ? words : words + "; on one line: " + coincident.joined(separator: ", ")
  }

  /// The title of the vertical axis.
  var verticalTitle: String {
    lacksIntervals
      ? "\(valueTitle) (no intervals below \(Suite.leastSeeds) seeds)" : valueTitle
  }

  /// The threshold at which a profile is read out.
  private static let readThreshold = 0.5

  // MARK: Axes

  /// The horizontal axis with about `count` steps.
  func horizontalScale(count: Int) -> AxisScale {
    let positions = series.flatMap(\.points).map(\.position)
    return switch axis {
    case .steps, .curve:
      AxisScale(
        covering: positions + [0], count: count, roundEnds: false, isWhole: axis == .steps)
    case .levels: AxisScale(levels: positions, count: 2 * count)
    case .values(let values):
      AxisScale(levels: values.indices.map(Double.init), count: 2 * count)
    case .share: AxisScale(covering: positions + [0, 1], count: count, roundEnds: false)
    case .thresholds: AxisScale(covering: positions, count: count, roundEnds: false)
    }
  }

  /// The vertical axis.
  ///
  /// It covers the means, and the intervals as far as they do not make the means small: an end that is
  /// farther from all means than these are from each other is drawn at the edge.
  var verticalScale: AxisScale {
    let points = series.flatMap(\.points)
    let means = points.map(\.mean)
    var ends = points.flatMap { [$0.lower, $0.upper] }
    if let low = means.min(), let high = means.max(), high > low {
      let room = high - low
      ends = ends.map { max(low - room, min($0, high + room)) }
    }
    return AxisScale(
      covering: means + ends + (axis == .thresholds ? [0, 1] : []), limits: range)
  }

  // MARK: Lines that coincide

  /// The first series before the one at `index` whose line is the same, up to a pixel; nil if it is seen by
  /// itself.
  func twin(of index: Int) -> Int? {
    let scale = verticalScale
    let pixel = (scale.upper - scale.lower) / CurvesChart.height
    let points = series[index].points
    guard !points.isEmpty else { return nil }
    return series.indices.prefix(index).first { other in
      let others = series[other].points
      return others.count == points.count
        && zip(points, others).allSatisfy { point, other in
          point.position == other.position && (point.mean - other.mean).magnitude < pixel
        }
    }
  }
}

/// Small multiples: rows of panels with a line for each series, named at the right end of each row.
struct PanelsChart: Equatable, Sendable {
  /// The title of the horizontal axis, which all panels share.
  var horizontalTitle: String
  /// The whole numbers on it, such as sizes of groups: it is logarithmic.
  var sizes: [Int]
  /// All rows have as many panels; those of a column are of one quantity.
  var rows: [[Panel]]

  /// One quantity under one condition.
  struct Panel: Equatable, Sendable {
    var title: String
    /// Whether the vertical axis is logarithmic: then only points above 0 are drawn.
    var isLogarithmic: Bool
    /// The series of a row are the same in each of its panels, in one order; some may have no points.
    var series: [CurvesChart.Series]

    /// The points that can be drawn.
    func points(of series: Int) -> [CurvesChart.Point] {
      self.series[series].points.filter { $0.mean.isFinite && (!isLogarithmic || $0.mean > 0) }
    }

  }

  /// The vertical axis of a column, the same in all rows, so that these are compared by eye.
  ///
  /// It covers the means, and intervals as far as they do not make the means small.
  func verticalScale(ofColumn column: Int) -> PanelScale {
    let panels = rows.map { $0[column] }
    let points = panels.flatMap { panel in panel.series.indices.flatMap { panel.points(of: $0) } }
    let means = points.map(\.mean)
    var ends = points.flatMap { [$0.lower, $0.upper] }
    let (low, high) = (means.min() ?? 1, means.max() ?? 1)
    if panels.contains(where: \.isLogarithmic) {
      let room = max(high / low, 2).squareRoot()
      ends = ends.map { max(low / room, min($0, high * room)) }
      return PanelScale(logarithmic: means + ends)
    }
    let room = (high - low) / 2
    if room > 0 { ends = ends.map { max(low - room, min($0, high + room)) } }
    return PanelScale(linear: AxisScale(covering: means + ends, count: 4))
  }

  /// The chart in words, for readers who do not see it.
  var alternative: String {
    let name = horizontalTitle.prefix(1).lowercased() + horizontalTitle.dropFirst()
    let panels = rows.joined().map { panel in
      let ends = panel.series.indices.compactMap { index in
        panel.points(of: index).last.map { point in
          "\(panel.series[index].title) "
            + NumberText.fixed(
              point.mean, decimals: max(0, NumberText.decimals(forScale: point.mean) - 1))
        }
      }
      return "\(panel.title): " + ends.joined(separator: ", ")
    }
    return "By \(name), at \(sizes.max() ?? 0); " + panels.joined(separator: "; ")
  }

  // MARK: Lines that coincide

  /// The first series before the one at `index` whose line is the same in every panel of a row, up to a pixel.
  func twin(of index: Int, inRow row: Int) -> Int? {
    let panels = rows[row].enumerated().map { column, panel in
      (panel: panel, scale: verticalScale(ofColumn: column))
    }
    guard panels.contains(where: { !$0.panel.points(of: index).isEmpty }) else { return nil }
    return (0..<index).first { other in
      panels.allSatisfy { panel, scale in
        let (points, others) = (panel.points(of: index), panel.points(of: other))
        return points.count == others.count
          && zip(points, others).allSatisfy { point, other in
            point.position == other.position
              && (scale.share(of: point.mean) - scale.share(of: other.mean)).magnitude
                < 1 / Self.leastHeight
          }
      }
    }
  }

  /// The least height of a panel, in pixels.
  static let leastHeight = 150.0
}

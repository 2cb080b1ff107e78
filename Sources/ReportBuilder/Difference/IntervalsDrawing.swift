internal import ReportRendering
internal import ResultStore
internal import Statistics

/// The means of an experiment's arms in two weeks with their intervals over seeds: a line for each arm, the earlier week
/// above the later one.
///
/// Places are shares of the width, so that the drawing is as wide as its page, and its words keep their size.
struct IntervalsDrawing {
  /// An arm with what either week says of it.
  private struct Line {
    var title: String
    var old: ArmSummary?
    var new: ArmSummary?
  }

  private let lines: [Line]
  private let axis: AxisScale
  private let decimals: Int
  private let information: MetricInformation
  private let names: (old: String, new: String)

  /// Creates the drawing of the metric that an experiment is compared by first.
  ///
  /// - Returns: nil where no arm has other values of it.
  init?(
    _ difference: ExperimentDifference, old: LockedExperiment, new: LockedExperiment,
    names: (old: String, new: String), catalog: MetricCatalog
  ) {
    let common = difference.arms.filter { $0.presence == .both }
    guard let metric = common.compactMap(\.metrics.first?.metric).first,
      common.contains(where: { arm in
        arm.metrics.first?.metric == metric && arm.metrics.first?.verdict?.isSame != true
      })
    else { return nil }
    let information = new.information(on: metric, from: catalog)
    func summary(_ label: String?, _ experiment: LockedExperiment) -> ArmSummary? {
      label.flatMap(experiment.arm).flatMap { arm in
        SeedScores(experiment: experiment.name, arm: arm, metric: metric)
      }.map { ArmSummary($0, range: information.range) }
    }
    lines = difference.arms.compactMap { arm in
      let line = Line(
        title: arm.presence == .both && arm.isRenamed ? arm.name : arm.title,
        old: summary(arm.oldLabel, old), new: summary(arm.newLabel, new))
      return line.old == nil && line.new == nil ? nil : line
    }
    guard !lines.isEmpty else { return nil }
    let values = lines.flatMap { [$0.old, $0.new] }.compactMap(\.self).flatMap { summary in
      [summary.mean] + (summary.interval.map { [$0.lower, $0.upper] } ?? [])
    }
    axis = AxisScale(covering: values, limits: information.range)
    decimals = max(
      old.decimals(of: metric, information: information),
      new.decimals(of: metric, information: information))
    self.information = information
    self.names = names
  }

  /// The drawing as a figure of a page.
  var html: String {
    let rows = lines.map { line in
      "<span>\(escaped(line.title))</span><svg height=\"30\">\(grid(30))"
        + mark(line.old, at: 10, "old") + mark(line.new, at: 20, "new") + "</svg>\n"
    }
    let labels = TickLabels.text(of: axis.ticks)
    let ticks = zip(axis.ticks, labels).map { tick, label in
      "<text x=\"\(place(tick))\" y=\"16\">\(escaped(label))</text>"
    }
    return """
      <figure class="intervals">
      <div class="arms" role="img" aria-label="\(escaped(words))">
      \(rows.joined())<span></span><svg height="22">\(grid(5))\(ticks.joined())</svg>
      </div>
      <figcaption>\(escaped(information.axisTitle + information.arrow)): means over all seeds of either week with 95 % \
      intervals; \(key("old")) \(escaped(names.old)), \(key("new")) \(escaped(names.new)).</figcaption>
      </figure>

      """
  }

  /// The drawing in words, for readers who do not see it.
  private var words: String {
    let arms = lines.map { line in
      let parts = [(line.old, names.old), (line.new, names.new)].compactMap { summary, name in
        summary.map { "\($0.text(decimals: decimals)) in \(name)" }
      }
      return "\(line.title) \(parts.joined(separator: ", "))"
    }
    return information.title + ": " + arms.joined(separator: "; ")
  }

  private func key(_ look: String) -> String {
    "<svg class=\"key\" width=\"28\" height=\"10\" aria-hidden=\"true\"><line class=\"\(look)\" x1=\"2\" x2=\"26\" y1=\"5\" "
      + "y2=\"5\"/><circle class=\"\(look)\" cx=\"14\" cy=\"5\" r=\"3.5\"/></svg>"
  }

  private func grid(_ height: Int) -> String {
    axis.ticks.map { tick in
      "<line class=\"tick\" x1=\"\(place(tick))\" x2=\"\(place(tick))\" y1=\"0\" y2=\"\(height)\"/>"
    }.joined()
  }

  private func mark(_ summary: ArmSummary?, at height: Int, _ look: String) -> String {
    guard let summary else { return "" }
    let interval = summary.interval.map { interval in
      "<line class=\"\(look)\" x1=\"\(place(interval.lower))\" x2=\"\(place(interval.upper))\" y1=\"\(height)\" "
        + "y2=\"\(height)\"/>"
    }
    return (interval ?? "")
      + "<circle class=\"\(look)\" cx=\"\(place(summary.mean))\" cy=\"\(height)\" r=\"3.5\"/>"
  }

  /// The place of a value between the ends of the axis, which leave room for half of a tick's words.
  private func place(_ value: Double) -> String {
    let share = (value - axis.lower) / (axis.upper - axis.lower)
    return NumberText.fixed(6 + 88 * min(1, max(0, share)), decimals: 2) + "%"
  }
}

internal import Metrics
internal import ResultStore
internal import Settings
internal import Statistics

/// The chart of a `curves` directive.
extension CurvesFigure {
  /// Computes the chart from records.
  ///
  /// - Parameters:
  ///   - catalog: The titles, ranges and units of the curves.
  ///   - record: The record of a run by its key; the lock holds no other runs.
  /// - Returns: The chart with a line for each arm, or for each curve of the only arm.
  func chart(catalog: MetricCatalog, record: (String) -> Record?) -> CurvesChart {
    if let leveledMetric { return levelsChart(of: leveledMetric, catalog: catalog) }
    let information = curves.map { experiment.information(on: $0, from: catalog) }
    let series = lines(catalog: catalog).map { line in
      let own = line.experiment.information(on: line.curve, from: catalog)
      return line.series(
        points(of: line.curve, arm: line.arm, range: own.range, record: record))
    }
    let ranges = information.compactMap(\.range)
    return CurvesChart(
      valueTitle: valueTitle(information),
      range: Set(ranges).count == 1 && ranges.count == information.count ? ranges[0] : nil,
      decimals: decimals(of: information),
      horizontalTitle: horizontal.map { experiment.information(on: $0, from: catalog).axisTitle }
        ?? budgetTitle,
      axis: horizontal == nil ? .steps : .curve, lacksIntervals: lacksIntervals, series: series)
  }

  /// The notes on the last points, which may be measured on more items than those before, and on the earlier week; nil
  /// if there are none.
  func note(catalog: MetricCatalog) -> String? {
    let last = curves.lazy.map { experiment.information(on: $0, from: catalog) }
      .filter { experiment.metricNames.contains($0.standardError) }
      .compactMap(\.lastPoint).first
    let sentences = (last.map { [$0] } ?? []) + weekNotes
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The quantity of the vertical axis with its unit: that which several curves of an arm have in common.
  private func valueTitle(_ information: [MetricInformation]) -> String {
    guard information.count > 1, let arm = arms.first else { return information[0].axisTitle }
    let unit = information[0].unit
    guard !unit.isEmpty, information.allSatisfy({ $0.unit == unit }) else {
      return listed(information.map(\.axisTitle)) + ", \(arm.title)"
    }
    return unit.prefix(1).uppercased() + unit.dropFirst() + ", \(arm.title)"
  }

  /// As many digits as tables show of the curves' metrics.
  private func decimals(of information: [MetricInformation]) -> Int? {
    let known = zip(curves, information).compactMap { curve, information in
      information.range != nil || experiment.metricNames.contains(curve)
        ? experiment.decimals(of: curve, information: information) : nil
    }
    return known.max()
  }

  /// A line for each arm over the levels of a metric; all of it is in the lock.
  private func levelsChart(of metric: String, catalog: MetricCatalog) -> CurvesChart {
    let information = experiment.information(on: metric, from: catalog)
    let series = lines(catalog: catalog).map { line in
      let own = line.experiment.information(on: metric, from: catalog)
      let points = Self.levels(of: metric, in: line.arm).compactMap { level in
        SeedScores(experiment: line.experiment.name, arm: line.arm, metric: "\(metric)_\(level)")
          .map { CurvesChart.Point(ArmSummary($0, range: own.range), at: Double(level)) }
      }
      return line.series(points)
    }
    return CurvesChart(
      valueTitle: information.axisTitle, range: information.range,
      decimals: experiment.decimals(of: metric, information: information),
      horizontalTitle: levelWords(of: metric, catalog: catalog), axis: .levels,
      lacksIntervals: lacksIntervals, series: series)
  }

  /// The unit of the levels: of "3 people", "People".
  private func levelWords(of metric: String, catalog: MetricCatalog) -> String {
    let level = arms.lazy.compactMap { Self.levels(of: metric, in: $0).first }.first ?? 0
    let title = experiment.information(on: "\(metric)_\(level)", from: catalog).title
    let words = title.split(separator: " ").filter { Int($0) == nil }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Whether an arm has too few seeds for intervals.
  private var lacksIntervals: Bool {
    (arms + (earlier?.arms.map(\.arm) ?? [])).contains { $0.runs.count < Suite.leastSeeds }
  }

  /// The unit of the budget, which the steps of the curves count.
  private var budgetTitle: String { Self.budgetTitle(of: arms.first) }

  static func budgetTitle(of arm: LockedArm?) -> String {
    if let arm, arm.isObserved {
      return arm.preimage[RunPreimage.trainerAxisField] == "tokens"
        ? "Training tokens" : "Training steps"
    }
    return MetricDeclaration.words(World(ofKey: arm?.preimage ?? [:]).budgetSetting)
  }

  private func points(
    of curve: String, arm: LockedArm, range: ClosedRange<Double>?, record: (String) -> Record?
  ) -> [CurvesChart.Point] {
    let vertical = aligned(curve, arm: arm, record: record)
    guard let horizontal else {
      return vertical.map {
        CurvesChart.Point(ArmSummary($0.values, range: range), at: Double($0.step))
      }
    }
    let positions = Dictionary(
      aligned(horizontal, arm: arm, record: record).map { ($0.step, mean($0.values)) }
    ) { _, last in last }
    return vertical.compactMap { sample in
      positions[sample.step].map {
        CurvesChart.Point(ArmSummary(sample.values, range: range), at: $0)
      }
    }
  }

  private func aligned(
    _ curve: String, arm: LockedArm, record: (String) -> Record?
  ) -> [(step: Int, values: [Double])] {
    CurveAlignment.align(
      arm.runs.map { run in
        record(run.key)?.curve(curve).map {
          zip($0.steps, $0.values).map { (step: $0, value: $1) }
        } ?? []
      })
  }
}

extension CurvesChart.Point {
  /// The mean and its interval at `position`; no band where there are too few seeds for one.
  init(_ summary: ArmSummary, at position: Double) {
    self.init(position: position, mean: summary.mean, interval: summary.interval)
  }
}

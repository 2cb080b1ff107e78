internal import ResultStore
internal import Statistics

/// One metric in a `comparison`: how its column is headed and written, over all experiments of the table.
struct ComparedMetric {
  var name: String
  /// The information in each experiment, in the order of the parts: their tasks may have other ranges and items.
  var parts: [MetricInformation]
  /// The information that heads the column.
  var information: MetricInformation
  var isCount: Bool
  var decimals: Int
  private var counts: CountStyle

  /// Looks up a metric that every experiment has.
  ///
  /// - Parameters:
  ///   - name: The metric.
  ///   - compared: The experiments.
  ///   - informations: The information on the metric in each of them.
  init(_ name: String, of compared: ComparedExperiments, _ informations: [MetricInformation]) {
    self.name = name
    parts = informations
    // Where only one of them says which side is better, it holds for the column.
    information = informations.first { $0.higherIsBetter != nil } ?? informations[0]
    isCount = informations.allSatisfy(\.isCount)
    let experiments = compared.parts.map(\.experiment)
    decimals =
      zip(experiments, informations).map { $0.decimals(of: name, information: $1) }.max() ?? 0
    counts = Self.counts(of: name, in: experiments, isBytes: information.isBytes)
  }

  /// The style of a count in a column over these experiments.
  static func counts(
    of metric: String, in experiments: [LockedExperiment], isBytes: Bool
  ) -> CountStyle {
    CountStyle(
      experiments.flatMap { experiment in
        experiment.arms.compactMap { arm in
          SeedScores(experiment: experiment.name, arm: arm, metric: metric).map { mean($0.values) }
        }
      }, isBytes: isBytes)
  }

  /// A count as the column writes it.
  func count(_ value: Double) -> String { counts.text(value) }
}

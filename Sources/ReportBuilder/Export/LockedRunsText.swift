internal import CanonicalJSON
internal import ReportRendering
public import ResultStore

extension Lock {
  /// The runs as comma-separated values: a row for each, with its key and every metric that some run has.
  ///
  /// Numbers are written so that they can be read back to the bit.
  public var commaSeparated: String {
    let metrics = Set(runs.flatMap { $0.run.metricNames }).sorted()
    var lines = [(["experiment", "arm", "title", "seed", "key"] + metrics)]
    for experiment in experiments {
      for arm in experiment.arms {
        for run in arm.runs {
          lines.append(
            [experiment.name, arm.label, arm.title, "\(run.seed)", run.key]
              + metrics.map { run.metric($0).map(CanonicalText.number) ?? "" })
        }
      }
    }
    return lines.map(commaSeparatedLine).joined()
  }
}

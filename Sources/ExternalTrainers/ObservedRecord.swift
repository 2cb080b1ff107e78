internal import Glibc
internal import MetricFiles
internal import Metrics
package import ResultStore

/// The record that a trainer's output gives, with what is worth telling of it.
package struct ObservedRecord: Equatable, Sendable {
  package var record: Record
  /// Sentences without an end, such as that a metric is not a number.
  package var notes: [String]

  /// Reads the output of a trainer.
  ///
  /// A metric that is not a number, or infinite, is none of the record's finite metrics, which tests and intervals are
  /// made of; it is kept as what it is, and told.
  ///
  /// - Parameters:
  ///   - results: What is read, and what is taken of it.
  ///   - output: The output folder.
  ///   - observation: How it came to be.
  ///   - isResumed: Whether the trainer was handed back what an earlier execution had left.
  /// - Throws: The first fault of the files, in a sentence with its place.
  package init(
    of results: ObservedResults, in output: String, _ observation: Observation,
    isResumed: Bool = false
  ) throws(TrainerFailure) {
    guard let format = MetricFormat(rawValue: results.format),
      let axis = MetricAxis(rawValue: results.axis)
    else {
      throw TrainerFailure("the format '\(results.format)' is not known to this version")
    }
    var axisKeys: [MetricAxis: String] = [:]
    for (name, key) in results.axisKeys { MetricAxis(rawValue: name).map { axisKeys[$0] = key } }
    notes = []
    var metrics: [String: Double] = [:]
    var undefined: [String: UndefinedValue] = [:]
    var curves: [Curve] = []
    do {
      let history = try readMetricHistory(
        format, from: "\(output)/\(results.path)", shownAs: results.path,
        MetricReading(axisKeys: axisKeys, isResumed: isResumed))
      for metric in results.metrics {
        let value = try MetricTake(parsing: metric.take).value(
          of: metric.key, in: history,
          better: metric.better.map { $0 == .higher ? .higher : .lower })
        if let value = UndefinedValue(value) {
          notes.append(
            "\(metric.name) is \(value.rawValue); tables show it so, and means leave the run out")
          undefined[metric.name] = value
        } else {
          metrics[metric.name] = value
        }
      }
      for curve in results.curves where !curve.isOptional || history.keys.contains(curve.key) {
        let points = try history.points(of: curve.key, over: axis)
        guard let steps = Self.steps(points.map(\.x)) else {
          throw TrainerFailure(
            "\(results.path): '\(curve.key)' has a \(axis.rawValue) that is no whole number from 0 to 2^53"
          )
        }
        curves.append(Curve(name: curve.name, steps: steps, values: points.map(\.y)))
      }
    } catch let error as TrainerFailure {
      throw error
    } catch let error as MetricFileError {
      throw TrainerFailure("\(error)", isOfRequest: error.isOfRequest)
    } catch {
      throw TrainerFailure("\(error)")
    }
    record = Record(
      metrics: metrics, undefined: undefined, curves: curves, observation: observation)
    if let (part, problem) = record.problem { throw TrainerFailure("\(part) \(problem)") }
  }

  private static func steps(_ values: [Double]) -> [Int]? {
    let steps = values.compactMap { value in
      value == value.rounded() && (0...0x1p53).contains(value) ? Int(value) : nil
    }
    return steps.count == values.count ? steps : nil
  }
}

/// The reason why a run of an external trainer has no record, in a sentence without its end.
package struct TrainerFailure: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String
  /// Whether the trainer was ended by somebody, or by its time, so that its checkpoints are as good as before.
  package var keepsCheckpoints: Bool
  /// Whether the output lacks what the spec reads of it, as that of other runs with the same metrics does.
  package var isOfRequest: Bool

  package init(
    _ description: String, keepsCheckpoints: Bool = false, isOfRequest: Bool = false
  ) {
    self.description = description
    self.keepsCheckpoints = keepsCheckpoints
    self.isOfRequest = isOfRequest
  }
}

internal import CanonicalJSON
internal import Settings

/// The numbers that a trainer wrote down over one run: series by the trainer's own keys.
///
/// A series may have any numbers, NaN and the infinities included: what is not a number is shown as it is.
package struct MetricHistory: Sendable {
  /// One moment at which numbers were written.
  struct Row: Sendable {
    /// Its place on each axis, in the order of ``MetricAxis``; nil where the file does not say.
    var positions: [Double?]
    /// Its place in the file.
    var place: MetricFileError.Place
  }

  /// The numbers of one key, with the rows that they stand in.
  struct Series: Sendable {
    var rows: [Int] = []
    var values: [Double] = []
  }

  /// The file, as messages show it.
  package let file: String
  /// The keys that have numbers, in the order of their first appearance.
  package internal(set) var keys: [String] = []
  var rows: [Row] = []
  var series: [String: Series] = [:]
  /// The first place of each key that holds something else than numbers, and what it is.
  var strangers: [String: (place: MetricFileError.Place, found: String)] = [:]

  private let axisKeys: [MetricAxis: String]

  init(file: String, axisKeys: [MetricAxis: String] = [:]) {
    self.file = file
    self.axisKeys = axisKeys
  }

  /// The points of one series in the order of the file, with the last value of each place on the axis.
  ///
  /// Trainers that evaluate at the last step write some keys twice there; TensorBoard too shows what came last.
  ///
  /// - Parameters:
  ///   - key: The trainer's own name for the quantity.
  ///   - axis: What the points are over.
  /// - Returns: At least one point; `y` may be NaN or infinite, `x` is finite and never falls.
  /// - Throws: The nearest keys if there are no numbers under this one, or the first row without a place on the axis, or
  ///   with one that lies before another's, as that of tokens counted anew in each row.
  package func points(
    of key: String, over axis: MetricAxis
  ) throws(MetricFileError) -> [(x: Double, y: Double)] {
    let series = try self.series(of: key)
    var points: [(x: Double, y: Double)] = []
    for (row, value) in zip(series.rows, series.values) {
      guard let x = rows[row].positions[axis.index] else {
        for name in MetricReading(axisKeys: axisKeys).keys(of: axis) where strangers[name] != nil {
          _ = try self.series(of: name)
        }
        throw MetricFileError(
          file, at: rows[row].place,
          "the row with '\(CanonicalText.shown(key))' has no \(axis.rawValue); it would be under "
            + MetricReading(axisKeys: axisKeys).keys(of: axis).map {
              "'\(CanonicalText.shown($0))'"
            }
            .joined(separator: ", ")
            + (axisKeys[axis] == nil && axis != .epoch
              ? ", or the name that 'metrics: {axes: {\(axis.rawValue): …}}' gives it" : ""),
          isOfRequest: true)
      }
      if let problem = axis.problem(of: x, after: points.last?.x) {
        throw MetricFileError(file, at: rows[row].place, problem)
      }
      if let last = points.last, last.x == x { points.removeLast() }
      points.append((x, value))
    }
    return points
  }

  /// The values of a series in the order of the file, one for each step where there are steps.
  func values(of key: String) throws(MetricFileError) -> [Double] {
    let series = try self.series(of: key)
    guard series.rows.allSatisfy({ rows[$0].positions[MetricAxis.step.index] != nil }) else {
      return series.values
    }
    return try points(of: key, over: .step).map(\.y)
  }

  private func series(of key: String) throws(MetricFileError) -> Series {
    // One text among numbers may be the last value, which no other is to stand for.
    if let stranger = strangers[key] {
      throw MetricFileError(
        file, at: stranger.place,
        "'\(CanonicalText.shown(key))' holds \(stranger.found), where a number is expected")
    }
    if let series = series[key] { return series }
    throw MetricFileError(
      file,
      "there is no '\(CanonicalText.shown(key))'"
        + suggestionsOrNames(for: key, among: keys.map(CanonicalText.shown)), isOfRequest: true)
  }
}

extension MetricHistory {
  /// The fault of two keys that differ in the form of an accent alone, in words.
  static func problem(withForms key: String) -> String {
    "there are two keys '\(CanonicalText.shown(key))', which differ in the form of an accent alone; rename one"
  }
}

extension Dictionary where Key == String {
  /// The key that is there in place of one with other bytes that Swift takes for the same text; nil if there is none.
  func otherForm(of key: String) -> String? {
    // Other forms are of what is beyond ASCII.
    guard key.utf8.contains(where: { $0 >= 0x80 }), let index = index(forKey: key),
      !CanonicalText.same(self[index].key, key)
    else { return nil }
    return self[index].key
  }
}

extension MetricAxis {
  /// The largest step, and the largest number of tokens: up to here a Double holds every whole number.
  private static let largest = 0x1p53

  /// The fault of a place on the axis, in words; nil if it has none.
  func problem(of place: Double, after last: Double?) -> String? {
    let isWhole = self == .epoch || place == place.rounded()
    guard place >= 0, place <= Self.largest, isWhole else {
      return
        "'\(rawValue)' must be \(self == .epoch ? "a number" : "a whole number") from 0 to 2^53, "
        + "found \(CanonicalText.number(place))"
    }
    guard let last, place < last else { return nil }
    let reason =
      self == .step
      ? "the file holds more than one run, or one that was begun again"
      : "a curve over it needs a count that never falls"
    return "\(rawValue) \(CanonicalText.number(place)) follows \(rawValue) "
      + "\(CanonicalText.number(last)): \(reason)"
  }

  /// The axis's place in lists of all axes.
  var index: Int {
    switch self {
    case .step: 0
    case .tokens: 1
    case .epoch: 2
    }
  }
}

internal import CanonicalJSON
internal import Settings

/// A history in the making: rows are added in the order of the file and checked.
package struct MetricHistoryBuilder {
  private(set) var history: MetricHistory
  private var numbers = 0
  private var lastStep: Double?

  /// The most rows of a file.
  static let mostRows = 1_000_000
  /// The most different keys of a file.
  static let mostKeys = 10_000
  /// The most bytes of a key.
  static let longestKey = 1000
  /// The most numbers of a file.
  static let mostNumbers = 10_000_000

  private let reading: MetricReading

  init(file: String, _ reading: MetricReading = MetricReading()) {
    self.reading = reading
    history = MetricHistory(file: file, axisKeys: reading.axisKeys)
  }

  /// The entry under a key in a row.
  package enum Cell {
    case number(Double)
    /// Something else, in words such as `text`.
    case stranger(String)

    /// A number in digits that no double holds, which would be taken for infinite.
    static func tooLarge(_ text: String) -> Self {
      .stranger(
        "\(CanonicalText.shown(String(text.prefix(40)))), which is beyond the numbers that programs hold"
      )
    }
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - cells: The keys of the row with what they hold, in the order of the file; no key appears twice.
  ///   - place: The place of the row in the file.
  /// - Throws: A step that is none, or that lies before the one of an earlier row; more than is read.
  mutating func add(
    _ cells: [(key: String, cell: Cell)], at place: MetricFileError.Place
  ) throws(MetricFileError) {
    guard history.rows.count < Self.mostRows else {
      throw error(at: place, "there are more than \(Self.mostRows) rows")
    }
    var numbersOfRow: [String: Double] = [:]
    for (key, cell) in cells {
      if case .number(let value) = cell { numbersOfRow[key] = value }
    }
    let positions = MetricAxis.allCases.map { axis in
      reading.keys(of: axis).lazy.compactMap { numbersOfRow[$0] }.first
    }
    if let step = positions[MetricAxis.step.index] {
      if let problem = MetricAxis.step.problem(of: step, after: lastStep) {
        throw error(at: place, problem)
      }
      lastStep = step
    }
    let row = history.rows.count
    history.rows.append(.init(positions: positions, place: place))
    for (key, cell) in cells { try add(cell, under: key, row: row, at: place) }
  }

  private mutating func add(
    _ cell: Cell, under key: String, row: Int, at place: MetricFileError.Place
  ) throws(MetricFileError) {
    switch cell {
    case .stranger(let found):
      guard history.strangers[key] == nil, history.strangers.count < Self.mostKeys else { return }
      history.strangers[key] = (place, found)
    case .number(let value):
      if history.series[key] == nil {
        guard key.utf8.count <= Self.longestKey else {
          throw error(
            at: place,
            "the key '\(CanonicalText.shown(key))' has more than \(Self.longestKey) bytes")
        }
        guard history.keys.count < Self.mostKeys else {
          throw error(at: place, "there are more than \(Self.mostKeys) keys")
        }
        history.keys.append(key)
      } else if let first = history.series.otherForm(of: key) {
        throw error(at: place, MetricHistory.problem(withForms: first))
      }
      guard numbers < Self.mostNumbers else {
        throw error(at: place, "there are more than \(Self.mostNumbers) numbers")
      }
      numbers += 1
      history.series[key, default: .init()].rows.append(row)
      history.series[key, default: .init()].values.append(value)
    }
  }

  /// How it is known that a history shows the run from its beginning.
  enum Beginning {
    /// By the form of the file.
    case sure
    /// By the distances of its rows: no more steps lie before the first one than between two others.
    case distances
    /// Every step is logged, from 0 or 1 on.
    case everyStep
  }

  /// Returns the history, which has to show the run from its beginning.
  ///
  /// Loggers that open their file anew when a run is resumed leave its second half alone, as verl's does. Of two rows
  /// that are closer together than the first is to the beginning, the second may be the end of the run at any distance,
  /// and the file looks as one that was cut; but a trainer that was handed back its checkpoint wrote a file that cannot
  /// have begun with the run unless it kept the rows. One row is taken as what a trainer sums up at its end.
  func finished(beginning: Beginning = .distances) throws(MetricFileError) -> MetricHistory {
    guard let first = history.rows.first else {
      throw MetricFileError(history.file, "there are no rows")
    }
    guard !history.keys.isEmpty else {
      throw error(at: first.place, "there are no numbers")
    }
    for (axis, key) in reading.axisKeys.sorted(by: { $0.key.index < $1.key.index })
    where history.series[key] == nil {
      let keys = history.keys.map(CanonicalText.shown)
      throw MetricFileError(
        history.file,
        "there is no '\(CanonicalText.shown(key))', which 'axes' names as its \(axis.rawValue)"
          + suggestionsOrNames(for: key, among: keys), isOfRequest: true)
    }
    var steps: [Double] = []
    for row in history.rows {
      guard let step = row.positions[MetricAxis.step.index] else { continue }
      if steps.last != step { steps.append(step) }
    }
    guard let begin = steps.first, begin > 1 else { return history }
    let widest = zip(steps.dropFirst(), steps).map(-).max() ?? 0
    let isCut =
      switch beginning {
      case .sure: false
      case .distances: steps.count > (reading.isResumed ? 1 : 2) && begin > widest
      case .everyStep: true
      }
    if isCut {
      throw error(
        at: first.place,
        "the history begins at step \(CanonicalText.number(begin)): what came before is lost, as where a "
          + "resumed run opens its log anew, which verl's file logger does")
    }
    return history
  }

  private func error(
    at place: MetricFileError.Place, _ problem: String
  ) -> MetricFileError {
    MetricFileError(history.file, at: place, problem)
  }
}

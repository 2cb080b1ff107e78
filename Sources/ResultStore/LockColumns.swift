/// The metrics or the parts that the runs of an arm have, in the order of the cells of a line.
///
/// The values of ten thousand runs have few different sets of names. Each is placed in a dictionary once, and the
/// dictionary of a run is a copy with other values.
struct LockColumns {
  /// The names, ascending.
  let names: [String]
  private let numbers: [String: Double]
  private let texts: [String: String]
  /// The columns in the order in which ``numbers`` and ``texts`` have their values.
  private let order: (numbers: [Int], texts: [Int])

  /// Creates columns; no name is there twice.
  init(_ names: [String]) {
    self.names = names
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    numbers = places.mapValues { _ in 0 }
    texts = places.mapValues { _ in "" }
    order = (numbers.keys.map { places[$0] ?? 0 }, texts.keys.map { places[$0] ?? 0 })
  }

  /// The numbers of a run by name; a column for which `value` gives none is absent.
  func values(
    _ value: (_ column: Int) throws(LockError) -> Double?
  ) throws(LockError) -> [String: Double] {
    try filled(numbers, order.numbers, value)
  }

  /// The digests of a run by name; a column for which `value` gives none is absent.
  func digests(
    _ value: (_ column: Int) throws(LockError) -> String?
  ) throws(LockError) -> [String: String] {
    try filled(texts, order.texts, value)
  }

  private func filled<Value>(
    _ empty: [String: Value], _ order: [Int],
    _ value: (_ column: Int) throws(LockError) -> Value?
  ) throws(LockError) -> [String: Value] {
    var filled = empty
    var absent: [String] = []
    var place = filled.values.startIndex
    for column in order {
      if let value = try value(column) {
        filled.values[place] = value
      } else {
        absent.append(names[column])
      }
      filled.values.formIndex(after: &place)
    }
    for name in absent { filled[name] = nil }
    return filled
  }

  /// The columns that a reader of one lock has met, by their line.
  final class Known {
    var columns: [String: LockColumns] = [:]
  }
}

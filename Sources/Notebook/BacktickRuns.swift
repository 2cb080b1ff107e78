/// The places of the runs of backticks in a text, so that the end of a code span is looked up.
struct BacktickRuns {
  /// The starts of the runs by their width.
  private var starts: [Int: [Int]] = [:]

  /// No runs.
  init() {}

  /// The runs of `characters` in `range`.
  init(in characters: [Character], _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound {
      guard characters[index] == "`" else {
        index += 1
        continue
      }
      let width = characters[index..<range.upperBound].prefix { $0 == "`" }.count
      add(index, width: width)
      index += width
    }
  }

  /// Adds the run at `start`, which is behind all others.
  mutating func add(_ start: Int, width: Int) {
    starts[width, default: []].append(start)
  }

  /// Takes all runs away from `index` on.
  mutating func truncate(to index: Int) {
    for width in starts.keys {
      while let last = starts[width]?.last, last >= index { starts[width]?.removeLast() }
    }
  }

  /// The start of the first run as wide as `width` at or after `index`.
  func next(width: Int, from index: Int) -> Int? {
    guard let starts = starts[width] else { return nil }
    let first = starts.partitioningIndex { $0 >= index }
    return first < starts.count ? starts[first] : nil
  }
}

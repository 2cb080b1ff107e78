/// A curve drawn with characters.
public enum CurveDrawing {
  /// Returns a line of blocks, `▁` for the least value and `█` for the largest; empty without a finite value.
  ///
  /// - Parameters:
  ///   - values: The values in order; neighbours are averaged where there are more than `width`.
  ///   - width: The most characters, 1 or more.
  /// - Returns: The line.
  public static func line(_ values: [Double], width: Int) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(width, values.count)
    let cells = (0..<count).map { cell in
      mean(values[(cell * values.count / count)..<((cell + 1) * values.count / count)])
    }
    guard let (least, largest) = extent(of: cells) else { return "" }
    return String(
      cells.map { value -> Character in
        guard value.isFinite else { return " " }
        guard largest > least else { return blocks[3] }
        let share = (value - least) / (largest - least)
        return blocks[min(7, max(0, Int((share * 7).rounded())))]
      })
  }

  /// Returns a curve as lines of braille characters, each of two by four dots, with straight lines between points.
  ///
  /// The axes are those of the data: the first column is the least step, the uppermost dots the largest value.
  ///
  /// - Parameters:
  ///   - steps: The places of the points, ascending.
  ///   - values: A value for each of them; those that are not finite are left out.
  ///   - width: Characters of a line, 1 or more.
  ///   - height: Lines, 1 or more.
  /// - Returns: The lines, each of `width` characters; none without a finite value.
  public static func plot(
    steps: [Int], values: [Double], width: Int, height: Int
  ) -> [String] {
    let points = zip(steps, values).filter { $0.1.isFinite }
    guard let (least, largest) = extent(of: points.map(\.1)), let first = points.first?.0,
      let last = points.last?.0
    else { return [] }
    let (columns, rows) = (width * 2, height * 4)
    var dots = [UInt32](repeating: 0, count: width * height)
    func place(_ point: (Int, Double)) -> (column: Double, row: Double) {
      let across = last > first ? Double(point.0 - first) / Double(last - first) : 0.5
      let up = largest > least ? (point.1 - least) / (largest - least) : 0.5
      return (across * Double(columns - 1), (1 - up) * Double(rows - 1))
    }
    func mark(_ column: Double, _ row: Double) {
      let (column, row) = (Int(column.rounded()), Int(row.rounded()))
      // The bits of a braille character: three dots of each column, then the fourth of both.
      let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
      dots[row / 4 * width + column / 2] |= bits[row % 4][column % 2]
    }
    var before: (column: Double, row: Double)?
    for point in points.map(place) {
      let from = before ?? point
      let count = Int(
        max((point.column - from.column).magnitude, (point.row - from.row).magnitude).rounded(.up))
      for part in 0...max(1, count) {
        let share = Double(part) / Double(max(1, count))
        mark(
          from.column + share * (point.column - from.column),
          from.row + share * (point.row - from.row))
      }
      before = point
    }
    return (0..<height).map { line in
      var text = String.UnicodeScalarView()
      for cell in dots[(line * width)..<((line + 1) * width)] {
        if let scalar = Unicode.Scalar(0x2800 + cell) { text.append(scalar) }
      }
      return String(text)
    }
  }

  /// The least and the largest of the finite values; nil if there is none.
  static func extent(of values: [Double]) -> (least: Double, largest: Double)? {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let largest = finite.max() else { return nil }
    return (least, largest)
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}

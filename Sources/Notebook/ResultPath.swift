/// The names in a path such as `cartpole.RLOO-learning_rate=0.001.evaluation_return`.
///
/// Dots separate names. One between two digits belongs to a number, for an arm of a sweep is named by its values;
/// only the first dot separates always, since no experiment has one in its name. Metrics and statistics begin
/// with a letter, so every path reads in one way.
struct ResultPath {
  /// The names, as ranges of the characters that were read.
  let ranges: [Range<Int>]

  /// Reads the names in `characters`; empty ones are names, too.
  init(_ characters: some RandomAccessCollection<Character>) {
    let characters = Array(characters)
    var ranges: [Range<Int>] = []
    var start = 0
    for index in characters.indices where characters[index] == "." {
      let isInNumber =
        index > 0 && characters[index - 1].isNumber && index + 1 < characters.count
        && characters[index + 1].isNumber
      guard ranges.isEmpty || !isInNumber else { continue }
      ranges.append(start..<index)
      start = index + 1
    }
    self.ranges = ranges + [start..<characters.count]
  }
}

extension StringProtocol {
  /// The names in the text, which is a path.
  var pathNames: [String] {
    let characters = Array(self)
    return ResultPath(characters).ranges.map { String(characters[$0]) }
  }
}

extension Positioned where Value == String {
  /// The names in the text, which is a path, each with its place and without space around it.
  var pathNames: [Positioned<String>] {
    let characters = Array(value)
    return ResultPath(characters).ranges.map { range in
      let text = characters[range]
      let spaces = text.prefix { $0 == " " }.count
      return Positioned(
        String(text).trimmingSpaces,
        at: SourcePosition(
          line: position.line, column: position.column + range.lowerBound + spaces))
    }
  }
}

/// The texts that the square brackets of a leaf block enclose.
struct Brackets {
  /// The index of each closing bracket by that of the opening one.
  private(set) var closings: [Int: Int] = [:]
  /// The ends of code, formulas, tags and keys in braces, by where they begin: brackets in these are none.
  private(set) var ends: [Int: Int] = [:]

  /// Reads the block that `scanner` stands in, from `start` on.
  init(of scanner: InlineScanner, from start: Int) {
    var open: [Int] = []
    var index = start
    while index < scanner.end {
      if let end = Self.endOfVerbatim(at: index, of: scanner) {
        ends[index] = end
        index = end
        continue
      }
      switch scanner.source.characters[index] {
      case "\\": index += 1
      case "[": open.append(index)
      case "]": if let start = open.popLast() { closings[start] = index }
      default: break
      }
      index += 1
    }
  }

  private static func endOfVerbatim(at index: Int, of scanner: InlineScanner) -> Int? {
    let source = scanner.source
    switch source.characters[index] {
    case "`":
      return scanner.codeSpan(at: index)?.end
        ?? index + source.characters[index..<scanner.end].prefix { $0 == "`" }.count
    case "$":
      return scanner.formulas.formula(at: index).map { min($0.range.upperBound, scanner.end) }
    case "<":
      return HTMLTag(in: source.characters[index..<scanner.end], mayEnd: index < scanner.lastTagEnd)
        .map { index + $0.length }
    case "@": return scanner.bracedKey(at: index, limit: scanner.end)
    default: return nil
    }
  }
}

/// A conflict that a merge left in a file: both sides stand in it, between lines of `<`, `=` and `>`.
public struct MergeConflict: Hashable, Sendable {
  /// The line of the first mark, counted from 1.
  public var line: Int
  /// That line as it is written, such as `<<<<<<< HEAD`.
  public var mark: String

  /// Finds the first mark of a conflict in a format in which no line can begin as a mark does, such as YAML or
  /// JSON: one that was forgotten is found as well.
  public init?(in text: String) {
    for (index, line) in MergeConflict.lines(of: text) {
      guard Mark(line) != nil else { continue }
      self.init(line: index, mark: MergeConflict.words(of: line))
      return
    }
    return nil
  }

  /// Finds the first conflict in prose, where a line of `=` may underline a heading: all three marks must be
  /// there, in their order, and none of them in a listing.
  public init?(inProse text: String) {
    var start: MergeConflict?
    var hasMiddle = false
    // The body of a directive is read as labbook's own, not as a listing.
    var fence: (character: UInt8, isDirective: Bool)?
    for (index, line) in MergeConflict.lines(of: text) {
      if let mark = Self.fence(line) {
        if let open = fence {
          if open.character == mark.character { fence = nil }
        } else {
          fence = mark
        }
      }
      guard fence == nil || fence?.isDirective == true else { continue }
      switch Mark(line) {
      case .ours?:
        start = start ?? MergeConflict(line: index, mark: MergeConflict.words(of: line))
      case .between? where start != nil: hasMiddle = true
      case .theirs? where hasMiddle:
        guard let start else { continue }
        self = start
        return
      default: continue
      }
    }
    return nil
  }

  private init(line: Int, mark: String) {
    self.line = line
    self.mark = mark
  }

  /// The conflict in words that follow the name of the file.
  public var words: String { "holds a merge conflict ('\(mark)')" }
}

extension MergeConflict {
  private enum Mark {
    case ours, between, theirs

    /// The mark that a line is: seven of one character, and behind the first and last of them a name.
    init?(_ line: Substring.UTF8View) {
      guard let first = line.first, line.prefix(8).prefix(while: { $0 == first }).count == 7 else {
        return nil
      }
      let rest = line.dropFirst(7).first
      let isEnd = rest == nil || rest == UInt8(ascii: "\r")
      switch first {
      case UInt8(ascii: "<") where isEnd || rest == UInt8(ascii: " "): self = .ours
      case UInt8(ascii: "=") where isEnd: self = .between
      case UInt8(ascii: ">") where isEnd || rest == UInt8(ascii: " "): self = .theirs
      default: return nil
      }
    }
  }

  /// The character of a line that begins or ends a listing in Markdown, and whether it begins a directive.
  private static func fence(_ line: Substring.UTF8View) -> (character: UInt8, isDirective: Bool)? {
    let body = line.drop { $0 == UInt8(ascii: " ") }
    guard let first = body.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else {
      return nil
    }
    let width = body.prefix { $0 == first }.count
    guard width >= 3 else { return nil }
    return (first, body.dropFirst(width).first == UInt8(ascii: "{"))
  }

  private static func lines(of text: String) -> some Sequence<(Int, Substring.UTF8View)> {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).lazy
      .enumerated().map { ($0.offset + 1, $0.element) }
  }

  private static func words(of line: Substring.UTF8View) -> String {
    String(decoding: line.prefix { $0 != UInt8(ascii: "\r") }.prefix(60), as: UTF8.self)
  }
}

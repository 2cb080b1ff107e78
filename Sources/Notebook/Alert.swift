/// The kinds of a quote that GitHub shows as a remark that stands out; the raw value is the word it begins with.
public enum AlertKind: String, CaseIterable, Equatable, Sendable {
  case note = "NOTE"
  case tip = "TIP"
  case important = "IMPORTANT"
  case warning = "WARNING"
  case caution = "CAUTION"

  /// The word above the remark.
  public var title: String { String(rawValue.prefix(1)) + rawValue.dropFirst().lowercased() }
}

/// The first line of a quote that is meant to be an alert, such as `[!NOTE]`.
struct AlertMark: Equatable {
  /// The word as written.
  var word: String
  /// The text that follows on the line.
  var rest: String

  var kind: AlertKind? { AlertKind(rawValue: word.uppercased()) }

  /// Reads the first line of a quote; nil if it begins with something else.
  init?(line content: String) {
    guard content.hasPrefix("[!"), let end = content.firstIndex(of: "]") else { return nil }
    let word = content[..<end].dropFirst(2)
    guard !word.isEmpty, word.allSatisfy({ $0.isLetter || $0 == "-" }) else { return nil }
    self.word = String(word)
    rest = String(content[end...].dropFirst().trimmingSpaces)
  }
}

extension MarkdownNode {
  /// The mark of the alert that this quote is meant to be, and the line of the text, from 1, that it is on.
  func alertMark(in lines: [Substring]) -> (mark: AlertMark, line: Int)? {
    guard case .blockQuote = kind, let first = children.first, case .paragraph = first.kind,
      first.lines.lowerBound <= lines.count
    else { return nil }
    let line = lines[first.lines.lowerBound - 1].utf8.dropFirst(first.indentation)
    guard let mark = AlertMark(line: String(Substring(line))) else { return nil }
    return (mark, first.lines.lowerBound)
  }

  /// Whether the quote, which has `mark`, is an alert where it stands by itself.
  func isAlert(_ mark: AlertMark) -> Bool {
    guard mark.kind != nil, mark.rest.isEmpty, let first = children.first else { return false }
    return children.count > 1 || first.children.count > 1
  }
}

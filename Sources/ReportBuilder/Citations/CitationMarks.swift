internal import Notebook
internal import ReportRendering

/// Carries the words around a citation's keys through the citation processor.
///
/// It gets words and emphasis as its own; a formula, a value or a reference travels as one character of the private
/// use planes, which a notebook cannot hold, and is put back afterwards.
struct CitationMarks {
  private var inlines: [Inline] = []

  private static let first: UInt32 = 0xF0000

  /// `content` as pandoc's JSON.
  mutating func encoded(_ content: [Inline]) -> [[String: Any]] {
    content.flatMap { encoded($0) }
  }

  private mutating func encoded(_ inline: Inline) -> [[String: Any]] {
    switch inline {
    case .text(let text): return Self.words(text)
    case .softBreak, .lineBreak: return [["t": "Space"]]
    case .emphasis(let content): return [["t": "Emph", "c": encoded(content)]]
    case .strong(let content): return [["t": "Strong", "c": encoded(content)]]
    case .code(let text): return [["t": "Code", "c": [["", [] as [Any], [] as [Any]], text]]]
    default: return [["t": "Str", "c": mark(for: inline)]]
    }
  }

  /// Numbers what ``encoded(_:)`` numbers, in the same order.
  mutating func note(_ content: [Inline]) {
    for inline in content {
      switch inline {
      case .text, .softBreak, .lineBreak, .code: break
      case .emphasis(let content), .strong(let content): note(content)
      default: _ = mark(for: inline)
      }
    }
  }

  private mutating func mark(for inline: Inline) -> String {
    inlines.append(inline)
    let scalar = Unicode.Scalar(Self.first + UInt32(inlines.count - 1)) ?? "\u{FFFD}"
    return String(Character(scalar))
  }

  private static func words(_ text: String) -> [[String: Any]] {
    var result: [[String: Any]] = []
    var word = ""
    for character in text {
      guard character.isWhitespace else {
        word.append(character)
        continue
      }
      if !word.isEmpty { result.append(["t": "Str", "c": word]) }
      word = ""
      if result.last?["t"] as? String != "Space" { result.append(["t": "Space"]) }
    }
    return word.isEmpty ? result : result + [["t": "Str", "c": word]]
  }

  /// `text` with its marks replaced by the notebook's pieces.
  func restored(in text: [RichText]) -> [RichText] {
    guard !inlines.isEmpty else { return text }
    return text.flatMap { part -> [RichText] in
      switch part {
      case .text(let words): return restored(in: words)
      case .emphasis(let content): return [.emphasis(restored(in: content))]
      case .strong(let content): return [.strong(restored(in: content))]
      case .superscript(let content): return [.superscript(restored(in: content))]
      case .subscript(let content): return [.subscript(restored(in: content))]
      case .link(let destination, let content):
        return [.link(destination: destination, content: restored(in: content))]
      case .code, .formula, .inline: return [part]
      }
    }
  }

  private func restored(in words: String) -> [RichText] {
    var result: [RichText] = []
    var plain = String.UnicodeScalarView()
    func end() {
      if !plain.isEmpty { result.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
    }
    for scalar in words.unicodeScalars {
      let index = Int(scalar.value) - Int(Self.first)
      if inlines.indices.contains(index) {
        end()
        result.append(.inline(inlines[index]))
      } else {
        plain.append(scalar)
      }
    }
    end()
    return result
  }
}

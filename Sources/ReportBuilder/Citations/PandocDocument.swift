import CanonicalJSON
import Foundation
import Notebook
internal import ReportRendering

/// Pandoc's JSON form of a document, as far as citations need it.
struct PandocDocument {
  private let blocks: [Element]

  /// Marks the end of the names that the house style puts before each entry, for citations that
  /// are part of a sentence.
  private static let endOfNames: Character = "␟"

  /// A document that pandoc wrote.
  init(json: Data) throws {
    blocks = Self.elements(in: try JSONValue(bytes: Array(json))["blocks"] ?? .null)
  }

  // MARK: Asking

  /// A document with a paragraph for each citation.
  static func encoded(_ citations: [Citation], works: CitedWorks) throws -> Data {
    let blocks = citations.map { citation -> [String: Any] in
      var marks = CitationMarks()
      let items = citation.items.enumerated().map { index, item -> [String: Any] in
        let mode =
          item.hidesAuthor
          ? "SuppressAuthor"
          : citation.isNarrative && index == 0 ? "AuthorInText" : "NormalCitation"
        return [
          "citationId": works.name(of: item.key), "citationPrefix": marks.encoded(item.prefix),
          "citationSuffix": marks.encoded(item.suffix), "citationMode": ["t": mode],
          "citationNoteNum": 0, "citationHash": 0,
        ]
      }
      return ["t": "Para", "c": [["t": "Cite", "c": [items, [] as [Any]] as [Any]]]]
    }
    let root: [String: Any] = [
      "pandoc-api-version": [1, 23, 1], "meta": [:] as [String: Any], "blocks": blocks,
    ]
    return try JSONSerialization.data(withJSONObject: root, options: [.sortedKeys])
  }

  // MARK: Reading the answer

  /// The works in pandoc's order, and the text of `citations`.
  func bibliography(
    for citations: [Citation], works: CitedWorks, isNumbered: Bool
  ) -> Bibliography {
    var entries: [Bibliography.Entry] = []
    var names: [String: [RichText]] = [:]
    for block in blocks {
      let parts = block.content.array
      guard block.tag == "Div", parts.count == 2,
        identifier(of: parts[0]) == "refs"
      else { continue }
      for element in Self.elements(in: parts[1]) {
        let parts = element.content.array
        guard parts.count == 2 else { continue }
        let name = String(identifier(of: parts[0]).dropFirst("ref-".count))
        guard let key = works.key(named: name) else { continue }
        let text = Self.elements(in: parts[1]).flatMap { richText(Self.elements(in: $0.content)) }
        let (before, entry) = splitNames(from: joined(text))
        names[key] = before
        entries.append(Bibliography.Entry(key: key, text: entry))
      }
    }
    let texts = zip(citations, blocks).map { citation, block -> [RichText] in
      var marks = CitationMarks()
      for item in citation.items {
        marks.note(item.prefix)
        marks.note(item.suffix)
      }
      let text = marks.restored(
        in: linked(inside(block.content), works))
      guard citation.isNarrative, let names = names[citation.items[0].key], !names.isEmpty else {
        return text
      }
      return joined(names + [.text(" ")] + text)
    }
    return Bibliography(entries: entries, citations: texts, isNumbered: isNumbered)
  }

  private func splitNames(from text: [RichText]) -> (names: [RichText], entry: [RichText]) {
    for (index, part) in text.enumerated() {
      guard case .text(let words) = part,
        let end = words.firstIndex(of: PandocDocument.endOfNames)
      else { continue }
      let head = text[..<index] + [.text(String(words[..<end]))]
      let tail = [.text(String(words[words.index(after: end)...]))] + text[(index + 1)...]
      return (joined(Array(head)), joined(Array(tail)))
    }
    return ([], text)
  }

  private func richText(_ elements: [Element]) -> [RichText] {
    elements.flatMap { element -> [RichText] in
      let content = element.content
      switch element.tag {
      case "Str": return content.string.map { [.text($0)] } ?? []
      case "Space", "SoftBreak", "LineBreak": return [.text(" ")]
      case "Emph": return [.emphasis(inside(content))]
      case "Strong": return [.strong(inside(content))]
      case "Superscript": return [.superscript(inside(content))]
      case "Subscript": return [.subscript(inside(content))]
      case "Code": return content.array.last?.string.map { [.code($0)] } ?? []
      case "Math": return content.array.last?.string.map { [.formula($0)] } ?? []
      case "Quoted": return [.text("“")] + inside(content.array.last ?? .null) + [.text("”")]
      case "Link":
        let parts = content.array
        guard parts.count == 3, let target = parts[2].array.first?.string else { return [] }
        return [.link(destination: WorkAddress.link(to: target), content: inside(parts[1]))]
      case "Span":
        // Other styles put the number of an entry in a column of its own; ours is the list's.
        guard !classes(of: content.array.first ?? .null).contains("csl-left-margin") else {
          return []
        }
        return inside(content.array.last ?? .null)
      case "Cite": return inside(content.array.last ?? .null)
      default: return inside(content)
      }
    }
  }

  /// `text` with links to works by their keys.
  private func linked(_ text: [RichText], _ works: CitedWorks) -> [RichText] {
    text.map { part in
      switch part {
      case .link(let destination, let content):
        guard destination.hasPrefix("#ref-"),
          let key = works.key(named: String(destination.dropFirst("#ref-".count)))
        else { return part }
        return .link(destination: "#ref-\(key)", content: content)
      case .emphasis(let content): return .emphasis(linked(content, works))
      case .strong(let content): return .strong(linked(content, works))
      case .superscript(let content): return .superscript(linked(content, works))
      case .subscript(let content): return .subscript(linked(content, works))
      case .text, .code, .formula, .inline: return part
      }
    }
  }

  private func inside(_ content: JSONValue) -> [RichText] {
    joined(richText(Self.elements(in: content)))
  }

  /// `text` with neighbouring plain texts as one.
  private func joined(_ text: [RichText]) -> [RichText] {
    var result: [RichText] = []
    for part in text {
      if case .text(let tail) = part, case .text(let head)? = result.last {
        result[result.count - 1] = .text(head + tail)
      } else if part != .text("") {
        result.append(part)
      }
    }
    return result
  }

  private static func elements(in value: JSONValue) -> [Element] {
    value.array.compactMap { item in
      item["t"]?.string.map { Element(tag: $0, content: item["c"] ?? .null) }
    }
  }

  /// The identifier in pandoc's triple of identifier, classes and attributes.
  private func identifier(of attributes: JSONValue) -> String {
    attributes.array.first?.string ?? ""
  }

  private func classes(of attributes: JSONValue) -> [String] {
    attributes.array.dropFirst().first?.array.compactMap(\.string) ?? []
  }

  private struct Element {
    var tag: String
    var content: JSONValue
  }
}

extension JSONValue {
  /// The elements; empty if this is no array.
  fileprivate var array: [JSONValue] { elements ?? [] }
}

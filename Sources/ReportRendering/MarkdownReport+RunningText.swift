import Notebook

/// Running text that does not stand in the report as it is written.
extension MarkdownRenderer {
  /// Running text that is not in the body as written: captions, cells, titles of sections.
  func inlines(_ content: [Inline], in place: PiecePlaces.Place = []) -> String {
    var text = ""
    for (order, inline) in content.enumerated() {
      if case .formula(let index) = inline {
        let rest = inlines(Array(content[(order + 1)...].prefix(1)), in: place)
        text += inlineFormula(
          index, before: text.last, after: rest.first, isInTable: place.contains(.table))
      } else {
        text += self.inline(inline, in: place)
      }
    }
    return text
  }

  private func inline(_ inline: Inline, in place: PiecePlaces.Place) -> String {
    let isInTable = place.contains(.table)
    return switch inline {
    case .text(let text): escapedMarkdown(text, inTable: isInTable)
    case .softBreak: isInTable ? " " : "\n"
    case .lineBreak: "<br>"
    case .code(let text): markdownCode(text, inTable: isInTable)
    case .emphasis(let content): "*\(inlines(content, in: place))*"
    case .strong(let content): "**\(inlines(content, in: place))**"
    case .strikethrough(let content): "~~\(inlines(content, in: place))~~"
    case .link(let destination, let title, let content):
      LinkAddress.isAllowed(destination) && !place.contains(.link)
        ? "[\(inlines(content, in: place.union(.link)))](\(target(destination, title, place)))"
        : inlines(content, in: place)
    case .image(let source, let title, let words, _):
      "![\(inlines(words, in: place.union(.link)))](\(target(source, title, place)))"
    case .html(let tag): tag
    // In a link it repeats what has the name elsewhere.
    case .anchor(let name): place.contains(.link) ? "" : anchor(name)
    case .formula(let index):
      inlineFormula(index, before: nil, after: nil, isInTable: isInTable)
    case .citation(let index): richText(report.bibliography.citations[index], in: place)
    case .reference(let index): reference(index, in: place)
    case .value(let index): escapedMarkdown(report.values[index].text, inTable: isInTable)
    case .footnote(let number): place.contains(.link) ? "" : "<sup>\(number)</sup>"
    }
  }

  /// An address with a title after it, if there is one.
  private func target(_ address: String, _ title: String, _ place: PiecePlaces.Place) -> String {
    guard !title.isEmpty else { return markdownAddress(address) }
    let words = oneLine(title).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("&", with: "&amp;")
    let plain = place.contains(.table) ? words.replacing("|", with: "\\|") : words
    return "\(markdownAddress(address)) \"\(plain)\""
  }

  func richText(_ text: [RichText], in place: PiecePlaces.Place = []) -> String {
    let isInTable = place.contains(.table)
    return text.map { part in
      switch part {
      case .text(let words): plainWords(words, in: place)
      case .emphasis(let content): "*\(richText(content, in: place))*"
      case .strong(let content): "**\(richText(content, in: place))**"
      case .superscript(let content): "<sup>\(richText(content, in: place))</sup>"
      case .subscript(let content): "<sub>\(richText(content, in: place))</sub>"
      case .code(let text): markdownCode(text, inTable: isInTable)
      case .formula(let tex):
        GitHubFormula.inline(tex, before: nil, after: nil, isInTable: isInTable)
      case .link(let destination, let content): link(to: destination, content, in: place)
      case .inline(let inline): self.inline(inline, in: place)
      }
    }.joined()
  }

  /// `words` as text; in a link, brackets are marked, because they might close it.
  private func plainWords(_ words: String, in place: PiecePlaces.Place) -> String {
    let text = escapedMarkdown(words, inTable: place.contains(.table))
    return place.contains(.link) ? text.replacing(/\\?([\[\]])/) { "\\\($0.output.1)" } : text
  }

  /// A link, or only its words where a report must not lead there, as a bibliography may ask for, or where
  /// they stand in a link.
  private func link(
    to destination: String, _ content: [RichText], in place: PiecePlaces.Place
  ) -> String {
    guard LinkAddress.isAllowed(destination), !place.contains(.link) else {
      return richText(content, in: place)
    }
    let address = markdownAddress(destination)
    // A bare address is a link on GitHub, and reads better than one in brackets.
    return content == [.text(destination)] && address == destination && !destination.hasPrefix("#")
      ? "<\(destination)>" : "[\(richText(content, in: place.union(.link)))](\(address))"
  }
}

import Notebook

/// Running text.
extension HTMLRenderer {
  /// The place where running text stands.
  enum Place {
    case text
    /// In a link, where nothing else is one.
    case link
    /// In a link that repeats what stands elsewhere, where nothing has a name and no footnote is mentioned.
    case copy

    var inside: Place { self == .copy ? .copy : .link }
  }

  /// The running text `content`.
  mutating func inlines(_ content: [Inline], in place: Place = .text) -> String {
    var html = ""
    for inline in content { html += self.html(inline, place) }
    return html
  }

  private mutating func html(_ inline: Inline, _ place: Place) -> String {
    switch inline {
    case .text(let text): return escaped(text)
    case .softBreak: return "\n"
    case .lineBreak: return "<br>\n"
    case .code(let text): return "<code>\(escaped(text))</code>"
    case .emphasis(let content): return "<em>\(inlines(content, in: place))</em>"
    case .strong(let content): return "<strong>\(inlines(content, in: place))</strong>"
    case .strikethrough(let content): return "<del>\(inlines(content, in: place))</del>"
    case .link(let destination, let title, let content):
      let words = inlines(content, in: place.inside)
      return place == .text ? link(to: destination, title: title, words) : words
    case .image(let source, let title, let words, let label):
      let image = images.html(source, alternative: self.words(words), title: title)
      guard let label, place != .copy else { return image }
      let number = numbering.images[label].map { "<br>\n<b>Figure \($0).</b> " } ?? ""
      return "<span\(identifier(label))>\(image)\(number)\(inlines(words, in: place))</span>"
    // The parser lets only plain tags from a short list come this far.
    case .html(let tag): return tag
    case .anchor(let name):
      return place == .copy ? "" : "<span id=\"\(escaped(name))\"></span>"
    case .formula(let index): return formula(index)
    case .citation(let index): return citation(index, place)
    case .reference(let index):
      let label = report.notebook.references[index].label
      let words = inlines(numbering.references[label] ?? [.text(label)], in: .copy)
      return place != .text ? words : "<a href=\"#\(escaped(label))\">\(words)</a>"
    case .value(let index):
      let value = report.values[index]
      return number(escaped(value.text), value.provenance, place)
    case .footnote(let number):
      if place == .copy { return "" }
      let mark = mark(ofFootnote: number)
      if place == .link { return "<sup id=\"\(mark)\">\(number)</sup>" }
      return "<sup><a id=\"\(mark)\" href=\"#footnote-\(number)\">\(number)</a></sup>"
    }
  }

  /// A link, or only its words where a page must not lead there, as a bibliography may ask for.
  private func link(to destination: String, title: String, _ content: String) -> String {
    guard LinkAddress.isAllowed(destination) else { return content }
    let titleAttribute = title.isEmpty ? "" : " title=\"\(escaped(title))\""
    return "<a href=\"\(escaped(pageAddress(of: destination)))\"\(titleAttribute)>\(content)</a>"
  }

  /// The name of the next mark of a footnote, which may have several.
  private mutating func mark(ofFootnote number: Int) -> String {
    markCounts[number, default: 0] += 1
    return Self.mark(ofFootnote: number, order: markCounts[number, default: 1])
  }

  /// The name of a footnote's mark; `order` counts its marks from 1.
  static func mark(ofFootnote number: Int, order: Int) -> String {
    order == 1 ? "mark-\(number)" : "mark-\(number)-\(order)"
  }

  /// `content` as plain words, for readers who do not see an image.
  func words(_ content: [Inline]) -> String {
    content.map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .emphasis(let inside), .strong(let inside), .strikethrough(let inside),
        .link(_, _, let inside), .image(_, _, let inside, _):
        words(inside)
      case .formula(let index): report.notebook.formulas[index].tex
      case .value(let index): report.values[index].text
      case .citation(let index): report.bibliography.citations[index].plainText
      case .reference(let index):
        numbering.references[report.notebook.references[index].label].map { words($0) } ?? ""
      case .html, .anchor, .footnote: ""
      }
    }.joined()
  }

  private func formula(_ index: Int) -> String {
    let formula = report.notebook.formulas[index]
    guard formula.isDisplay else { return formulas[index] }
    return "<span class=\"equation\"\(identifier(formula.label))>\(formulas[index])</span>"
  }

  private mutating func citation(_ index: Int, _ place: Place) -> String {
    let text = richText(report.bibliography.citations[index], in: place)
    if place == .copy { return text }
    shownCitations.insert(index)
    return "<span class=\"citation\" id=\"cite-\(index + 1)\">\(text)</span>"
  }

  /// Text from the citation processor.
  mutating func richText(_ text: [RichText], in place: Place = .text) -> String {
    var html = ""
    for part in text {
      let piece: String =
        switch part {
        case .text(let words): escaped(words)
        case .emphasis(let content): "<em>\(richText(content, in: place))</em>"
        case .strong(let content): "<strong>\(richText(content, in: place))</strong>"
        case .superscript(let content): "<sup>\(richText(content, in: place))</sup>"
        case .subscript(let content): "<sub>\(richText(content, in: place))</sub>"
        case .code(let text): "<code>\(escaped(text))</code>"
        case .formula(let tex): titleFormulas[tex] ?? escaped(tex)
        case .link(let destination, let content):
          place == .text
            ? link(to: destination, title: "", richText(content, in: place.inside))
            : richText(content, in: place)
        case .inline(let inline): self.html(inline, place)
        }
      html += piece
    }
    return html
  }
}

/// The address that a page has for a link to `destination`: reports of the lab are pages there, and no space is left, nor
/// what a browser takes for a slash.
package func pageAddress(of destination: String) -> String {
  var result = ""
  for scalar in (ReportLink(destination)?.page ?? destination).unicodeScalars {
    switch scalar {
    case " ": result += "%20"
    case "\\": result += "%5C"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

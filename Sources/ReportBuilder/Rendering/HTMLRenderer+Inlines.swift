import Notebook

/// Running text.
extension HTMLRenderer {
  /// The running text `content`; inside a link, nothing else is a link.
  mutating func inlines(_ content: [Inline], inLink: Bool = false) -> String {
    var html = ""
    for inline in content { html += self.html(inline, inLink) }
    return html
  }

  private mutating func html(_ inline: Inline, _ inLink: Bool) -> String {
    switch inline {
    case .text(let text): return escaped(text)
    case .softBreak: return "\n"
    case .lineBreak: return "<br>\n"
    case .code(let text): return "<code>\(escaped(text))</code>"
    case .emphasis(let content): return "<em>\(inlines(content, inLink: inLink))</em>"
    case .strong(let content): return "<strong>\(inlines(content, inLink: inLink))</strong>"
    case .strikethrough(let content): return "<del>\(inlines(content, inLink: inLink))</del>"
    case .link(let destination, let title, let content):
      return link(to: destination, title: title, inlines(content, inLink: true))
    case .image(let source, let title, let words, let label):
      let image = images.html(source, alternative: plainText(of: words), title: title)
      return label == nil ? image : "<span\(identifier(label))>\(image)</span>"
    // The parser lets only plain tags from a short list come this far.
    case .html(let tag): return tag
    case .anchor(let name): return "<span id=\"\(escaped(name))\"></span>"
    case .formula(let index): return formula(index)
    case .citation(let index): return citation(index, inLink)
    case .reference(let index):
      let label = report.notebook.references[index].label
      let words = inlines(numbering.references[label] ?? [.text(label)], inLink: true)
      return inLink ? words : "<a href=\"#\(escaped(label))\">\(words)</a>"
    case .value(let index):
      let value = report.values[index]
      return number(escaped(value.text), value.provenance, inLink)
    case .footnote(let number):
      if inLink { return "" }
      return "<sup><a id=\"mark-\(number)\" href=\"#footnote-\(number)\">\(number)</a></sup>"
    }
  }

  /// The words of `content` alone, those of its citations included.
  private func plainText(of content: [Inline]) -> String {
    content.map { inline in
      switch inline {
      case .citation(let index): report.bibliography.citations[index].plainText
      case .emphasis(let content), .strong(let content), .strikethrough(let content),
        .link(_, _, let content):
        plainText(of: content)
      default: [inline].plainText
      }
    }.joined()
  }

  /// A link, or only its words where a page must not lead there, as a bibliography may ask for.
  private func link(to destination: String, title: String, _ content: String) -> String {
    guard LinkAddress.isAllowed(destination) else { return content }
    let titleAttribute = title.isEmpty ? "" : " title=\"\(escaped(title))\""
    return "<a href=\"\(escaped(destination))\"\(titleAttribute)>\(content)</a>"
  }

  private func formula(_ index: Int) -> String {
    let formula = report.notebook.formulas[index]
    guard formula.isDisplay else { return formulas[index] }
    return "<span class=\"equation\"\(identifier(formula.label))>\(formulas[index])</span>"
  }

  private mutating func citation(_ index: Int, _ inLink: Bool) -> String {
    let text = richText(report.bibliography.citations[index], inLink: inLink)
    // What is in a link is said elsewhere too; its name is given there.
    if inLink { return text }
    return "<span class=\"citation\" id=\"cite-\(index + 1)\">\(text)</span>"
  }

  /// Text from the citation processor.
  mutating func richText(_ text: [RichText], inLink: Bool = false) -> String {
    var html = ""
    for part in text {
      let piece: String =
        switch part {
        case .text(let words): escaped(words)
        case .emphasis(let content): "<em>\(richText(content, inLink: inLink))</em>"
        case .strong(let content): "<strong>\(richText(content, inLink: inLink))</strong>"
        case .superscript(let content): "<sup>\(richText(content, inLink: inLink))</sup>"
        case .subscript(let content): "<sub>\(richText(content, inLink: inLink))</sub>"
        case .code(let text): "<code>\(escaped(text))</code>"
        case .formula(let tex): titleFormulas[tex] ?? escaped(tex)
        case .link(let destination, let content):
          inLink
            ? richText(content, inLink: true)
            : link(to: destination, title: "", richText(content, inLink: true))
        case .inline(let inline): self.html(inline, inLink)
        }
      html += piece
    }
    return html
  }

  // MARK: Numbers

  /// A number that opens where it comes from.
  mutating func number(_ text: String, _ provenance: ReportProvenance?, _ inLink: Bool) -> String {
    guard let provenance, !inLink else { return "<span class=\"number\">\(text)</span>" }
    let index = sourceIndices[provenance] ?? sources.count
    if index == sources.count {
      sources.append(provenance)
      sourceIndices[provenance] = index
    }
    return "<button type=\"button\" class=\"number\" popovertarget=\"source-\(index + 1)\">"
      + "\(text)</button>"
  }

  /// The cards behind the numbers.
  func sourceCards() -> String {
    guard !sources.isEmpty else { return "" }
    let cards = sources.enumerated().map { index, source -> String in
      let rows = source.runs.map { run in
        "<tr><td>\(escaped(run.name))</td><td class=\"trailing\">\(escaped(run.value))</td>"
          + "<td><code>\(escaped(run.key))</code></td></tr>\n"
      }
      let table =
        rows.isEmpty
        ? ""
        : "<div class=\"scroll\">\n<table>\n<thead>\n<tr><th>run</th><th class=\"trailing\">value"
          + "</th><th>key</th></tr>\n</thead>\n<tbody>\n\(rows.joined())</tbody>\n</table>\n</div>\n"
      return "<div popover class=\"source\" id=\"source-\(index + 1)\">\n"
        + "<p>\(escaped(source.summary))</p>\n\(table)"
        + "<p class=\"command\">Compute it again: <code>\(escaped(source.command))</code></p>\n</div>\n"
    }
    return "<aside aria-label=\"Where the numbers come from\">\n\(cards.joined())</aside>\n"
  }
}

internal import ReportRendering

/// The words of either notebook.
extension DifferencePage {
  /// The passages side by side; those that both weeks have are counted.
  var words: String {
    let notes = [old.note, new.note].compactMap(\.self)
      .map { "<p class=\"note\">\(escaped($0))</p>\n" }.joined()
    guard let prose else { return notes + "<p>Not compared, since \(escaped(lackOfWords)).</p>\n" }
    guard prose.rows.contains(where: { if case .same = $0 { false } else { true } }) else {
      return notes + "<p>Both notebooks have the same words.</p>\n"
    }
    var text = notes
    var (removed, added): ([Passage], [Passage]) = ([], [])
    /// Writes the passages that one of the notebooks has at a place, beside each other.
    func close() {
      for index in 0..<max(removed.count, added.count) {
        let old = index < removed.count ? html(whole: removed[index], "del") : nil
        let new = index < added.count ? html(whole: added[index], "ins") : nil
        text += pair(old, new, look: "pair alone")
      }
      (removed, added) = ([], [])
    }
    for row in prose.rows {
      switch row {
      case .removed(let passage): removed.append(passage)
      case .added(let passage): added.append(passage)
      case .same(let count):
        close()
        text += "<p class=\"note\">\(Self.counted(count, "passage")) as before</p>\n"
      case .changed(let kind, let old, let new):
        close()
        text += pair(html(old, "del", kind), html(new, "ins", kind), look: "pair")
      }
    }
    close()
    return "<div class=\"words\">\n\(text)</div>\n"
  }

  /// Which of the notebooks is not there.
  var lackOfWords: String {
    let weeks = [(old, difference.oldName), (new, difference.newName)]
      .filter { $0.0.notebook == nil }.map(\.1)
    return "there is no notebook of \(weeks.joined(separator: " and of "))"
  }

  private func pair(_ old: String?, _ new: String?, look: String) -> String {
    func side(_ content: String?, _ week: String) -> String {
      guard let content else { return "<div class=\"none\"></div>\n" }
      return "<div><p class=\"week\">\(escaped(week))</p>\n\(content)</div>\n"
    }
    return
      "<div class=\"\(look)\">\n\(side(old, difference.oldName))\(side(new, difference.newName))</div>\n"
  }

  private func html(whole passage: Passage, _ mark: String) -> String {
    html([.init(text: passage.text, isChanged: true)], mark, passage.kind)
  }

  private func html(_ parts: [ProseDifference.Part], _ mark: String, _ kind: Passage.Kind) -> String
  {
    let text = parts.map { part in
      guard part.isChanged else { return escaped(part.text) }
      // The space between two words is of neither.
      let words = part.text.drop(while: \.isWhitespace)
      return escaped(String(part.text[..<words.startIndex]))
        + "<\(mark)>\(escaped(String(words)))</\(mark)>"
    }.joined()
    switch kind {
    case .heading: return "<p><strong>\(text)</strong></p>\n"
    case .prose: return "<p>\(text)</p>\n"
    case .lines: return "<p class=\"lines\">\(text)</p>\n"
    case .code: return "<pre><code>\(text)</code></pre>\n"
    }
  }
}

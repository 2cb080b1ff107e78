/// Syntax that other readers of Markdown or TeX understand and labbook would show as text, with what to
/// write instead.
enum ForeignSyntax {
  /// Commands of TeX that stand in text, by name.
  private static let commands: [String: String] = {
    var commands: [String: String] = [:]
    for name in [
      "cite", "citep", "citet", "citealp", "parencite", "textcite", "autocite", "footcite",
    ] {
      commands[name] = "a citation is written '[@key]'"
    }
    for name in ["ref", "eqref", "autoref", "cref", "Cref", "pageref"] {
      commands[name] =
        "a cross-reference is written '@fig-name', '@tbl-name', '@eq-name' or '@sec-name'"
    }
    for name in ["textbf", "textit", "emph"] {
      commands[name] = "strong words are written '**so**', stressed ones '*so*'"
    }
    for name in ["section", "subsection", "subsubsection", "chapter", "paragraph"] {
      commands[name] = "a heading is written '## so'"
    }
    commands["label"] =
      "a label is written '{#eq-name}' after a display formula, an image or a heading"
    commands["texttt"] = "code is written between backticks"
    commands["footnote"] =
      "a footnote is written '[^name]', and below the paragraph '[^name]: words'"
    commands["url"] = "an address is written '<https://…>'"
    commands["href"] = "a link is written '[words](https://…)'"
    commands["includegraphics"] = "an image is written '![words](file.png)'"
    commands["caption"] = "the words of an image are its caption"
    return commands
  }()

  /// Commands that stand by themselves.
  private static let layout = [
    "newpage", "pagebreak", "clearpage", "noindent", "maketitle", "tableofcontents",
  ]

  /// Returns the problem with the command of TeX called `name`; nil if nobody knows it here.
  static func problem(withCommand name: String, hasArgument: Bool) -> String? {
    if layout.contains(name) {
      return "'\\\(name)' is a command of TeX outside a formula; a report has no pages to set"
    }
    guard hasArgument else { return nil }
    return commands[name].map { "'\\\(name)' is a command of TeX outside a formula; \($0)" }
  }

  /// Returns the problem with `line`, which begins a line of a paragraph.
  static func problem(withLine line: Substring) -> String? {
    if line.hasPrefix(":::") {
      return "':::' would be shown as it is; a remark that stands out is a quote that begins with "
        + "'> [!NOTE]', and results come from a directive in backticks"
    }
    for mark in ["!!!", "???"] where line.hasPrefix(mark + " ") || line.hasPrefix(mark + "+ ") {
      let word = line.drop { "!?+ ".contains($0) }.prefix { $0.isLetter }
      guard !word.isEmpty else { continue }
      let kind = AlertKind(rawValue: word.uppercased()) ?? .note
      return
        "'\(mark) \(word)' would be shown as it is; a remark that stands out is a quote that begins with "
        + "'> [!\(kind.rawValue)]'"
    }
    return nil
  }

  /// Returns the problem with braces around `content` right after `before`; nil if they are text.
  static func problem(
    withBraces content: Substring, after before: Character?, inHeading: Bool
  ) -> String? {
    if content.hasPrefix("{<") || content.hasPrefix("{%") || content.hasPrefix("%") {
      return
        "'{\(content.prefix { $0 != "\n" }.prefix(24))…' is a shortcode, and labbook has none; results "
        + "come from directives and values, images are written '![words](file.png)'"
    }
    if content.hasPrefix("#") {
      let label = content.dropFirst().prefix { !$0.isWhitespace }
      guard let ours = LabelKind.asWrittenHere(String(label)) else { return nil }
      let ofDirective =
        ours.hasPrefix("tbl-") || ours.hasPrefix("fig-")
        ? "; a directive has the line 'label: \(ours)'" : ""
      return "'{#\(label)}' is no label; write '{#\(ours)}'\(ofDirective)"
    }
    let isAttached =
      inHeading || before.map { $0 == ")" || $0 == "]" || $0 == PlainProse.code } ?? false
    guard isAttached else { return nil }
    let words = content.split(separator: " ")
    let isAttribute = { (word: Substring) in
      word == "-" || word.first == "." && word.dropFirst().first?.isLetter == true
        || word.first?.isLetter == true && word.dropFirst().contains("=")
    }
    guard !words.isEmpty, words.allSatisfy(isAttribute) else { return nil }
    return
      "'{\(content)}' would be shown as it is: labbook knows no attributes; only a label such as "
      + "'{#fig-name}' follows an image, a formula or a heading"
  }

  /// Returns the problem with the key of a work that has the form of a label elsewhere; nil if there is none.
  static func problem(withKey key: String) -> String? {
    LabelKind.asWrittenHere(key).map {
      "'@\(key)' would cite a work; a cross-reference is written '@\($0)', and what it names is labelled "
        + "'\($0)'"
    }
  }
}

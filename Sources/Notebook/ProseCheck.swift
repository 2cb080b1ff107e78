internal import Settings

/// Looks through running text for what names something, so that a name that nothing has is told, and for what
/// would be shown as it is and is surely not meant so.
///
/// The scanner of formulas and keys has read the text before; its replacements are passed over.
struct ProseCheck {
  let source: SourceText
  let definitions: LinkDefinitions
  /// The places of addresses of links and images, by what the parser makes of them.
  private(set) var addresses: [String: [Int]] = [:]
  /// The names of footnotes that are mentioned.
  private(set) var footnotes: Set<String> = []

  private var prose: [Character] = []
  private var start = 0
  private var end = 0
  private var index = 0
  /// The place up to which, from ``index`` on, nothing ends a target.
  private var withoutEnd = 0
  /// The place up to which, from ``index`` on, nothing ends a brace.
  private var withoutBrace = 0
  private var isHeading = false
  /// The places of brackets that are not closed yet.
  private var openings: [Int] = []

  /// Whether the text may mention footnotes.
  private let hasFootnotes: Bool

  init(source: SourceText, definitions: LinkDefinitions, hasFootnotes: Bool) {
    self.source = source
    self.definitions = definitions
    self.hasFootnotes = hasFootnotes
    for definition in definitions.links.values.sorted(by: { $0.position < $1.position }) {
      if let address = definition.address { add(address: address) }
    }
  }

  /// Reads the leaf that stands in `range` of the source, without what marks the block it is in; the scanner
  /// has replaced `holes` there.
  mutating func read(
    _ range: Range<Int>, isHeading: Bool, holes: [Range<Int>], into findings: inout Findings
  ) {
    let text = PlainProse(source, in: range, holes: holes)
    for address in text.addresses { add(address: address) }
    prose = text.characters
    (start, end, index) = (range.lowerBound, range.upperBound, range.lowerBound)
    self.isHeading = isHeading
    openings = []
    (withoutEnd, withoutBrace) = (range.lowerBound, range.lowerBound)
    checkLine(&findings)
    while index < end { step(&findings) }
  }

  private func character(_ index: Int) -> Character? {
    index >= start && index < end ? prose[index - start] : nil
  }

  private func matches(_ text: String, at index: Int) -> Bool {
    var index = index
    for sign in text {
      guard character(index) == sign else { return false }
      index += 1
    }
    return true
  }

  private mutating func step(_ findings: inout Findings) {
    switch prose[index - start] {
    case "\n":
      index += 1
      while let next = character(index), " \t>".contains(next) { index += 1 }
      checkLine(&findings)
    case "[": open(&findings)
    case "]": close(&findings)
    case "{": readBrace(&findings)
    case "\\": readCommand(&findings)
    default: index += 1
    }
  }

  private mutating func checkLine(_ findings: inout Findings) {
    guard let first = character(index), ":!?".contains(first) else { return }
    let line = prose[(index - start)...].prefix(80).prefix { $0 != "\n" }
    guard let problem = ForeignSyntax.problem(withLine: Substring(String(line))) else { return }
    findings.report(problem, at: source.position(at: index))
    index += line.count
  }

  // MARK: Brackets

  private mutating func open(_ findings: inout Findings) {
    if matches("[^", at: index) {
      let name = prose[(index + 2 - start)...].prefix { !$0.isWhitespace && $0 != "]" && $0 != "[" }
      let closing = index + 2 + name.count
      if !name.isEmpty, character(closing) == "]" {
        mentionFootnote(String(source.characters[(index + 2)..<closing]), &findings)
        index = closing + 1
        return
      }
    }
    if matches("![[", at: index - 1) {
      findings.report(
        "'![[' would be shown as it is; an image is written '![words](file.png)'",
        at: source.position(at: index - 1))
    }
    openings.append(index)
    index += 1
  }

  private mutating func mentionFootnote(_ name: String, _ findings: inout Findings) {
    guard hasFootnotes else {
      findings.report(
        "a footnote stands in the text alone, not in an abstract, a caption or a protocol",
        at: source.position(at: index))
      return
    }
    let key = LinkDefinitions.normalized(name)
    footnotes.insert(key)
    guard definitions.footnotes[key] == nil else { return }
    findings.reportUndefined(
      "no footnote '[^\(name)]: …' is defined", name: key,
      among: definitions.footnotes, escape: "'\\[^' for the characters",
      at: source.position(at: index))
  }

  private mutating func close(_ findings: inout Findings) {
    let closing = index
    index += 1
    guard let opening = openings.popLast() else { return }
    if character(opening - 1) == "^" {
      findings.report(
        "'^[' would be shown as it is; a footnote is written '[^name]', and below the paragraph "
          + "'[^name]: words'", at: source.position(at: opening - 1))
      return
    }
    let isImage = character(opening - 1) == "!"
    if character(index) == "(" {
      readTarget(isImage: isImage, from: opening, &findings)
      return
    }
    // A name is at most so long; what is longer is not looked at, so that brackets in brackets cost nothing.
    let words = closing - opening < 1_000 ? source.text((opening + 1)..<closing) : ""
    guard character(index) == "[" else {
      // An image by its words alone; brackets without more are text.
      let isSentence = character(opening - 2).map { $0.isLetter || $0.isNumber } ?? false
      if isImage, !isSentence { checkName(words, isImage: true, at: opening - 1, &findings) }
      return
    }
    let label = prose[(index + 1 - start)...].prefix { $0 != "]" && $0 != "[" }
    guard label.count < 1_000, character(index + 1 + label.count) == "]", label.first != "^" else {
      return
    }
    let name =
      label.isEmpty ? words : source.text((index + 1)..<(index + 1 + label.count))
    // What follows a word or a bracket is an index, as in a[i][j].
    let before = character(opening - 1)
    let isIndex = before.map { $0.isLetter || $0.isNumber || "])".contains($0) } ?? false
    let place = label.isEmpty ? opening : index
    if isImage || !isIndex,
      name.contains(where: \.isLetter) || definitions.links[LinkDefinitions.normalized(name)] != nil
    {
      checkName(name, isImage: isImage, at: place, &findings)
    }
    index += label.count + 2
  }

  private func checkName(
    _ name: String, isImage: Bool, at place: Int, _ findings: inout Findings
  ) {
    let key = LinkDefinitions.normalized(name)
    guard !key.isEmpty, definitions.links[key] == nil else { return }
    if let text = definitions.texts[key] {
      findings.report(
        "'[\(name)]: …' on line \(text.position.line) defines nothing, for it goes on from the line above; put "
          + "a blank line between them", at: source.position(at: place))
      return
    }
    findings.reportUndefined(
      "no address '[\(name)]: …' is defined for the \(isImage ? "image" : "link")", name: key,
      among: definitions.links, escape: "'\\[' for the character",
      at: source.position(at: place))
  }

  // MARK: Addresses

  private mutating func add(address: Range<Int>) {
    let start = address.lowerBound
    addresses[source.decodedAddress(address), default: []].append(start)
  }

  /// Reads `(address "title")`, which begins at ``index``.
  private mutating func readTarget(isImage: Bool, from opening: Int, _ findings: inout Findings) {
    let first = skippingWhitespace(from: index + 1)
    if character(first) == ")" {
      index = first + 1
      return
    }
    if let address = source.address(from: first, to: end),
      let closing = targetEnd(after: address.end)
    {
      add(address: address.content)
      index = closing + 1
      return
    }
    let last = firstPlace(of: ")", from: index + 1, within: 400, passed: withoutEnd)
    withoutEnd = last
    guard character(last) == ")" else { return }
    let words = source.text((index + 1)..<last)
    guard words.contains(" "), isImage || Self.looksLikeAddress(words) else { return }
    findings.report(
      "'(\(words))' is no address, for there are spaces in it; write '(<\(words)>)', or %20 for each",
      at: source.position(at: index))
  }

  /// The place of the first `closing` or line end from `first` on, or that at the distance `most`.
  ///
  /// What was passed over for an earlier place has neither, and is not read again.
  private func firstPlace(
    of closing: Character, from first: Int, within most: Int, passed: Int
  ) -> Int {
    var place = max(first, passed)
    while place < first + most, let next = character(place), next != closing, next != "\n" {
      place += 1
    }
    return place
  }

  private static func looksLikeAddress(_ words: String) -> Bool {
    guard let last = words.split(separator: " ").last else { return false }
    if words.hasPrefix("https://") || words.hasPrefix("http://") { return true }
    let parts = last.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last else { return false }
    return (2...5).contains(ending.count)
      && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && ending.first?.isLetter == true
  }

  private func skippingWhitespace(from start: Int) -> Int {
    var index = start
    while let next = character(index), next.isWhitespace || next == ">" && isLineHead(index) {
      index += 1
    }
    return index
  }

  /// Whether only the marks of quotes stand before `index` on its line.
  private func isLineHead(_ index: Int) -> Bool {
    var index = index - 1
    while let before = character(index), before != "\n" {
      guard " \t>".contains(before) else { return false }
      index -= 1
    }
    return index >= start
  }

  /// The place of the `)` after an address that ends at `start`, and after a title if there is one.
  private func targetEnd(after start: Int) -> Int? {
    var index = skippingWhitespace(from: start)
    guard let quote = character(index) else { return nil }
    if quote == ")" { return index }
    guard index > start, let closing: Character = ["\"": "\"", "'": "'", "(": ")"][quote] else {
      return nil
    }
    index += 1
    let last = min(end, index + 2_000)
    while index < last, source.characters[index] != closing {
      index += source.characters[index] == "\\" ? 2 : 1
    }
    guard index < last else { return nil }
    index = skippingWhitespace(from: index + 1)
    return character(index) == ")" ? index : nil
  }

  // MARK: What others would understand

  private mutating func readCommand(_ findings: inout Findings) {
    let place = index
    let name = prose[(index + 1 - start)...].prefix(40).prefix { $0.isASCII && $0.isLetter }
    index += 1 + name.count
    let hasArgument = character(index).map { $0 == "{" || $0 == "[" } ?? false
    guard let problem = ForeignSyntax.problem(withCommand: String(name), hasArgument: hasArgument)
    else { return }
    findings.report(problem, at: source.position(at: place))
  }

  private mutating func readBrace(_ findings: inout Findings) {
    let place = index
    index += 1
    let after = firstPlace(of: "}", from: index, within: 200, passed: withoutBrace)
    withoutBrace = after
    let isClosed = character(after) == "}"
    // A shortcode's braces may be further apart.
    guard isClosed || ["{<", "{%", "%"].contains(where: { matches($0, at: index) }) else { return }
    let words = Substring(String(prose[(index - start)..<(after - start)]))
    if let problem = ForeignSyntax.problem(
      withBraces: words, after: character(place - 1), inHeading: isHeading)
    {
      findings.report(problem, at: source.position(at: place))
      index = after
      return
    }
    guard isClosed, character(after + 1) != PlainProse.code,
      let role = roleWithoutCode(words, after: after + 1)
    else { return }
    findings.report(
      "'{\(role)}' stands without its code; write {value}`experiment.arm.metric`",
      at: source.position(at: place))
    index = after + 1
  }

  /// The name in braces, if it is that of a role or near it and what a value needs does not follow.
  private func roleWithoutCode(_ name: Substring, after end: Int) -> String? {
    guard name.allSatisfy({ $0.isLetter }), !name.isEmpty else { return nil }
    let lower = name.lowercased()
    if lower == "value" { return String(name) }
    guard nearestName(to: lower, among: ["value"]) != nil else { return nil }
    // Another word is a role only if something like a value comes right after it.
    if matches(" ", at: end), character(end + 1) == PlainProse.code { return String(name) }
    let path = prose[min(max(0, end - start), prose.count)...].prefix(200).prefix {
      !$0.isWhitespace
    }
    return path.count { $0 == "." } >= 2 ? String(name) : nil
  }
}

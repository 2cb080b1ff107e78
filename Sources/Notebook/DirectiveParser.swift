internal import Settings

/// Reads fenced blocks whose first line is `{name} argument`.
struct DirectiveParser {
  let source: SourceText
  let declarations: [DirectiveDeclaration]

  /// A fenced block that may be a directive.
  struct Fence {
    /// The opening fence: `{` follows it.
    var start: Int
    /// After the closing fence, or after the last line if there is none.
    var end: Int
    /// The marks of the fence, such as three backticks.
    var marks: String
    /// The lines between the fences without the indentation of the block.
    var lines: [Range<Int>]
    /// The same lines as they stand in the source.
    var lineRanges: [Range<Int>]
    var isClosed: Bool
    /// The spaces and marks of block quotes that each line of the block begins with.
    var indentation: String
  }

  /// Finds the fences of the code block on `lines`, counted from 1 in the source.
  func fence(onLines lines: ClosedRange<Int>) -> Fence? {
    let opening = source.range(ofLines: lines.lowerBound...lines.lowerBound)
    guard
      let start = opening.first(where: { index in
        source.matches("```", at: index) || source.matches("~~~", at: index)
      })
    else { return nil }
    let mark = source.characters[start]
    let width = source.characters[start..<opening.upperBound].prefix { $0 == mark }.count
    let indentation = source.indentation(
      ofLine: lines.lowerBound, width: start - opening.lowerBound)
    var body: [Range<Int>] = []
    var lineRanges: [Range<Int>] = []
    var isClosed = false
    for line in lines.dropFirst() {
      let range = source.range(ofLines: line...line)
      let content = range.drop {
        " \t".contains(source.characters[$0])
          || source.characters[$0] == ">" && indentation.contains(">")
      }
      let text = source.characters[content.startIndex..<range.upperBound]
      if line == lines.upperBound, text.prefix(while: { $0 == mark }).count >= width,
        text.drop(while: { $0 == mark }).allSatisfy({ $0 == " " || $0 == "\t" })
      {
        isClosed = true
      } else {
        body.append(content.startIndex..<range.upperBound)
        lineRanges.append(range)
      }
    }
    return Fence(
      start: start, end: source.range(ofLines: lines).upperBound,
      marks: String(repeating: mark, count: width), lines: body, lineRanges: lineRanges,
      isClosed: isClosed,
      indentation: indentation)
  }

  /// Reads the directive in `fence`; nil if it is an ordinary code block.
  func directive(in fence: Fence, into findings: inout Findings) -> Directive? {
    let nameStart = fence.start + fence.marks.count
    let rest = source.characters[nameStart...].prefix { $0 != "\n" }
    let info = rest.drop { $0 == " " }
    guard info.first == "{", let brace = info.firstIndex(of: "}") else { return nil }
    let name = String(info[(info.startIndex + 1)..<brace])
    guard name.first?.isLetter == true else { return nil }
    let position = source.position(at: fence.start)
    guard let declaration = declarations.first(where: { $0.name == name }) else {
      findings.report(
        "unknown directive '{\(name)}'\(suggestion(for: name, among: declarations.map(\.name))); "
          + "the directives are " + declarations.map(\.name).joined(separator: ", "),
        at: source.position(at: info.startIndex))
      return nil
    }
    if !fence.isClosed {
      findings.report(
        "the directive '{\(name)}' is never closed with '\(fence.marks)'", at: position)
    }
    var directive = Directive(
      declaration: declaration, argument: argument(in: brace + 1..<rest.endIndex), options: [],
      body: [], caption: nil, position: position)
    checkArgument(of: directive, at: source.position(at: brace), &findings)
    readLines(of: fence, into: &directive, &findings)
    return directive
  }

  /// Checks the words after the name of a directive; `end` is where the name ends.
  private func checkArgument(
    of directive: Directive, at end: SourcePosition, _ findings: inout Findings
  ) {
    switch directive.declaration.argument {
    case .name(let what):
      guard directive.argument != nil else {
        findings.report(
          "'{\(directive.name)}' needs the name of \(what.withArticle) after it", at: end)
        return
      }
      let names = directive.argumentNames
      guard names.count > 1 else { return }
      let reason =
        directive.declaration.body == .claims
        ? ": the seeds of two experiments are not paired, so no test compares an arm of one with an arm of another; "
          + "'{comparison} \(names.map(\.value).joined(separator: ", "))' shows them in one table"
        : ""
      findings.report(
        "'{\(directive.name)}' is about one \(what.rawValue), and here are \(names.count)\(reason)",
        at: names[1].position)
    case .names(let what):
      guard directive.argumentNames.isEmpty else { return }
      findings.report(
        "'{\(directive.name)}' needs the name of \(what.withArticle) after it, or several "
          + "separated by commas", at: end)
    case .week: break
    case .none:
      guard let argument = directive.argument else { return }
      findings.report("'{\(directive.name)}' takes no words after it", at: argument.position)
    }
  }

  private func argument(in range: Range<Int>) -> Positioned<String>? {
    let text = source.text(range).trimmingSpaces
    guard !text.isEmpty,
      let start = range.first(where: { !source.characters[$0].isWhitespace })
    else { return nil }
    return Positioned(text, at: source.position(at: start))
  }

  private func readLines(
    of fence: Fence, into directive: inout Directive, _ findings: inout Findings
  ) {
    let declaration = directive.declaration
    var isInList = false
    for range in fence.lines {
      let text = source.text(range).trimmingSpaces
      guard !text.isEmpty else { continue }
      let position = source.position(at: range.lowerBound)
      var mayBeBody = false
      switch declaration.body {
      case .publishedResults:
        isInList = isInList || text.hasPrefix("-")
        if isInList {
          directive.body.append(Positioned(text, at: position))
          continue
        }
      case .claims: mayBeBody = true
      case nil: break
      }
      let colon = range.first { source.characters[$0] == ":" }
      let key = colon.map { source.text(range.lowerBound..<$0).trimmingSpaces }
      let known = declaration.options.first { $0.name == key }
      guard let colon, let key, known != nil || !mayBeBody else {
        if mayBeBody {
          directive.body.append(Positioned(text, at: position))
        } else {
          findings.report("expected 'option: value', found '\(text)'", at: position)
        }
        continue
      }
      guard let known else {
        let names = declaration.options.map(\.name)
        findings.report(
          "'{\(declaration.name)}' has no option '\(key)'\(suggestion(for: key, among: names)); "
            + "its options are " + names.joined(separator: ", "), at: position)
        continue
      }
      guard directive[key] == nil else {
        findings.report("option '\(key)' is given twice", at: position)
        continue
      }
      let valueStart =
        (colon + 1..<range.upperBound).first { !source.characters[$0].isWhitespace }
        ?? range.upperBound
      let option = Directive.Option(
        name: key, value: source.text(valueStart..<range.upperBound).trimmingSpaces,
        position: source.position(at: valueStart))
      directive.options.append(option)
      check(option, known, of: &directive, &findings)
    }
    guard let body = declaration.body else { return }
    if directive.body.isEmpty {
      findings.report(
        "'{\(declaration.name)}' is empty; write \(body.words)", at: directive.position)
    } else if case .publishedResults = body {
      directive.published = PublishedResultsParser.parse(directive.body, into: &findings)
    }
  }

  private func check(
    _ option: Directive.Option, _ declaration: DirectiveDeclaration.Option,
    of directive: inout Directive, _ findings: inout Findings
  ) {
    guard !option.value.isEmpty else {
      findings.report("option '\(option.name)' has no value", at: option.position)
      return
    }
    switch declaration.kind {
    case .name, .week: break
    case .names:
      if directive.names(option.name).isEmpty {
        findings.report("option '\(option.name)' names nothing", at: option.position)
      }
    case .armOfEach:
      let (arms, experiments) = (directive.names(option.name), directive.argumentNames.count)
      if arms.isEmpty || arms.count > 1 && arms.count != experiments {
        findings.report(
          "option '\(option.name)' names \(arms.count) arms for \(experiments) "
            + "\(experiments == 1 ? "experiment" : "experiments"); name one that all have, or one for each in their "
            + "order", at: option.position)
      }
    case .caption:
      directive.caption = parseRunningText(
        SourceText(option.value, at: option.position), into: &findings)
    case .label(let kind):
      findings.define(
        option.value, kind: kind, of: "'{\(directive.name)}'", at: option.position)
    case .choice(let choices):
      if !choices.contains(option.value) {
        findings.report(
          "'\(option.value)' is none of " + choices.joined(separator: ", ")
            + suggestion(for: option.value, among: choices), at: option.position)
      }
    case .choices(let choices):
      let names = directive.names(option.name)
      if names.isEmpty {
        findings.report("option '\(option.name)' names nothing", at: option.position)
      }
      for name in names where !choices.contains(name.value) {
        findings.report(
          "'\(name.value)' is none of " + choices.joined(separator: ", ")
            + suggestion(for: name.value, among: choices), at: name.position)
      }
    case .count(let least):
      if Int(option.value).map({ $0 < least }) ?? true {
        findings.report(
          "'\(option.value)' is not a whole number of at least \(least)", at: option.position)
      }
    }
  }
}

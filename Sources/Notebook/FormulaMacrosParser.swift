import Yams
internal import Settings

/// Reads the commands that `macros:` in front matter, or a file of a lab, gives to formulas.
struct FormulaMacrosParser {
  /// The lines above the YAML.
  let lineOffset: Int
  private(set) var macros = FormulaMacros()
  private(set) var problems: [Findings.Problem] = []

  init(lineOffset: Int) {
    self.lineOffset = lineOffset
  }

  /// Reads `node`, a mapping of commands to TeX.
  mutating func read(_ node: Node) {
    guard let mapping = node.mapping else {
      report("macros are a list of '\\name: TeX' lines", at: node)
      return
    }
    for (key, value) in mapping { read(key, value) }
    for circle in macros.circles {
      guard let macro = macros.macros[circle[0]] else { continue }
      problems.append(
        Findings.Problem(
          position: macro.position,
          message: "the macro '\\\(circle[0])' stands for itself: "
            + circle.prefix(10).map { "\\" + $0 }.joined(separator: " → ")))
    }
  }

  private mutating func read(_ key: Node, _ value: Node) {
    let written = key.string ?? ""
    let name = written.hasPrefix("\\") ? String(written.dropFirst()) : written
    guard !name.isEmpty, name.allSatisfy(isLetterOfCommand) else {
      report(
        "'\(written)' is no command; its name is a backslash and letters from A to Z or a to z, such as "
          + "'\\KL'", at: key)
      return
    }
    var body = value
    var count: Int?
    if let parts = value.sequence {
      guard parts.count == 2, let number = parts[1].string.flatMap({ Int($0) }),
        (0...9).contains(number)
      else {
        report(
          "the macro '\\\(name)' is its TeX, or [TeX, how many arguments from 0 to 9]", at: value)
        return
      }
      body = parts[0]
      count = number
    }
    guard let tex = (body.scalar?.string).map(YAMLText.restored) else {
      report(
        "the macro '\\\(name)' is its TeX, or [TeX, how many arguments from 0 to 9]", at: value)
      return
    }
    check(tex, of: name, count, at: body)
    macros.define(
      name,
      FormulaMacros.Macro(
        body: tex, argumentCount: count ?? Self.highestArgument(in: tex) ?? 0,
        position: position(of: key)))
  }

  private mutating func check(_ tex: String, of name: String, _ count: Int?, at node: Node) {
    for problem in FormulaCheck.problems(in: tex) {
      report("the macro '\\\(name)': \(problem.message)", at: node)
    }
    var depth = 0
    for token in texTokens(tex) {
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      if depth < 0 { break }
    }
    if depth != 0 {
      report("the macro '\\\(name)': its braces do not belong together", at: node)
    }
    guard let highest = Self.highestArgument(in: tex) else {
      report(
        "the macro '\\\(name)': '#' is followed by the number of an argument, from 1 to 9", at: node
      )
      return
    }
    if let count, highest > count {
      report("the macro '\\\(name)' has \(count) arguments; its TeX has a '#\(highest)'", at: node)
    }
  }

  /// The highest number after a `#`; nil if something else follows one.
  private static func highestArgument(in tex: String) -> Int? {
    let tokens = texTokens(tex)
    var highest = 0
    for (index, token) in tokens.enumerated() where token.text == "#" {
      guard index + 1 < tokens.count, let number = Int(tokens[index + 1].text), number > 0 else {
        return nil
      }
      highest = max(highest, number)
    }
    return highest
  }

  private mutating func report(_ message: String, at node: Node) {
    problems.append(Findings.Problem(position: position(of: node), message: message))
  }

  private func position(of node: Node) -> SourcePosition {
    SourcePosition(
      line: (node.mark?.line ?? 1) + lineOffset, column: max(1, node.mark?.column ?? 1))
  }
}

/// Reads `text`, a file of macros: YAML with a line `\name: TeX` for each.
///
/// - Parameters:
///   - text: The whole file.
///   - path: The file's path for messages.
/// - Returns: The macros.
/// - Throws: Everything that is wrong with the file.
public func parseFormulaMacros(_ text: String, path: String) throws(NotebookError) -> FormulaMacros
{
  var parser = FormulaMacrosParser(lineOffset: 0)
  let root: Node?
  do {
    root = try YAMLText.node(of: text)
  } catch {
    var position = SourcePosition(line: 1, column: 1)
    var message = "\(error)"
    if let problem = error as? YAMLText.Problem {
      position = SourcePosition(line: problem.line, column: problem.column)
      message = problem.message
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      position = SourcePosition(line: mark.line, column: max(1, mark.column))
      message = problem
    case .duplicatedKeysInMapping(let duplicates, let context):
      position = SourcePosition(line: context.mark.line, column: max(1, context.mark.column))
      message =
        "macro \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is given twice"
    default: break
    }
    throw NotebookError([SourceProblem(path: path, position: position, message: message)])
  }
  if let root { parser.read(root) }
  guard parser.problems.isEmpty else {
    throw NotebookError(
      parser.problems.map {
        SourceProblem(path: path, position: $0.position, message: $0.message)
      })
  }
  return parser.macros
}

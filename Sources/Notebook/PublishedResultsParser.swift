internal import Settings
internal import Yams

/// Reads the YAML list in a `published` directive.
///
///     - of: cartpole.PPO-cleanrl.training_return_last_100
///       mean: 490.04
///       spread: 6.12
///       spread_over: seeds
///       protocol: mean of the last training episodes, 3 seeds
///       cite: huang2022cleanrl
struct PublishedResultsParser {
  private static let keys = [
    "of", "mean", "spread", "spread_over", "threshold", "protocol", "cite",
  ]

  private var findings: Findings
  /// The line of the notebook before the list's first.
  private let lineOffset: Int
  /// The place where the list begins.
  private let start: SourcePosition

  /// Reads the lines of a list; what is wrong with it is added to `findings`.
  static func parse(
    _ lines: [Positioned<String>], into findings: inout Findings
  ) -> [PublishedResult] {
    guard let start = lines.first?.position else { return [] }
    var parser = PublishedResultsParser(findings: findings, start: start)
    let results = parser.results(in: lines)
    findings = parser.findings
    return results
  }

  private init(findings: Findings, start: SourcePosition) {
    self.findings = findings
    self.start = start
    lineOffset = start.line - 1
  }

  private mutating func results(in lines: [Positioned<String>]) -> [PublishedResult] {
    // Every line stands where it stands in the notebook, so YAML's marks are the notebook's columns.
    var text = ""
    var line = start.line
    for content in lines {
      while line < content.position.line {
        text += "\n"
        line += 1
      }
      text += String(repeating: " ", count: content.position.column - 1) + content.value
    }
    let root: Node?
    do {
      root = try YAMLText.node(of: text)
    } catch let problem as YAMLText.Problem {
      findings.report(
        problem.message,
        at: SourcePosition(line: problem.line + lineOffset, column: problem.column))
      return []
    } catch let error as YamlError {
      report(error)
      return []
    } catch {
      findings.report("\(error)", at: start)
      return []
    }
    guard let rows = root?.sequence else {
      findings.report("the body is a list of published results, each after '- '", at: start)
      return []
    }
    return rows.compactMap { result(in: $0) }
  }

  private mutating func result(in node: Node) -> PublishedResult? {
    guard let mapping = node.mapping else {
      findings.report(
        "a published result is lines 'key: value' with the keys \(Self.list)",
        at: position(of: node))
      return nil
    }
    var texts: [String: Positioned<String>] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard Self.keys.contains(name) else {
        findings.report(
          "unknown key '\(name)'\(suggestion(for: name, among: Self.keys)); the keys are \(Self.list)",
          at: position(of: key))
        continue
      }
      guard let scalar = value.scalar, !scalar.string.isEmpty else {
        findings.report("'\(name)' is one piece of text", at: position(of: value))
        return nil
      }
      texts[name] = Positioned(YAMLText.restored(scalar.string), at: position(of: value))
    }
    let place = position(of: node)
    let path = path(texts["of"], at: place)
    let value = value(texts, at: place)
    let measurement = required("protocol", of: texts, at: place).map { text in
      parseRunningText(SourceText(text.value, at: text.position), into: &findings)
    }
    let source = required("cite", of: texts, at: place).flatMap { citation($0) }
    guard let path, let value, let measurement, let source else { return nil }
    return PublishedResult(path: path, value: value, measurement: measurement, source: source)
  }

  private mutating func required(
    _ key: String, of texts: [String: Positioned<String>], at place: SourcePosition
  ) -> Positioned<String>? {
    if texts[key] == nil { findings.report("a published result needs '\(key)'", at: place) }
    return texts[key]
  }

  /// Experiment, arm and metric.
  private mutating func path(
    _ text: Positioned<String>?, at place: SourcePosition
  ) -> [Positioned<String>]? {
    guard let text else {
      findings.report("a published result needs 'of'", at: place)
      return nil
    }
    let path = text.pathNames
    guard path.count == 3, !path.contains(where: \.value.isEmpty) else {
      findings.report("'of' is written experiment.arm.metric", at: text.position)
      return nil
    }
    return path
  }

  /// A mean with its spread, or a threshold.
  private mutating func value(
    _ texts: [String: Positioned<String>], at place: SourcePosition
  ) -> PublishedResult.Value? {
    switch (texts["mean"], texts["threshold"]) {
    case (let mean?, nil):
      guard let number = number(mean, "mean") else { return nil }
      guard let text = texts["spread"] else {
        if let over = texts["spread_over"] {
          findings.report(
            "'spread_over' says of what a 'spread' is, and there is none", at: over.position)
        }
        return .mean(number, spread: nil)
      }
      guard let spread = self.number(text, "spread") else { return nil }
      guard spread.value >= 0 else {
        findings.report("'spread' is at least 0", at: text.position)
        return nil
      }
      return .mean(number, spread: .init(number: spread, over: spreadOver(texts["spread_over"])))
    case (nil, let threshold?):
      for key in ["spread", "spread_over"] {
        guard let spread = texts[key] else { continue }
        findings.report("a threshold has no spread", at: spread.position)
      }
      return number(threshold, "threshold").map { .threshold($0) }
    case (_?, let threshold?):
      findings.report(
        "a published result has a mean or a threshold, not both", at: threshold.position)
      return nil
    case (nil, nil):
      findings.report("a published result needs 'mean' or 'threshold'", at: place)
      return nil
    }
  }

  /// Returns the kind of values that a spread is over, if it is said.
  private mutating func spreadOver(
    _ text: Positioned<String>?
  ) -> PublishedResult.Spread.Values? {
    guard let text else { return nil }
    let over = PublishedResult.Spread.Values(rawValue: text.value)
    if over == nil {
      let names = PublishedResult.Spread.Values.allCases.map(\.rawValue)
      findings.report(
        "'spread_over' is one of \(names.joined(separator: ", ")), not '\(text.value)'"
          + suggestion(for: text.value, among: names), at: text.position)
    }
    return over
  }

  private mutating func number(
    _ text: Positioned<String>, _ key: String
  ) -> PublishedResult.Number? {
    let number = PublishedResult.Number(text.value)
    if number == nil {
      findings.report(
        "'\(key)' is a number in digits such as 490.04, not '\(text.value)'", at: text.position)
    }
    return number
  }

  /// The key of a work, with a page or the like after a comma, as a citation.
  private mutating func citation(_ text: Positioned<String>) -> [Inline]? {
    // A citation in prose is found at its @, here at its key.
    let position = SourcePosition(
      line: text.position.line, column: text.position.column - "[".count)
    let inlines = parseRunningText(
      SourceText("[@\(text.value)]", at: position), into: &findings)
    guard !text.value.hasPrefix("@"), inlines.count == 1, case .citation = inlines[0] else {
      findings.report(
        "'cite' is the key of a work, with a page or table after a comma if need be",
        at: text.position)
      return nil
    }
    return inlines
  }

  // MARK: Places

  private static var list: String { keys.joined(separator: ", ") }

  private func position(of node: Node) -> SourcePosition {
    guard let mark = node.mark else { return start }
    let isQuoted = [.singleQuoted, .doubleQuoted].contains(node.scalar?.style)
    return SourcePosition(
      line: mark.line + lineOffset, column: mark.column + (isQuoted ? 1 : 0))
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      findings.report(
        problem,
        at: SourcePosition(line: mark.line + lineOffset, column: max(1, mark.column)))
    case .duplicatedKeysInMapping(let duplicates, let context):
      findings.report(
        "key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is given twice",
        at: SourcePosition(
          line: context.mark.line + lineOffset, column: max(1, context.mark.column)))
    default:
      findings.report("\(error)", at: start)
    }
  }
}

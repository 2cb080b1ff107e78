internal import Settings

/// Roles and labels.
extension InlineScanner {
  // MARK: Roles and labels

  /// Reads a role, ``{value}`…` ``, or a label, `{#sec-name}`.
  mutating func scanBrace(into findings: inout Findings) {
    if let label = label(at: index) {
      scanLabel(label, into: &findings)
      return
    }
    let name = source.characters[(index + 1)..<end].prefix { $0.isLetter || $0 == "-" || $0 == "_" }
    let after = index + 1 + name.count
    guard !name.isEmpty, source.matches("}`", at: after), after + 1 < end,
      let span = codeSpan(at: after + 1)
    else {
      index += 1
      return
    }
    guard String(name) == "value" else {
      findings.report(
        "unknown role '{\(String(name))}'\(suggestion(for: String(name), among: ["value"])); "
          + "the only role is {value}", at: source.position(at: index))
      index = span.end
      return
    }
    guard let value = value(in: span.content, into: &findings) else {
      index = span.end
      return
    }
    findings.values.append(value)
    replace(from: index, to: span.end, with: .value(findings.values.count - 1))
  }

  private func value(in range: Range<Int>, into findings: inout Findings) -> ValueReference? {
    let position = source.position(at: range.lowerBound)
    let parts = source.text(range).split(separator: "|", omittingEmptySubsequences: false)
    let path = parts[0].trimmingSpaces.pathNames
    guard path.count == 3 || path.count == 4, !path.contains(where: \.isEmpty) else {
      findings.report(
        "'\(source.text(range))' is not a value; write experiment.arm.metric, "
          + "or experiment.arm.metric.statistic", at: position)
      return nil
    }
    var decimals: Int?
    if parts.count > 1 {
      let format = parts[1].trimmingSpaces
      guard parts.count == 2, format.count == 3, format.hasPrefix("."), format.hasSuffix("f"),
        let digits = format.dropFirst().first?.wholeNumberValue
      else {
        findings.report(
          "'\(parts.dropFirst().joined(separator: "|"))' is not a format; "
            + "write '.2f' for two digits after the point", at: position)
        return nil
      }
      decimals = digits
    }
    return ValueReference(path: path, decimals: decimals, position: position)
  }

  private func label(at start: Int) -> (name: String, start: Int, end: Int)? {
    guard source.matches("{#", at: start) else { return nil }
    let name = source.characters[(start + 2)...].prefix { $0 != "}" && $0 != "{" && !$0.isNewline }
    let end = start + 2 + name.count
    // What is meant as a label and is none is an error, other words in braces are text.
    guard source.matches("}", at: end),
      isLabel(String(name)) || LabelKind(ofKey: String(name)) != nil
    else { return nil }
    return (String(name), start, end + 1)
  }

  /// The label that follows at most a few spaces after `start`.
  func labelAfterSpaces(from start: Int) -> (name: String, start: Int, end: Int)? {
    label(at: start + source.characters[start...].prefix { $0 == " " }.count)
  }

  private mutating func scanLabel(
    _ label: (name: String, start: Int, end: Int), into findings: inout Findings
  ) {
    let position = source.position(at: label.start)
    if kind == .heading {
      findings.define(label.name, kind: .section, of: "a heading", at: position)
      replace(from: label.start, to: label.end, with: .label(label.name))
    } else if let before = character(before: label.start), before == ")" || before == "]" {
      findings.define(label.name, kind: .figure, of: "an image", at: position)
      replace(from: label.start, to: label.end, with: .label(label.name))
    } else {
      findings.report(
        "the label '\(label.name)' stands on nothing; labels follow a heading, an image or a "
          + "display formula", at: position)
      index = label.end
    }
  }
}

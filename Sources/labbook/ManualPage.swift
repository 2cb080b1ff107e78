import CanonicalJSON

/// A page of the manual in the language of `man`, made from what `--help` says.
struct ManualPage {
  /// Its name, such as `labbook-run`.
  let name: String
  /// Its text.
  let text: String

  /// The pages of a command and of all below it.
  ///
  /// - Parameter help: The account that the command line's library gives of the command, as JSON.
  /// - Returns: The pages, the command's own first.
  static func pages(of help: JSONValue) -> [ManualPage] {
    guard let command = help["command"] else { return [] }
    return pages(of: command, below: [])
  }

  private static func pages(of command: JSONValue, below parents: [String]) -> [ManualPage] {
    let words = parents + [command["commandName"]?.string ?? ""]
    let commands = (command["subcommands"]?.elements ?? []).filter { isShown($0) }
      .filter { $0["commandName"]?.string != "help" }
    return [ManualPage(command, words, commands)]
      + commands.flatMap { pages(of: $0, below: words) }
  }

  private init(_ command: JSONValue, _ words: [String], _ commands: [JSONValue]) {
    name = words.joined(separator: "-")
    let title = escaped(words.joined(separator: " "))
    let options = (command["arguments"]?.elements ?? []).filter(isShown)
    var lines = [
      ".TH \"\(name.uppercased())\" 1 \"\" \"labbook \(ProgramVersion.number)\" labbook",
      ".SH NAME", "\(escaped(name)) \\- \(escaped(command["abstract"]?.string ?? ""))",
      ".SH SYNOPSIS", ".B \(title)",
    ]
    lines += options.map { option in
      let word = Self.synopsis(of: option)
      return option["isOptional"] == .boolean(true) ? "[\(word)]" : word
    }
    if !commands.isEmpty { lines.append("\\fIcommand\\fR ...") }
    if let discussion = command["discussion"]?.string, !discussion.isEmpty {
      lines.append(".SH DESCRIPTION")
      lines += Self.paragraphs(discussion)
    }
    if !commands.isEmpty {
      lines.append(".SH COMMANDS")
      for command in commands {
        let own = command["commandName"]?.string ?? ""
        lines += [
          ".TP", "\\fB\(escaped("\(name)-\(own)"))\\fR(1)",
          escaped(command["abstract"]?.string ?? ""),
        ]
      }
    }
    if !options.isEmpty {
      lines.append(".SH OPTIONS")
      for option in options {
        lines += [".TP", Self.synopsis(of: option), escaped(option["abstract"]?.string ?? "")]
        if let value = option["defaultValue"]?.string {
          lines.append("By default \(escaped(value)).")
        }
      }
    }
    if words.count > 1 {
      lines += [".SH SEE ALSO", ".BR \(escaped(words.dropLast().joined(separator: "-"))) (1)"]
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// An argument as it is written, such as `--jobs jobs`.
  private static func synopsis(of option: JSONValue) -> String {
    let value = "\\fI\(escaped(option["valueName"]?.string ?? ""))\\fR"
    let more = option["isRepeating"] == .boolean(true) ? " ..." : ""
    let names = (option["names"]?.elements ?? []).map { name in
      let dashes = name["kind"]?.string == "long" ? "--" : "-"
      return "\\fB" + escaped(dashes + (name["name"]?.string ?? "")) + "\\fR"
    }
    switch option["kind"]?.string {
    case "positional": return value + more
    case "flag": return names.joined(separator: ", ") + more
    default: return names.joined(separator: ", ") + " " + value + more
    }
  }

  /// Prose as it is, and indented lines as they stand.
  private static func paragraphs(_ text: String) -> [String] {
    var lines: [String] = []
    var isExample = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  "), !isExample {
        lines.append(".EX")
        isExample = true
      } else if !line.hasPrefix("  "), isExample, !line.isEmpty {
        lines.append(".EE")
        isExample = false
      }
      lines.append(line.isEmpty ? (isExample ? "" : ".PP") : escaped(String(line)))
    }
    return lines + (isExample ? [".EE"] : [])
  }
}

private func isShown(_ part: JSONValue) -> Bool { part["shouldDisplay"] != .boolean(false) }

/// `text` with the characters that roff reads as its own replaced.
private func escaped(_ text: String) -> String {
  let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
}

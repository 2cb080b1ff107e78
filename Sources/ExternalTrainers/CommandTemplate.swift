internal import CanonicalJSON
internal import Settings

/// The words of a command with placeholders in braces, such as `--seed`, `{seed}`.
///
/// The template is part of the run key; what the placeholders become, which holds paths of this machine, is not.
public struct CommandTemplate: Hashable, Sendable {
  /// The program and its arguments as they are written.
  public var words: [String]

  /// Creates a template.
  public init(_ words: [String]) {
    self.words = words
  }

  /// The placeholders that every command may have, each with what it becomes.
  public static let placeholders: [(name: String, documentation: String)] = [
    ("config", "the path of a JSON file with the settings"),
    ("seed", "the seed of the run"),
    ("output", "the path of the empty folder that the results are written to"),
    (
      "resume",
      "the path of a folder for checkpoints, which outlives an interruption and is handed back"
    ),
  ]

  /// The placeholder for the path of an input.
  public static func placeholder(ofInput name: String) -> String { "inputs.\(name)" }

  /// The beginning of the placeholders for single settings.
  private static let settingPrefix = "settings."

  /// The placeholder for the value of a setting, such as `settings.optimizer.lr`.
  static func placeholder(ofSetting path: String) -> String { settingPrefix + path }

  /// The names in braces, in the order of the words.
  public var placeholders: [String] {
    words.flatMap { word in Self.parts(of: word).compactMap(\.placeholder) }
  }

  /// The words with the placeholders replaced.
  ///
  /// - Parameter values: What each becomes; one that is not named stays as it is.
  /// - Returns: The words.
  public func words(with values: [String: String]) -> [String] {
    words.map { word in
      Self.parts(of: word).map { part in
        part.placeholder.flatMap { values[$0] } ?? part.text
      }.joined()
    }
  }

  /// The fault of the template, in words that follow `trainer.command`; nil if there is none.
  ///
  /// - Parameters:
  ///   - inputs: The names of the trainer's inputs.
  ///   - mayResume: Whether the trainer says that it goes on from its checkpoints.
  /// - Returns: The fault, and the position of the word.
  public func problem(inputs: [String], mayResume: Bool) -> (word: Int, problem: String)? {
    let known =
      Self.placeholders.map(\.name) + inputs.sorted().map(Self.placeholder(ofInput:))
    for (position, word) in words.enumerated() {
      if word.isEmpty { return (position, "has an empty word") }
      if let found = Self.unclosed(in: word, among: known) {
        return (
          position,
          "has '\(word)', where {\(found)} is likely meant: a placeholder is a name with one brace before it and one after it"
        )
      }
      if word.unicodeScalars.contains("\0") { return (position, "has a word with a zero byte") }
      if word.hasPrefix("/") || word.contains("=/") || word.hasPrefix("~/") || word.contains("=~/")
      {
        return (
          position,
          "names a path of this machine, '\(word)', which no run key may hold; write a path from the lab's "
            + "folder, or declare an input and write {inputs.NAME}"
        )
      }
      for name in Self.parts(of: word).compactMap(\.placeholder)
      where !name.hasPrefix(Self.settingPrefix) {
        guard known.contains(name) else {
          // As the settings of the arms are named, and those alone have names that are not known here.
          let steps = name.split(separator: ".", maxSplits: 1).map(String.init)
          let setting = steps.count == 2 ? [Self.placeholder(ofSetting: steps[1])] : []
          return (
            position,
            "has the placeholder {\(name)}, which there is none of"
              + suggestionsOrNames(for: name, among: known + setting)
          )
        }
        if name == "resume", !mayResume {
          return (position, "has {resume}, and the trainer does not declare 'resume: true'")
        }
      }
    }
    let used = placeholders
    for name in ["output", "seed"] where !used.contains(name) {
      return (
        0,
        name == "output"
          ? "has no {output}, the folder that the results are written to"
          : "has no {seed}, so all its runs would be one"
      )
    }
    if mayResume, !used.contains("resume") {
      return (0, "has no {resume}, the folder of checkpoints that 'resume: true' promises to use")
    }
    return nil
  }

  /// The first fault of the template with the settings of arms, in words that follow `trainer.command`; nil if there is
  /// none: every setting that it names is one of every arm, and no setting is left without a way to the trainer.
  ///
  /// - Parameter arms: The settings of each arm, with its label.
  /// - Returns: The fault, and the position of the word.
  public func problem(
    settings arms: [(label: String, settings: SettingsTree)]
  ) -> (word: Int, problem: String)? {
    let leaves = arms.map { arm in
      (label: arm.label, names: arm.settings.leaves.keys.sorted(), values: arm.settings.arguments)
    }
    for (position, word) in words.enumerated() {
      for name in Self.parts(of: word).compactMap(\.placeholder)
      where name.hasPrefix(Self.settingPrefix) {
        let path = String(name.dropFirst(Self.settingPrefix.count))
        if let arm = leaves.first(where: { $0.values[name]?.unicodeScalars.contains("\0") == true })
        {
          return (
            position,
            "has the placeholder {\(name)}, and the setting '\(path)' of the arm '\(arm.label)' has a zero byte, which no "
              + "argument can have"
          )
        }
        guard let arm = leaves.first(where: { !$0.names.contains(path) }) else { continue }
        return (
          position,
          "has the placeholder {\(name)}, and the arm '\(arm.label)' has no setting '\(path)'"
            + suggestions(for: path, among: arm.names)
        )
      }
    }
    let used = placeholders
    guard !used.contains("config") else { return nil }
    for arm in leaves {
      guard let name = arm.names.first(where: { !used.contains(Self.placeholder(ofSetting: $0)) })
      else { continue }
      return (
        0,
        "has neither {config} nor {\(Self.placeholder(ofSetting: name))}, so the setting '\(name)' of the arm "
          + "'\(arm.label)' would reach no trainer"
      )
    }
    return nil
  }

  /// The name of a placeholder that a word seems to mean and that its braces do not make: `{seed`, `seed}`, `{ seed }`,
  /// `{{seed}}`; nil where there is none.
  private static func unclosed(in word: String, among names: [String]) -> String? {
    func isName(_ text: Substring) -> Bool {
      names.contains(String(text)) || text.hasPrefix(settingPrefix)
    }
    if let open = word.lastIndex(of: "{"), !word[open...].contains("}") {
      let name = word[word.index(after: open)...]
      if isName(name) { return String(name) }
    }
    if word.last == "}", !word.contains("{"), isName(word.dropLast()) {
      return String(word.dropLast())
    }
    return names.first { word.contains("{{\($0)}}") || word.contains("{ \($0) }") }
  }

  /// A piece of a word: a text, or a placeholder with its braces as text.
  private struct Part {
    var text: String
    var placeholder: String?
  }

  /// Braces around letters, digits, `_`, `-` and `.` are a placeholder; all others are text, as in JSON.
  private static func parts(of word: String) -> [Part] {
    var parts: [Part] = []
    var text = ""
    var rest = Substring(word)
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      let inner = rest[rest.index(after: open)...]
      let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
      if !name.isEmpty, inner.dropFirst(name.count).first == "}" {
        if !text.isEmpty { parts.append(Part(text: text)) }
        text = ""
        parts.append(Part(text: "{\(name)}", placeholder: String(name)))
        rest = inner.dropFirst(name.count + 1)
      } else {
        text += "{"
        rest = inner
      }
    }
    text += rest
    if !text.isEmpty { parts.append(Part(text: text)) }
    return parts
  }
}

public import CanonicalJSON

/// Free-form settings of a trainer: nested mappings whose leaves are JSON values.
///
/// They are written to the file that `{config}` names, and each leaf is a field of the run key.
public struct SettingsTree: Sendable {
  /// The settings as an object with its members sorted by name, at every level.
  public let json: JSONValue

  /// Creates settings from an object; its members are sorted.
  ///
  /// - Precondition: `json` is an object.
  public init(_ json: JSONValue = .object([])) {
    precondition(json.members != nil, "settings are an object")
    self.json = Self.sorted(json)
  }

  /// These settings with those of `other` over them; mappings are merged key by key, all else is replaced.
  public func merging(_ other: SettingsTree) -> SettingsTree {
    SettingsTree(Self.merged(json, other.json))
  }

  /// The first name of `other` that differs from one here in the form of an accent alone: what is merged would hold
  /// one of them, under a name that is not meant; nil if there is none.
  package func otherForm(in other: SettingsTree) -> String? { Self.otherForm(json, other.json) }

  private static func otherForm(_ base: JSONValue, _ top: JSONValue) -> String? {
    guard case .object(let members) = base, case .object(let others) = top else { return nil }
    for other in others {
      guard let member = members.first(where: { $0.name == other.name }) else { continue }
      if !CanonicalText.same(member.name, other.name) { return other.name }
      if let name = otherForm(member.value, other.value) { return name }
    }
    return nil
  }

  private static func merged(_ base: JSONValue, _ top: JSONValue) -> JSONValue {
    guard case .object(var members) = base, case .object(let others) = top else { return top }
    for other in others {
      if let index = members.firstIndex(where: { $0.name == other.name }) {
        members[index].value = merged(members[index].value, other.value)
      } else {
        members.append(other)
      }
    }
    return .object(members)
  }

  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(
        members.map { JSONValue.Member($0.name, sorted($0.value)) }
          .sorted { CanonicalText.precedes($0.name, $1.name) })
    case .array(let elements): .array(elements.map(sorted))
    default: value
    }
  }
}

extension SettingsTree: Hashable {
  public static func == (first: Self, second: Self) -> Bool {
    CanonicalText.same(first.json.compactText, second.json.compactText)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(json.compactText) }
}

extension SettingsTree {
  /// The leaves by their paths, such as `lora.rank`, each as JSON; a step with other characters than letters, digits,
  /// `_` and `-` is in quotes, so that every tree has fields of its own.
  ///
  /// A list, and a mapping without anything in it, is a leaf.
  public var leaves: [String: String] {
    var leaves: [String: String] = [:]
    func add(_ value: JSONValue, _ path: String) {
      if case .object(let members) = value, !members.isEmpty {
        for member in members {
          add(member.value, (path.isEmpty ? "" : path + ".") + Self.step(member.name))
        }
      } else if !path.isEmpty {
        leaves[path] = value.compactText
      }
    }
    add(json, "")
    return leaves
  }

  /// The values of placeholders in a command, by their names: a text as it is, and any other value as JSON.
  package var arguments: [String: String] {
    var arguments: [String: String] = [:]
    for (path, text) in leaves {
      let string = (try? JSONValue(text: text))?.string
      arguments[CommandTemplate.placeholder(ofSetting: path)] = string ?? text
    }
    return arguments
  }

  /// Reads what ``leaves`` wrote.
  ///
  /// - Throws: ``ExternalRunError`` for the first path or value that is not as it is written there.
  public init(leaves: [String: String]) throws(ExternalRunError) {
    var root = JSONValue.object([])
    for (path, text) in leaves.sorted(by: { CanonicalText.precedes($0.key, $1.key) }) {
      guard let value = try? JSONValue(text: text) else {
        throw ExternalRunError("the setting '\(path)' is not JSON: \(CanonicalText.shown(text))")
      }
      guard let steps = Self.steps(of: path) else {
        throw ExternalRunError("'\(path)' is no path of a setting")
      }
      root = Self.setting(value, at: steps[...], in: root)
    }
    self.init(root)
    guard self.leaves == leaves else {
      throw ExternalRunError("the settings are not written as labbook writes them")
    }
  }

  private static func setting(
    _ value: JSONValue, at steps: ArraySlice<String>, in tree: JSONValue
  ) -> JSONValue {
    guard let first = steps.first else { return value }
    let below = tree[first] ?? .object([])
    let inner = setting(value, at: steps.dropFirst(), in: below)
    return merged(tree, .object([.init(first, inner)]))
  }

  private static func step(_ name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      }
    return isPlain ? name : JSONValue.string(name).compactText
  }

  /// The steps of a path; nil if it is none.
  private static func steps(of path: String) -> [String]? {
    var steps: [String] = []
    var rest = Substring(path)
    while true {
      if rest.first == "\"" {
        // The quote that ends a step is the first one without a backslash before it.
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex, rest[end] != "\"" {
          end =
            rest.index(end, offsetBy: rest[end] == "\\" ? 2 : 1, limitedBy: rest.endIndex)
            ?? rest.endIndex
        }
        guard end < rest.endIndex,
          let name = (try? JSONValue(text: String(rest[...end])))?.string
        else { return nil }
        steps.append(name)
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix { $0 != "." }
        guard !name.isEmpty else { return nil }
        steps.append(String(name))
        rest = rest.dropFirst(name.count)
      }
      guard !rest.isEmpty else { return steps }
      guard rest.first == "." else { return nil }
      rest = rest.dropFirst()
    }
  }
}

/// The reason why a preimage is none of a run of an external trainer, in a sentence.
public struct ExternalRunError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

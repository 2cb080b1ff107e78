/// A piece of a spec file with the place where it stands.
///
/// Scalars are text, whose meaning the setting decides.
struct SpecNode {
  enum Content {
    /// A scalar; only a plain one (not in quotes) can be a number.
    case scalar(String, isPlain: Bool)
    case list([SpecNode])
    case mapping([Entry])
  }

  /// One key of a mapping with its value.
  struct Entry {
    var key: String
    var keyPosition: SpecError.Position
    var value: SpecNode
  }

  var content: Content
  var position: SpecError.Position

  /// The entries, if this is a mapping.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The entry of `key`, if this is a mapping that has it.
  func entry(_ key: String) -> Entry? {
    entries?.first { $0.key == key }
  }

  /// The text, if this is a scalar with one.
  var scalar: String? {
    if case .scalar(let text, _) = content, !text.isEmpty { text } else { nil }
  }

  /// The node as errors show it: a scalar's text, else its kind.
  var summary: String {
    switch content {
    case .scalar("", isPlain: true): "nothing"
    case .scalar(let text, _): text
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

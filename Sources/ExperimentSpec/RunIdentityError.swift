public import Settings

/// The reasons why this version of labbook would not make a preimage.
public struct RunIdentityError: Error, Hashable, Sendable {
  /// A problem with one field.
  public enum Problem: Hashable, Sendable {
    case unknownField(String)
    case missingField(String)
    case notCanonical(field: String, found: String)
    case value(field: String, SettingProblem)
    case otherRevision(field: String, made: String, now: String)
  }

  /// The problems, field by field.
  public var problems: [Problem]

  /// Whether the fields are fine and only components have changed since, so that the version that
  /// made the preimage can execute it again.
  public var isOnlyOtherRevisions: Bool {
    problems.allSatisfy { if case .otherRevision = $0 { true } else { false } }
  }
}

extension RunIdentityError: CustomStringConvertible {
  /// One sentence.
  public var description: String { problems.map(\.description).joined(separator: "; ") }
}

extension RunIdentityError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownField(let name): "the field '\(name)' is not known to this version"
    case .missingField(let name): "the field '\(name)' is missing"
    case .notCanonical(let field, let found):
      "the field '\(field)' is not in canonical form, got '\(found)'"
    case .value(let field, let problem): "the field '\(field)' \(problem)"
    case .otherRevision(let field, let made, let now):
      "it was made with \(field) \(made), and this version has \(now)"
    }
  }
}

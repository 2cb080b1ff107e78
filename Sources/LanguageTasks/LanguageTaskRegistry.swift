/// The language tasks that specs can name.
public enum LanguageTaskRegistry {
  /// Every task, in the order of help and documentation.
  public static let all: [LanguageTaskDeclaration] = [
    KnightsAndKnaves.declaration,
    Sequences.declaration,
    Arithmetic.declaration,
    Countdown.declaration,
    Preference.declaration,
  ]

  /// Returns the task called `name`, or `nil`.
  public static func declaration(named name: String) -> LanguageTaskDeclaration? {
    all.first { $0.name == name }
  }
}

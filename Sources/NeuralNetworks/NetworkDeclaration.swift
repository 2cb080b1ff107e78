public import Settings

/// A network as it is declared: its name, its settings, and which of them go together.
public struct NetworkDeclaration: Sendable {
  /// The name in a spec, such as `mlp`.
  public let name: String
  /// Raised by hand when, and only when, results change.
  public let revision: Int
  /// One sentence that says what it is, for help and documentation.
  public let summary: String
  /// The settings of `policy:`; `network` is one of them and names the network.
  public let declaration: SettingsDeclaration
  private let conflict: @Sendable ([String: SettingValue]) -> SettingConflict?

  /// Creates the declaration of a network.
  ///
  /// - Parameters:
  ///   - name: The name in a spec.
  ///   - revision: Raised when results change.
  ///   - summary: One sentence.
  ///   - settings: The type of its settings.
  ///   - conflict: Returns the settings that exclude each other.
  package init<Configuration: DeclaredSettings>(
    name: String, revision: Int, summary: String, settings: Configuration.Type,
    conflict: @escaping @Sendable (Configuration) -> SettingConflict? = { _ in nil }
  ) {
    self.name = name
    self.revision = revision
    self.summary = summary
    declaration = SettingsDeclaration(settings)
    self.conflict = { (try? Configuration($0)).flatMap(conflict) }
  }

  public var settings: [SettingDeclaration] { declaration.settings }

  /// The settings without effect while the others have `values`, each with the reason.
  public func idleSettings(in values: [String: SettingValue]) -> [String: String] {
    declaration.idleSettings(in: values)
  }

  /// The settings that no network can have together, or `nil` if one can.
  public func conflict(in values: [String: SettingValue]) -> SettingConflict? { conflict(values) }

  /// The policy of runs on environments.
  public static let mlp = NetworkDeclaration(
    name: NetworkKind.mlp.rawValue, revision: MLP.revision,
    summary: "A multilayer perceptron; a value network has the same shape with one output.",
    settings: PolicySettings.self)

  /// The policy of runs on language tasks.
  public static let transformer = NetworkDeclaration(
    name: TransformerSettings.Network.transformer.rawValue, revision: Transformer.revision,
    summary: "A decoder-only transformer; with its defaults, its architecture is Llama's.",
    settings: TransformerSettings.self, conflict: \.conflict)
}

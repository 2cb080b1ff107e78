/// A settings type as it is declared: its settings, and which of them nothing reads.
public struct SettingsDeclaration: Sendable {
  /// The settings, in the order in which help and documentation show them.
  public let settings: [SettingDeclaration]
  private let idle: @Sendable ([String: SettingValue]) -> [String: String]

  /// Creates the declaration of a settings type.
  public init<Settings: DeclaredSettings>(_ settings: Settings.Type) {
    self.settings = Settings().declarations
    idle = { Settings.idle(in: $0) }
  }

  /// The settings without effect while the others have `values`, each with the reason.
  public func idleSettings(in values: [String: SettingValue]) -> [String: String] { idle(values) }
}

extension [SettingDeclaration] {
  /// The defaults by name.
  public var defaults: [String: SettingValue] {
    Dictionary(uniqueKeysWithValues: map { ($0.name, $0.defaultValue) })
  }
}

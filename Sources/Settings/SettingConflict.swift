/// Settings that exclude each other: each is valid alone, and nothing can have them together.
public struct SettingConflict: Hashable, Sendable {
  /// The settings, the one first at which it is reported.
  public var settings: [String]
  /// One clause with the reason, which names them.
  public var message: String

  /// Creates a conflict.
  public init(_ settings: [String], _ message: String) {
    self.settings = settings
    self.message = message
  }
}

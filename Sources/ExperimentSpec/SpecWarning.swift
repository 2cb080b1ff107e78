internal import Settings

/// A warning about a part of a spec that can be run and is likely not meant, with its place.
public struct SpecWarning: Hashable, Sendable {
  /// The place of the key.
  public var position: SpecError.Position
  /// The dotted path of the key, such as `arms.RLOO.kl_estimator`.
  public var keyPath: String
  /// The words that follow the path.
  public var message: String

  /// Creates a warning.
  public init(_ message: String, of keyPath: String, at position: SpecError.Position) {
    self.position = position
    self.keyPath = keyPath
    self.message = message
  }
}

extension SpecWarning: CustomStringConvertible {
  /// The warning in the `file:line:column: warning: …` form that editors can follow.
  public var description: String {
    "\(shownName(position.path)):\(position.line):\(position.column): warning: \(keyPath) \(message)"
  }
}

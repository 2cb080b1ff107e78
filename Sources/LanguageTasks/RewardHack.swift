/// A completion that looks for the reward without reasoning.
public struct RewardHack: Hashable, Sendable {
  /// Letters, digits and `_`, such as `skip_think`; several completions of one hack share it.
  public let name: String
  /// The name for people.
  public let title: String
  /// The completion, as text without the end token.
  public let completion: String
}

/// A completion that looks for the reward without reasoning.
public struct RewardHack: Hashable, Sendable {
  /// Letters, digits and `_`, such as `skip_think`; several completions of one hack share it.
  public let name: String
  /// What a person would call it.
  public let title: String
  public let completion: String
}

/// The items of an evaluation that a metric is a mean over: the final value is of at least as many as those before.
public enum EvaluationItems: Hashable, Sendable {
  /// Greedy episodes.
  case episodes
  /// Test prompts of each level that are answered greedily, more of them at the end.
  case greedyPrompts
  /// Test prompts of each level that completions are sampled for, or that have twins.
  case prompts

  /// Returns the words for the items that the final value is a mean over: "100 evaluation episodes of each run".
  ///
  /// - Parameter key: The fields of the run's key.
  /// - Returns: The words, or `nil` if the key does not say how many there are.
  public func words(ofKey key: [String: String]) -> String? {
    counts(ofKey: key).map { _, final in
      switch self {
      case .episodes: "\(final) evaluation episodes of each run"
      case .greedyPrompts, .prompts: "test prompts, up to \(final) of a level"
      }
    }
  }

  /// Returns the note on a curve's last point; `nil` where it is measured as the others are.
  public func lastPoint(ofKey key: [String: String]) -> String? {
    guard let (before, final) = counts(ofKey: key), before != final else { return nil }
    return switch self {
    case .episodes:
      "The last point is of \(final) episodes of each run, those before it of \(before)."
    case .greedyPrompts, .prompts:
      "The last point is of up to \(final) prompts of a level, those before it of \(before)."
    }
  }

  /// How many items the evaluations along the way and the final one have.
  private func counts(ofKey key: [String: String]) -> (before: Int, final: Int)? {
    let (setting, finalSetting) =
      switch self {
      case .episodes: ("episodes", "final_episodes")
      case .greedyPrompts: ("prompts", "final_prompts")
      case .prompts: ("prompts", "prompts")
      }
    guard let before = key["evaluation.\(setting)"].flatMap({ Int($0) }) else { return nil }
    return (before, max(before, key["evaluation.\(finalSetting)"].flatMap { Int($0) } ?? 0))
  }
}

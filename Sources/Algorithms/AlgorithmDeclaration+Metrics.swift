public import Metrics
public import Settings

extension AlgorithmDeclaration {
  /// Whether runs of the algorithm may have a metric or curve.
  ///
  /// - Parameters:
  ///   - presence: The runs that have it, as it is declared.
  ///   - values: The algorithm's settings by name; the others keep their defaults.
  ///   - isPaidByModel: Whether a reward model pays the run.
  /// - Returns: False where no run with these settings has the quantity.
  public func mayHave(
    _ presence: MetricDeclaration.Presence, in values: [String: SettingValue], isPaidByModel: Bool
  ) -> Bool {
    switch presence {
    case .always, .exactRewards, .endedEpisodes: true
    case .policies, .heldOutLevels, .twins: product != .rewardModel
    case .rewardModels: product == .rewardModel
    case .paidByRewardModel: isPaidByModel
    case .updates: recorded(values).map { !$0.contains(.audits) } ?? true
    case .sampledCompletions, .ownSamples, .demonstrations, .policyGradients, .sampledGroups,
      .policyUpdates, .valueBaseline, .klPlacement, .klTarget, .pairs, .preferences, .audits:
      recorded(values)?.contains(presence) ?? true
    }
  }
}

/// The training of the algorithms that are points on the axes of policy gradients, by what they learn from.
enum PolicyGradient {
  /// Learns from groups of whole episodes.
  static func onEpisodes(
    _ settings: PolicyGradientSettings, _ run: EnvironmentRun
  ) throws(TrainingError) {
    var training = PolicyGradientTraining(
      settings, sampler: EpisodeSampler(settings, run: run))
    try training.train()
  }

  /// Learns from so many steps of environments side by side.
  static func onRollouts(
    _ settings: PolicyGradientSettings, _ run: EnvironmentRun
  ) throws(TrainingError) {
    var training = PolicyGradientTraining(
      settings, sampler: RolloutSampler(settings, run: run))
    try training.train()
  }

  /// Learns from groups of completions.
  static func onCompletions(
    _ settings: PolicyGradientSettings, _ run: LanguageRun
  ) throws(TrainingError) {
    var training = PolicyGradientTraining(
      settings, sampler: CompletionSampler(settings, run: run))
    try training.train()
  }
}

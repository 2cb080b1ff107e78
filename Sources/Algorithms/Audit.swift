/// An audit: the gradient estimates of all baselines on the same samples of a frozen policy. Nothing is trained.
///
///     ĝ = 1/M Σ over groups of Σᵢ wᵢ Âᵢ Σₜ ∇ log π(aₜ|sₜ)
///
/// Choices, in the order in which the code makes them:
/// 1. The policy is that of `from:`, or the initial one. An arm whose budget is smaller is the beginning of the
///    same arm with a larger one where no schedule depends on the budget, so such an arm is a checkpoint.
/// 2. It is sampled on prompts of the training distribution that no training reaches, `completions` of each, at
///    temperature 1. The budget must hold them all.
/// 3. Each prompt's completions are divided into groups of every group size. Advantages, loss weights and gradients
///    come from the functions that train.
/// 4. An estimate with one advantage for each trajectory is a sum of the trajectories' scores, so these pass
///    backward once for all such baselines. One whose advantages differ between steps passes by itself.
/// 5. Gradients are kept as random projections, the same for all; ``GradientProjection`` states the error.
/// 6. The true gradient is what leave-one-out over all completions estimates. All products of expectations are of
///    different prompts, so no sample is compared with itself: they are unbiased.
/// 7. Estimates of different scale are compared by what no scale changes: relative variance, and cosines.
/// 8. Adam's second moments are no part of a record. The direction after Adam divides by those of the reference's
///    gradients of single completions in the same samples, as of a batch of `batch_size`.
///
/// Source: Greensmith et al., "Variance Reduction Techniques for Gradient Estimates in Reinforcement Learning", JMLR
/// 5, 2004, https://jmlr.org/papers/v5/greensmith04a.html; McCandlish et al., "An Empirical Model of Large-Batch
/// Training", 2018, https://arxiv.org/abs/1812.06162, section 2.2 and appendix A.1 (unbiased ‖G‖² and tr Σ).
enum Audit {
  static let algorithm = Algorithm(
    name: "audit", title: "Audit",
    environments: .init(
      revision: 1,
      summary: "Trains nothing: measures every baseline's gradient estimate on the same episodes.",
      defaults: AuditSettings(), choices: AuditSettings.choices,
      train: { settings, run throws(TrainingError) in
        run.nextStart = firstStart
        try measure(
          settings,
          EpisodeSampler(
            settings.sampling, run: run, baselines: Set(AuditSettings.baselines)))
      }),
    languageTasks: .init(
      revision: 1,
      summary:
        "Trains nothing: measures every baseline's gradient estimate on the same completions.",
      defaults: AuditSettings(), choices: AuditSettings.choices,
      train: { settings, run throws(TrainingError) in
        run.nextPrompt = firstStart
        try measure(
          settings,
          CompletionSampler(
            settings.sampling, run: run, baselines: Set(AuditSettings.baselines)))
      }))

  /// The index of the first prompt or start of an audit; training begins at 0 and does not come so far.
  static let firstStart = 1 << 31

  private static func measure(
    _ settings: AuditSettings, _ sampler: some SequenceSampler
  ) throws(TrainingError) {
    var audit = FrozenPolicyAudit(settings, sampler: sampler)
    try audit.measure()
  }
}

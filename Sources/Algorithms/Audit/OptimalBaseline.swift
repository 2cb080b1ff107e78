import Settings

extension EnumerableProblem {
  /// Returns the baseline of each prompt with which an unscaled estimate has the least variance, exactly.
  ///
  ///     b*(x) = E[‖∇ log π‖² r | x] / E[‖∇ log π‖² | x]
  ///
  /// That is for one advantage per sequence. In general an estimate is A − b D with D what a baseline of 1 takes off,
  /// and b* = Cov(A, D) / Var D, by traces: it covers the returns-to-go of steps and losses that are weighed by
  /// length, where D does not vanish in the mean and b shifts the estimate too.
  ///
  /// It is the optimum of one sequence, and so of a batch of independent ones; the length normalizer `token_mean`
  /// alone makes sequences of a batch depend on each other.
  ///
  /// - Parameter settings: The credit and the loss; baseline and scale are not read.
  /// - Returns: [prompts] b*, in units of reward; 0 where no baseline has an effect.
  /// - Throws: Where the settings say more than what a batch gives.
  ///
  /// Source: Greensmith, Bartlett & Baxter, "Variance Reduction Techniques for Gradient Estimates in Reinforcement
  /// Learning", JMLR 5, 2004, https://www.jmlr.org/papers/v5/greensmith04a.html; Weaver & Tao, "The Optimal Reward
  /// Baseline for Gradient-Based Reinforcement Learning", UAI 2001, https://arxiv.org/abs/1301.2315.
  public func optimalBaselines(
    _ settings: PolicyGradientSettings
  ) throws(EnumerationProblem) -> [Double] {
    var single = settings
    single.baseline = .value
    single.scale = .none
    // At the policy that sampled, every ratio has the gradient of none.
    single.ratio = .none
    single.groupSize = 1
    single.groupsPerBatch = 1
    if let conflict = single.estimateConflict { throw EnumerationProblem(conflict.message) }
    func estimator(_ baseline: Double) -> GradientEstimator {
      GradientEstimator(
        self, single,
        values: .byPrompt([Double](repeating: baseline, count: prompts.count)),
        arithmetic: .double)
    }
    let (without, withOne) = (estimator(0), estimator(1))
    return prompts.indices.map { prompt in
      let moments = baselineMoments(prompt, without, withOne)
      return moments.variance > 0 ? moments.covariance / moments.variance : 0
    }
  }

  /// Returns Cov(A, D) and Var D of one sequence from a prompt.
  private func baselineMoments(
    _ prompt: Int, _ without: GradientEstimator, _ withOne: GradientEstimator
  ) -> (covariance: Double, variance: Double) {
    var meanEstimate = [Double](repeating: 0, count: scores.count)
    var meanEffect = meanEstimate
    var (covariance, variance) = (0.0, 0.0)
    for (index, sequence) in prompts[prompt].sequences.enumerated() {
      let group = [EnumeratedGroup(prompt: prompt, members: [index])]
      let estimate = without.terms(of: group)
      let effect = zip(estimate, withOne.terms(of: group)).map {
        ($0.score, $0.coefficient - $1.coefficient)
      }
      for (score, coefficient) in estimate {
        meanEstimate[score] += sequence.probability * coefficient
      }
      for (score, coefficient) in effect {
        meanEffect[score] += sequence.probability * coefficient
        let row = score * scores.count
        for (other, factor) in estimate {
          covariance += sequence.probability * coefficient * factor * products[row + other]
        }
        for (other, factor) in effect {
          variance += sequence.probability * coefficient * factor * products[row + other]
        }
      }
    }
    let (estimate, effect) = (combination(meanEstimate), combination(meanEffect))
    return (covariance - product(estimate, effect), variance - product(effect, effect))
  }
}

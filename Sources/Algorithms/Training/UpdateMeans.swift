import Objectives

/// Means over the minibatches of one batch.
struct UpdateMeans {
  private var loss = PolicyLoss()
  private var entropySum = 0.0
  private var valueLossSum = 0.0
  private var normSum = 0.0
  private var minibatches = 0
  private var learningRate = 0.0

  /// Records a minibatch.
  mutating func add(_ summary: UpdateSummary, learningRate: Double) {
    loss.add(summary.loss)
    entropySum += summary.entropySum
    valueLossSum += summary.valueLossSum
    normSum += summary.gradientNorm
    minibatches += 1
    self.learningRate = learningRate
  }

  /// Returns the diagnostics by curve name; the learning rate is that of the last minibatch.
  func values(_ settings: PolicyGradientSettings) -> Diagnostics {
    let rows = Double(max(loss.count, 1))
    var values: Diagnostics = [
      ("policy_entropy", entropySum / rows),
      ("approximate_kl", loss.approximateKL),
      ("clip_fraction", loss.clipFraction),
      ("gradient_norm", normSum / Double(max(minibatches, 1))),
      ("policy_loss", loss.loss / Double(max(minibatches, 1))),
      ("learning_rate", learningRate),
    ]
    if settings.usesValueNetwork { values.append(("value_loss", valueLossSum / rows)) }
    return values
  }
}

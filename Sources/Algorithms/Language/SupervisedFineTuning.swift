import LanguageTasks
import NeuralNetworks
import Tensors

/// The moves of supervised fine-tuning: demonstrations into minibatches, one step on each.
struct SupervisedFineTuning {
  private let settings: SFTSettings
  private let run: LanguageRun
  private var batch = TokenBatch()
  /// The share of the budget that was used when the latest minibatch was begun; schedules follow it.
  private var progress = 0.0

  /// Prepares a run.
  init(_ settings: SFTSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
  }

  /// Returns the next demonstrations, up to the one with which the budget is used.
  mutating func nextMinibatch() throws(TrainingError) -> [TokenSequence] {
    run.enter(.rollout)
    progress = run.usedShare
    var minibatch: [TokenSequence] = []
    var left = run.remaining
    while minibatch.count < settings.batchSize && left > 0 {
      let example = run.task.trainingExample(run.nextPrompt)
      run.nextPrompt += 1
      let sequence = TokenSequence(
        prompt: run.encoded(example.prompt),
        completion: run.encoded(example.demonstration) + [run.tokenizer.endToken])
      left -= sequence.readCount
      minibatch.append(sequence)
    }
    run.spend(run.remaining - max(0, left))
    try run.finishCollection()
    return minibatch
  }

  /// Minimizes the mean cross-entropy of the minibatch's completion tokens: one step of the optimizer.
  mutating func minimize(
    _ minibatch: [TokenSequence]
  ) throws(TrainingError) -> Diagnostics {
    let learningRate = settings.schedule.value(
      peak: settings.learningRate, update: run.updates, progress: progress)
    run.parameters.zeroGradients()
    let weight = 1 / Double(minibatch.reduce(0) { $0 + $1.completion.count })
    var loss = 0.0
    var entropy = 0.0
    for chunk in parts(of: minibatch.count, size: run.chunk) {
      batch.removeAll()
      for sequence in minibatch[chunk] { sequence.append(to: &batch) }
      run.enter(.forward)
      run.policy.forward(batch)
      for row in 0..<batch.scoredCount {
        loss -= Double(run.policy.logProbabilities[row]) * weight
        entropy += Double(run.policy.entropies[row]) * weight
        run.policy.logProbabilityGradients[row] = Float(-weight)
        run.policy.entropyGradients[row] = 0
      }
      run.enter(.backward)
      run.policy.backward()
      run.countTraining(batch, by: run.policy)
    }
    let norm = try run.takeStep(
      loss: loss, learningRate: learningRate, maxGradientNorm: settings.maxGradientNorm)
    return [
      ("cross_entropy", loss), ("policy_entropy", entropy), ("gradient_norm", norm),
      ("learning_rate", learningRate),
    ]
  }
}

internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Objectives

/// The training on demonstrations: gather some, take one step on their cross-entropy, log.
final class SupervisedFineTuning {
  private let settings: SFTSettings
  private let run: LanguageRun
  private let steps = TokenSteps()
  private let models: LanguageModels
  private var minibatch: Minibatch
  private var rows = MinibatchRows()
  private var passing: [Int] = []
  /// The share of the budget that was used when the latest minibatch was begun; schedules follow it.
  private var progress = 0.0

  /// Prepares a run.
  init(_ settings: SFTSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    models = LanguageModels(run: run, buffer: steps, temperature: 1)
    minibatch = Minibatch(rowsPerPiece: models.rowsPerPiece)
  }

  /// Trains until the budget is used.
  ///
  /// - Throws: ``TrainingError`` where a number leaves its bounds.
  func train() throws(TrainingError) {
    // The run counts prompts, and nothing else outlives an update.
    try run.resume { _ throws(CheckpointProblem) in }
    while run.remaining > 0 {
      try collect()
      try run.finishUpdate(try minimize())
      try run.offerCheckpoint { _ throws(CheckpointProblem) in }
    }
  }

  /// Takes in the next demonstrations, up to the one with which the budget is used.
  private func collect() throws(TrainingError) {
    run.enter(.rollout)
    progress = run.usedShare
    var demonstrations: [TokenSequence] = []
    var left = run.remaining
    while demonstrations.count < settings.batchSize && left > 0 {
      try run.state.lookUp(from: .update)
      let example = run.task.trainingExample(run.nextPrompt)
      run.nextPrompt += 1
      let sequence = TokenSequence(
        prompt: run.encoded(example.prompt),
        completion: run.encoded(example.demonstration) + [run.tokenizer.endToken])
      left -= sequence.readCount
      demonstrations.append(sequence)
    }
    run.spend(run.remaining - max(0, left))
    try run.finishCollection()
    steps.fill(with: demonstrations)
    minibatch.choose(sequences: Array(demonstrations.indices)[...], of: steps)
  }

  /// Minimizes the mean cross-entropy of the minibatch's completion tokens: one step of the optimizer.
  private func minimize() throws(TrainingError) -> Diagnostics {
    let learningRate = settings.schedule.value(
      peak: settings.learningRate, update: run.updates, progress: progress)
    let weight = 1 / Double(minibatch.rows.count)
    var loss = 0.0
    var entropy = 0.0
    try models.differentiate(minibatch, passing: &passing) { pass in
      for (place, piece) in pass.enumerated() {
        rows.resize(to: minibatch.pieces[piece].count)
        models.readLogProbabilities(at: place, into: &rows)
        models.readEntropies(at: place, into: &rows)
        addCrossEntropy(
          logProbabilities: rows.logProbabilities, weight: weight, count: rows.count, to: &loss,
          gradient: &rows.gradient)
        for k in 0..<rows.count { entropy += Double(rows.entropies[k]) * weight }
        fill(&rows.entropyGradient, at: 0..<rows.count, with: 0)
        models.writeGradients(at: place, rows.gradient, entropies: rows.entropyGradient)
      }
    }
    let norm = try run.takeStep(
      loss: loss, learningRate: learningRate, maxGradientNorm: settings.maxGradientNorm)
    return [
      ("cross_entropy", loss), ("policy_entropy", entropy), ("gradient_norm", norm),
      ("learning_rate", learningRate),
    ]
  }
}

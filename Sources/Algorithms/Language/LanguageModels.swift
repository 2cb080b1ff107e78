import NeuralNetworks
import Tensors

/// The transformers of a run on a language task, as training passes completions through them.
///
/// A minibatch passes a few sequences at a time. The weights of its tokens are known before, so the gradient is
/// that of the whole minibatch, whatever the passes.
final class LanguageModels: TrainedModels {
  let run: LanguageRun
  let buffer: TokenSteps
  /// The divisor of logits.
  private let temperature: Double
  private var batch = TokenBatch()

  /// Creates the passes of a run over the tokens in `buffer`.
  init(run: LanguageRun, buffer: TokenSteps, temperature: Double) {
    self.run = run
    self.buffer = buffer
    self.temperature = temperature
  }

  var steps: StepBuffer { buffer }
  var rowsPerPiece: Int? { nil }
  var piecesPerPass: Int { run.chunk }
  var leavesOutSilentPieces: Bool { true }
  var hasValueModel: Bool { run.value != nil }

  func zeroGradients() {
    run.parameters.zeroGradients()
    run.value?.parameters.zeroGradients()
  }

  func forward(_ chosen: [Int], of minibatch: Minibatch, for purpose: PassPurpose) {
    batch.removeAll()
    for piece in chosen { buffer.write(minibatch.sequences[piece], to: &batch) }
    run.policy.forward(
      batch, temperature: temperature, forBackward: purpose != .diagnostics)
    if purpose != .training { run.countScoring(batch, by: run.policy) }
  }

  func readLogProbabilities(at place: Int, into rows: inout MinibatchRows) {
    let first = batch.scoredRange(ofSequence: place).lowerBound
    for k in 0..<rows.count { rows.logProbabilities[k] = run.policy.logProbabilities[first + k] }
  }

  func readEntropies(at place: Int, into rows: inout MinibatchRows) {
    let first = batch.scoredRange(ofSequence: place).lowerBound
    for k in 0..<rows.count { rows.entropies[k] = run.policy.entropies[first + k] }
  }

  func writeGradients(at place: Int, _ gradients: [Float], entropies: [Float]) {
    let first = batch.scoredRange(ofSequence: place).lowerBound
    for k in gradients.indices {
      run.policy.logProbabilityGradients[first + k] = gradients[k]
      run.policy.entropyGradients[first + k] = entropies[k]
    }
  }

  func backward() {
    run.policy.backward()
    run.countTraining(batch, by: run.policy)
  }

  func forwardValues(_ pieces: Range<Int>, of minibatch: Minibatch) {
    guard let value = run.value?.transformer else { return }
    batch.removeAll()
    for piece in pieces { buffer.write(minibatch.sequences[piece], to: &batch) }
    value.forward(batch)
  }

  /// The model with a scalar head: the value model, or the trained model where that is a reward model.
  private var scalarModel: Transformer? {
    run.value?.transformer ?? (run.policy.head == .scalar ? run.policy : nil)
  }

  func readValues(at place: Int, into rows: inout MinibatchRows) {
    guard let value = scalarModel else { return }
    let first = batch.scoredRange(ofSequence: place).lowerBound
    for k in 0..<rows.count { rows.values[k] = value.values[first + k] }
  }

  func writeValueGradients(at place: Int, _ gradients: [Float]) {
    guard let value = scalarModel else { return }
    let first = batch.scoredRange(ofSequence: place).lowerBound
    for k in gradients.indices { value.valueGradients[first + k] = gradients[k] }
  }

  func backwardValues() {
    guard let value = run.value?.transformer else { return }
    value.backward()
    run.countTraining(batch, by: value)
  }

  // MARK: Passes of a whole batch

  /// Writes the log-probabilities of all tokens under a policy that log-ratios are taken against.
  func scoreByReference(_ reference: Transformer, isCounted: Bool) {
    forEachPass { first in
      reference.forward(batch, temperature: temperature, forBackward: false)
      if isCounted { run.countScoring(batch, by: reference) }
      for index in 0..<batch.scoredCount {
        buffer.referenceLogProbabilities[first + index] = reference.logProbabilities[index]
      }
    }
  }

  /// Writes the value model's predictions at all tokens, if there is one.
  func predictValues() {
    guard let value = run.value?.transformer else { return }
    forEachPass { first in
      value.forward(batch, forBackward: false)
      run.countScoring(batch, by: value)
      for index in 0..<batch.scoredCount { buffer.values[first + index] = value.values[index] }
    }
  }

  /// Fills the batch with a few sequences after the others, and calls `body` with their first row.
  private func forEachPass(_ body: (_ first: Int) -> Void) {
    for chunk in parts(of: buffer.sequences.count, size: run.chunk) {
      batch.removeAll()
      for sequence in chunk { buffer.write(sequence, to: &batch) }
      body(buffer.sequences[chunk.lowerBound].lowerBound)
    }
  }
}

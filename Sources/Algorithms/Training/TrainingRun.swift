package import Checkpoints
import NeuralNetworks
package import SeededRandom

/// A run of any world: it counts and evaluates; learning is left to the algorithms.
///
/// A world supplies the models, their evaluation and the final weights; budget, timetable, steps of the
/// optimizer, divergence and result are the same for all.
package protocol TrainingRun: AnyObject {
  var state: RunState { get }
  /// All randomness, named by the task with its settings and the seed; neither network nor algorithm is in it.
  var streams: RandomStreams { get }
  /// The trained models, the policy first; a value model with an optimizer of its own is the second.
  var trained: [TrainedParameters] { get }
  /// Completions that the run shows.
  var samples: [TrainingSample] { get }
  /// The metrics that are the area under a curve, with the curve of each.
  var curveMetrics: [(metric: String, curve: String)] { get }
  /// The counts and costs of training, as metrics by name.
  var trainingMetrics: [String: Double] { get }
  /// The final weights in safetensors form.
  var weights: [UInt8] { get }

  /// Returns the points of curves at `step`, and may add to the run's samples.
  ///
  /// - Parameter step: Steps of the budget: the multiple that is recorded, 0 before training.
  /// - Returns: Values by curve name.
  /// - Throws: If the model computes something that is not finite.
  func measure(at step: Int) throws(TrainingError) -> Diagnostics

  /// Returns the evaluation of the final weights.
  func measureFinally() throws(TrainingError) -> FinalEvaluation

  /// Passes what changes in the world's part of the run, beside ``trained``, through the archive of a checkpoint.
  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem)

  /// Makes the policy of the latest update the one that is evaluated.
  func adoptUpdate()

  /// Keeps the weights as they are for the case that later ones are not sound.
  func keepSound()

  /// Makes the weights those of the latest ``keepSound()``.
  ///
  /// - Returns: Whether there are any.
  func restoreSound() -> Bool
}

// MARK: Budget

extension TrainingRun {
  package var log: TrainingLog {
    get { state.log }
    _modify { yield &state.log }
  }

  /// Steps of the budget that may still be taken.
  package var remaining: Int { state.budget - state.log.used }

  /// The share of the budget that is used, in 0...1.
  package var usedShare: Double { Double(state.log.used) / Double(state.budget) }

  /// Takes `steps` off the budget.
  ///
  /// - Precondition: That many remain.
  package func spend(_ steps: Int) {
    precondition(steps <= remaining, "\(steps) \(state.unit) of a budget with \(remaining) left")
    state.log.used += steps
  }

  /// Turns to another phase.
  func enter(_ phase: TrainingPhase) { state.enter(phase) }
}

// MARK: Updates

extension TrainingRun {
  package func adoptUpdate() {}

  /// Steps of the optimizer so far.
  var updates: Int { trained[0].optimizer.updates }

  /// Clips the gradients, checks that the numbers are within bounds, and takes a step of the optimizer.
  ///
  /// - Parameters:
  ///   - loss: The loss whose gradients they are.
  ///   - learningRate: The step size.
  ///   - valueLearningRate: That of the value model; none: the same.
  ///   - maxGradientNorm: Where the gradients of all models together are clipped to.
  /// - Returns: The norm before clipping.
  /// - Throws: If the loss or the norm leaves its bound; no step is taken then.
  func takeStep(
    loss: Double, learningRate: Double, valueLearningRate: Double? = nil,
    maxGradientNorm: Double?
  ) throws(TrainingError) -> Double {
    enter(.optimizer)
    let policy = trained[0]
    let value = trained.count > 1 ? trained[1] : nil
    let norm =
      if let value {
        clipGradients(
          of: policy.parameters, value.parameters, toGlobalNorm: maxGradientNorm)
      } else {
        clipGradients(of: policy.parameters, toGlobalNorm: maxGradientNorm)
      }
    try requireBounded(
      loss: loss, gradientNorm: norm, update: updates + 1, steps: state.log.used,
      unit: state.unit)
    policy.optimizer.update(
      learningRate: learningRate, slices: policy.valueSlices,
      at: valueLearningRate ?? learningRate)
    if let value {
      value.optimizer.update(learningRate: valueLearningRate ?? learningRate)
      state.log.recordStep(to: policy.parameters, value.parameters)
    } else {
      state.log.recordStep(to: policy.parameters)
    }
    return norm
  }

  /// Throws if `value` is infinite or not a number; the next step of the optimizer cannot be taken then.
  func requireFinite(_ value: Double, _ quantity: String) throws(TrainingError) {
    guard !value.isFinite else { return }
    throw notFinite(value, quantity, update: updates + 1)
  }

  /// The error of a number that is infinite or not a number.
  func notFinite(_ value: Double, _ quantity: String, update: Int) -> TrainingError {
    .notFinite(
      quantity: quantity, value: value.isNaN ? "not a number" : "\(value)", update: update,
      used: state.log.used, unit: state.unit)
  }

  /// Throws if a log-probability is not what it was at sampling, bit for bit, although no update lies between.
  ///
  /// With OpenBLAS a row's result depends on its batch: there the two may differ by rounding.
  func requireUnchanged(
    _ recomputed: Float, since sampled: Float, row: Int
  ) throws(TrainingError) {
    let agrees =
      state.isExact
      ? recomputed.bitPattern == sampled.bitPattern : (recomputed - sampled).magnitude < 1e-3
    // A network that has blown up is reported as such, by its loss.
    guard agrees || !recomputed.isFinite else {
      throw .offPolicy(
        row: row, sampled: sampled, recomputed: recomputed, used: state.log.used,
        unit: state.unit)
    }
  }
}

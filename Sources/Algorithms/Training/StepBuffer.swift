import Tensors

/// The steps that a batch is trained on, a row each; the steps of a trajectory are consecutive rows.
///
/// The buffers grow to the largest batch and are then used again.
final class StepBuffer {
  /// [capacity, width] the observation before each step.
  private(set) var observations: Tensor
  /// How many numbers an action is stored as.
  let actionWidth: Int
  /// [capacity · actionWidth] the actions taken: indices, or vectors as they were drawn.
  var actions: [Float] = []
  /// Its log-probability when it was sampled.
  var logProbabilities: [Float] = []
  /// Its log-probability under the reference policy; filled in only if there is one.
  var referenceLogProbabilities: [Float] = []
  /// The reward, with the penalty of the reference taken off if it is placed there.
  var rewards: [Float] = []
  /// The value network's prediction when the batch was collected; 0 without one.
  var values: [Float] = []
  /// The advantage of the action.
  var advantages: [Float] = []
  /// What the value network is to predict.
  var targets: [Float] = []
  /// The weight of the step's loss in its minibatch.
  var weights: [Float] = []

  /// How many rows are in use.
  private(set) var count = 0

  /// Creates a buffer of no rows.
  ///
  /// - Parameters:
  ///   - width: Values in an observation.
  ///   - actionWidth: Numbers in an action.
  init(width: Int, actionWidth: Int) {
    observations = Tensor(rows: 0, columns: width)
    self.actionWidth = actionWidth
  }

  /// Sets the number of rows in use; the contents of the rows are what they were, or zeros.
  func resize(to count: Int) {
    self.count = count
    guard count > rewards.count else { return }
    // Growing by half at least keeps the cost of many small growths linear.
    let capacity = max(count, rewards.count + rewards.count / 2)
    let missing = capacity - rewards.count
    actions += [Float](repeating: 0, count: missing * actionWidth)
    let zeros = [Float](repeating: 0, count: missing)
    logProbabilities += zeros
    referenceLogProbabilities += zeros
    rewards += zeros
    values += zeros
    advantages += zeros
    targets += zeros
    weights += zeros
    let grown = Tensor(rows: capacity, columns: observations.columns)
    for row in 0..<observations.rows { grown.copyRow(row, of: observations, to: row) }
    observations = grown
  }

  /// Copies what was sampled in a row of another buffer.
  func copyRow(_ source: Int, of other: StepBuffer, to row: Int) {
    observations.copyRow(source, of: other.observations, to: row)
    for index in 0..<actionWidth {
      actions[row * actionWidth + index] = other.actions[source * actionWidth + index]
    }
    logProbabilities[row] = other.logProbabilities[source]
    rewards[row] = other.rewards[source]
  }
}

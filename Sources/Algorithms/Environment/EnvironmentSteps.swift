import Tensors

/// The steps of a batch on an environment, with observations and actions.
final class EnvironmentSteps: StepBuffer {
  /// [capacity, width] the observation before each step.
  private(set) var observations: Tensor
  /// How many numbers an action is stored as.
  let actionWidth: Int
  /// [capacity · actionWidth] the actions taken: indices, or vectors as they were drawn.
  var actions: [Float] = []
  /// The reward that training sees.
  var rewards: [Float] = []

  /// Creates a buffer of no rows.
  ///
  /// - Parameters:
  ///   - width: Values in an observation.
  ///   - actionWidth: Numbers in an action.
  init(width: Int, actionWidth: Int) {
    observations = Tensor(rows: 0, columns: width)
    self.actionWidth = actionWidth
    super.init()
  }

  override func grow(to rows: Int) {
    super.grow(to: rows)
    let missing = rows - rewards.count
    actions += [Float](repeating: 0, count: missing * actionWidth)
    rewards += [Float](repeating: 0, count: missing)
    let grown = Tensor(rows: rows, columns: observations.columns)
    for row in 0..<observations.rows { grown.copyRow(row, of: observations, to: row) }
    observations = grown
  }

  /// Copies the sampled part of a row of another buffer.
  func copyRow(_ source: Int, of other: EnvironmentSteps, to row: Int) {
    observations.copyRow(source, of: other.observations, to: row)
    for index in 0..<actionWidth {
      actions[row * actionWidth + index] = other.actions[source * actionWidth + index]
    }
    logProbabilities[row] = other.logProbabilities[source]
    rewards[row] = other.rewards[source]
  }
}

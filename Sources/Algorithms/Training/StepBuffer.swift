/// The steps that a batch is trained on, a row each; the steps of a sequence are consecutive rows.
///
/// A sequence is an episode, a part of one, or a completion, whose steps are tokens. Its world keeps observations,
/// actions and texts beside these rows. The buffers grow to the largest batch and are then used again.
package class StepBuffer {
  /// The log-probability of the action when it was sampled.
  package final var logProbabilities: [Float] = []
  /// Its log-probability under the reference policy; filled in only if there is one.
  package final var referenceLogProbabilities: [Float] = []
  /// The value model's prediction when the batch was collected; 0 without one.
  package final var values: [Float] = []
  /// The advantage of the action.
  package final var advantages: [Float] = []
  /// The targets of the value model.
  package final var targets: [Float] = []
  /// The weight of the step's loss in its minibatch.
  package final var weights: [Float] = []
  /// The rows of each sequence, in ascending order.
  package final var sequences: [Range<Int>] = []

  /// How many rows are in use.
  package private(set) final var count = 0

  /// Creates a buffer of no rows.
  init() {}

  /// Creates a buffer of so many rows of zeros.
  package convenience init(rows: Int) {
    self.init()
    resize(to: rows)
  }

  /// Sets the number of rows in use; rows keep their contents, and new ones hold zeros.
  package final func resize(to count: Int) {
    self.count = count
    // Growing by half at least keeps the cost of many small growths linear.
    if count > capacity { grow(to: max(count, capacity + capacity / 2)) }
  }

  /// Makes room for so many rows, more than there is room for now.
  package func grow(to rows: Int) {
    let zeros = [Float](repeating: 0, count: rows - capacity)
    logProbabilities += zeros
    referenceLogProbabilities += zeros
    values += zeros
    advantages += zeros
    targets += zeros
    weights += zeros
  }

  /// How many rows there is room for.
  final var capacity: Int { logProbabilities.count }

  /// log π − log π_ref of a row, at sampling.
  final func referenceLogRatio(_ row: Int) -> Double {
    Double(logProbabilities[row]) - Double(referenceLogProbabilities[row])
  }
}

/// The result of a run.
public struct TrainingResult: Equatable, Sendable {
  /// Scalars by name; ``MetricDeclaration/all`` documents each.
  public var metrics: [String: Double]
  /// Curves in the order of their names.
  public var curves: [TrainingCurve]
  /// The final weights in safetensors form.
  public var weights: [UInt8]
  /// The result of each item of the final evaluation, such as a test prompt, by quantity; a curve's
  /// steps are the items' indices here.
  public var items: [TrainingCurve]
  /// A digest for each step of the optimizer, of all parameters after it and of the digests before it.
  public var updateDigests: [UInt32]
  /// Completions that the run shows, in the order in which they were made; none for an environment.
  public var samples: [TrainingSample]

  /// Creates a result.
  public init(
    metrics: [String: Double], curves: [TrainingCurve], weights: [UInt8],
    items: [TrainingCurve] = [], updateDigests: [UInt32] = [], samples: [TrainingSample] = []
  ) {
    self.metrics = metrics
    self.curves = curves
    self.weights = weights
    self.items = items
    self.updateDigests = updateDigests
    self.samples = samples
  }
}

/// A quantity over the course of a run, or over the items of an evaluation.
public struct TrainingCurve: Equatable, Sendable {
  public var name: String
  /// Environment steps or tokens of the budget, ascending: multiples of the evaluation interval, and the
  /// end of the budget.
  public var steps: [Int]
  /// One finite value for each step.
  public var values: [Double]

  /// Creates a curve.
  public init(name: String, steps: [Int] = [], values: [Double] = []) {
    self.name = name
    self.steps = steps
    self.values = values
  }
}

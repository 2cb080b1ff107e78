/// What a run leaves behind.
public struct TrainingResult: Equatable, Sendable {
  /// Scalars by name; ``MetricDeclaration/metrics`` documents each.
  public var metrics: [String: Double]
  /// Curves in the order of their names.
  public var curves: [TrainingCurve]
  /// The final weights in safetensors form.
  public var weights: [UInt8]
  /// Completions that the run shows, in the order in which they were made; none for an environment.
  public var samples: [TrainingSample]

  /// Creates a result.
  public init(
    metrics: [String: Double], curves: [TrainingCurve], weights: [UInt8],
    samples: [TrainingSample] = []
  ) {
    self.metrics = metrics
    self.curves = curves
    self.weights = weights
    self.samples = samples
  }
}

/// A quantity over the course of a run.
public struct TrainingCurve: Equatable, Sendable {
  public var name: String
  /// Environment steps or tokens of the budget, ascending: multiples of the evaluation interval.
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

internal import Metrics
public import NeuralNetworks
public import Settings

/// The settings of a reward model that is trained on pairs of completions.
public struct RewardModelSettings: OptimizerSettings {
  public var pairs = 1000
  public var temperature = 1.0
  public var epochs = 1
  public var batchSize = 32
  public var centering = 0.0
  public var learningRate = 0.001
  public var learningRateSchedule = LearningRateSchedule.Decay.linear
  public var warmupUpdates = 0
  public var weightDecay = 0.01
  public var adamBeta2 = 0.999
  public var adamEpsilon = 1e-8
  public var maxGradientNorm: Double? = 1

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    [
      .integer(
        "pairs", \.pairs, in: 1...10_000_000,
        "Pairs of completions that the start policy samples for training, tied ones included."),
      .number(
        "temperature", \.temperature, in: 0.01...100, "Sampling temperature of the completions."),
      .integer(
        "epochs", \.epochs, in: 1...1000,
        "The most passes over the pairs; training ends earlier where the budget is used."),
      .integer("batch_size", \.batchSize, in: 1...65_536, "Pairs in each step of the optimizer."),
      .number(
        "centering_coefficient", \.centering, in: 0...1000,
        "Weight of the squared sum of a pair's rewards, which ties rewards to 0."),
    ] + optimizerSettings
}

extension RewardModelSettings: LanguageAlgorithmSettings {
  func recorded(in world: World) -> Set<MetricDeclaration.Presence> { [.pairs] }

  var cautions: [Caution] { warmupCautions }

  var languageNeeds: LanguageNeeds {
    LanguageNeeds(head: .scalar, adam: adam)
  }
}

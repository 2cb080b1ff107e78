internal import Metrics
public import NeuralNetworks
public import Settings

/// The settings of supervised fine-tuning on a task's demonstrations.
public struct SFTSettings: OptimizerSettings {
  public var batchSize = 32
  public var learningRate = 0.002
  public var learningRateSchedule = LearningRateSchedule.Decay.cosine
  public var warmupUpdates = 20
  public var weightDecay = 0.01
  public var adamBeta2 = 0.95
  public var adamEpsilon = 1e-8
  public var maxGradientNorm: Double? = 1

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    [
      .integer(
        "batch_size", \.batchSize, in: 1...65_536, "Demonstrations in each step of the optimizer.")
    ] + optimizerSettings
}

extension SFTSettings: LanguageAlgorithmSettings {
  func recorded(in world: World) -> Set<MetricDeclaration.Presence> { [.demonstrations] }

  var cautions: [Caution] { warmupCautions }

  var languageNeeds: LanguageNeeds {
    LanguageNeeds(adam: adam)
  }
}

public import NeuralNetworks
public import Settings

/// How DPO's loss grows with the implicit reward margin.
public enum PreferenceLossKind: String, CaseIterable, Sendable {
  /// −log σ of the margin: DPO as published, with label smoothing cDPO.
  case sigmoid
  /// The squared distance of the margin from a target: IPO.
  case ipo
}

/// The settings of direct preference optimization on pairs of completions of one prompt.
public struct LanguageDPOSettings: LanguageOptimizerSettings {
  public var variant = PreferenceVariant.offline
  public var reference = PreferenceReference.initial
  public var loss = PreferenceLossKind.sigmoid
  public var beta = 0.1
  public var labelSmoothing = 0.0
  public var pairsPerRound = 64
  public var pairs = 1_000_000
  public var temperature = 1.0
  public var epochs = 1
  public var batchSize = 32
  public var learningRate = 0.0005
  public var learningRateSchedule = LearningRateSchedule.Decay.constant
  public var warmupUpdates = 10
  public var weightDecay = 0.0
  public var adamBeta2 = 0.999
  public var adamEpsilon = 1e-8
  public var maxGradientNorm: Double? = 10

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    [
      .choice(
        "variant", \.variant,
        "Who samples the pairs: the policy of each round, or the reference throughout."),
      .choice("reference", \.reference, "The policy that log-ratios are taken against."),
      .choice("loss", \.loss, "The loss of a margin: log-sigmoid (DPO) or squared distance (IPO)."),
      .number("beta", \.beta, in: 1e-6...1000, "β: the strength of the tie to the reference."),
      .number(
        "label_smoothing", \.labelSmoothing, in: 0...0.5,
        "Assumed probability that a label is wrong (cDPO)."),
      .integer(
        "pairs_per_round", \.pairsPerRound, in: 1...1_000_000,
        "Pairs that are sampled, trained on and thrown away together, tied ones included."),
      .integer(
        "pairs", \.pairs, in: 1...1_000_000,
        "The most pairs that are sampled, tied ones included; the budget may end them earlier."),
      .number(
        "temperature", \.temperature, in: 0.01...100, "Sampling temperature of the completions."),
      .integer("epochs", \.epochs, in: 1...1000, "Passes over the pairs of each round."),
      .integer("batch_size", \.batchSize, in: 1...65_536, "Pairs in each step of the optimizer."),
    ] + optimizerSettings
}

extension LanguageDPOSettings: LanguageAlgorithmSettings {
  var conflict: String? { nil }

  var cautions: [Caution] { warmupCautions }

  var languageNeeds: LanguageNeeds {
    LanguageNeeds(
      reference: variant == .offline || reference == .initial, adamBeta2: adamBeta2,
      adamEpsilon: adamEpsilon, weightDecay: weightDecay)
  }
}

import Algorithms
import Objectives
import Settings
import TestSupport
import Testing

/// The advantages of each preset against TRL's and verl's own code on the same rewards; see
/// `ObjectivesTests/Goldens/trl_verl.py`.
@Suite struct PeerFormulaTests {
  let peers: PeerValues

  init() throws { peers = try PeerValues() }

  /// A preset and the peer's result that it should give.
  struct Comparison: Sendable, CustomTestStringConvertible {
    var algorithm: String
    var preset: String?
    var library = "verl"
    var result: String
    /// Which scores.
    var scores = "scores"
    /// Which rewards: the score at the last token, or with k1 taken off each token.
    var isPenalized = false
    var changes: [String: SettingValue] = [:]

    var testDescription: String {
      "\(algorithm) \(preset ?? "defaults") against \(library)'s \(result)"
    }
  }

  static let comparisons =
    [
      Comparison(algorithm: "grpo", result: "grpo"),
      Comparison(algorithm: "grpo", preset: "paper", result: "grpo"),
      Comparison(algorithm: "grpo", preset: "verl", result: "grpo"),
      Comparison(algorithm: "grpo", preset: "trl", library: "trl", result: "grpo group"),
      Comparison(algorithm: "grpo", preset: "lite_ppo", library: "trl", result: "grpo batch"),
      Comparison(algorithm: "grpo", preset: "maxrl", result: "maxRL", scores: "shares"),
      Comparison(
        algorithm: "grpo", preset: "gdpo", result: "gdpo",
        changes: ["reward_weights": .numbers([1, 0.5])]),
      Comparison(algorithm: "grpo", preset: "gpg", result: "gpg", scores: "signalled"),
      Comparison(algorithm: "grpo", preset: "pass_at_k", result: "passAtK"),
      Comparison(algorithm: "dr_grpo", result: "centered"),
      Comparison(algorithm: "dr_grpo", library: "trl", result: "grpo none"),
      Comparison(algorithm: "rloo", result: "rloo"),
      Comparison(algorithm: "rloo", preset: "verl", result: "rloo"),
      Comparison(algorithm: "rloo", preset: "paper", result: "rlooPenalized", isPenalized: true),
      Comparison(
        algorithm: "rloo", preset: "trl", library: "trl", result: "rloo advantages",
        isPenalized: true),
      Comparison(algorithm: "remax", result: "remax"),
      Comparison(algorithm: "remax", preset: "verl", result: "remax"),
      Comparison(
        algorithm: "reinforce", preset: "reinforce_plus_plus",
        result: "reinforcePlusPlusPenalized", isPenalized: true,
        changes: ["discount": .number(0.98)]),
      Comparison(
        algorithm: "reinforce_plus_plus", result: "reinforcePlusPlusPenalized", isPenalized: true,
        changes: ["discount": .number(0.98)]),
      Comparison(
        algorithm: "reinforce_plus_plus", preset: "verl", result: "reinforcePlusPlus",
        changes: ["discount": .number(0.98)]),
      Comparison(
        algorithm: "reinforce_plus_plus", preset: "baseline", result: "reinforcePlusPlusBaseline"),
      // Logic-RL's is a fork of verl: the same advantages, with the divergence in the loss.
      Comparison(
        algorithm: "reinforce_plus_plus", preset: "logic_rl", result: "reinforcePlusPlus",
        changes: ["discount": .number(0.98)]),
      Comparison(
        algorithm: "reinforce", preset: "verl", result: "opo",
        changes: ["baseline": .choice("length_weighted_optimal")]),
      Comparison(
        algorithm: "reinforce", result: "optimalTokenPenalized", isPenalized: true,
        changes: [
          "baseline": .choice("optimal_token"), "scale": .choice("none"), "discount": .number(1),
        ]),
      Comparison(
        algorithm: "ppo", result: "gaeAdvantages", isPenalized: true,
        changes: [
          "discount": .number(0.98), "gae_lambda": .number(0.9), "scale": .choice("none"),
        ]),
      Comparison(
        algorithm: "ppo", preset: "verl", result: "gaeWhitened", isPenalized: true,
        changes: ["discount": .number(0.98), "gae_lambda": .number(0.9)]),
      // What sets these apart from verl's lies in the loss and in the rewards that they are given.
      Comparison(
        algorithm: "ppo", preset: "trl", result: "gaeWhitened", isPenalized: true,
        changes: ["discount": .number(0.98), "gae_lambda": .number(0.9)]),
      Comparison(
        algorithm: "ppo", preset: "openrlhf", result: "gaeWhitened", isPenalized: true,
        changes: ["discount": .number(0.98), "gae_lambda": .number(0.9)]),
    ]
    // Nor do those of GRPO's losses change what an advantage is, and of DAPO what is sampled and paid.
    + ["dapo", "top_entropy", "intellect_2", "gspo", "cispo", "sapo", "luspo", "gmpo"].map {
      Comparison(algorithm: "grpo", preset: $0, result: "grpo")
    }

  @Test func `every preset of a policy gradient on language tasks is compared`() {
    for algorithm in AlgorithmRegistry.language
    where algorithm.settings.contains(where: { $0.name == "baseline" || $0.name == "gae_lambda" }) {
      for preset in algorithm.presets {
        #expect(
          Self.comparisons.contains { $0.algorithm == algorithm.name && $0.preset == preset },
          "\(algorithm.name) \(preset)")
      }
    }
  }

  /// The points on the axes that an algorithm's defaults, a preset and changes make: on environments, on
  /// language tasks, or on both.
  func settings(_ comparison: Comparison) throws -> [PolicyGradientSettings] {
    let declarations = [
      AlgorithmRegistry.declaration(named: comparison.algorithm),
      AlgorithmRegistry.languageDeclaration(named: comparison.algorithm),
    ].compactMap(\.self)
    return try declarations.compactMap { algorithm in
      var settings = PolicyGradientSettings()
      for declaration in algorithm.settings {
        try settings.set(declaration.name, to: declaration.defaultValue)
      }
      var changes = comparison.changes
      if let name = comparison.preset {
        guard let preset = algorithm.preset(name, environment: "") else { return nil }
        changes.merge(preset) { change, _ in change }
      }
      for (name, value) in changes { try settings.set(name, to: value) }
      if comparison.algorithm == "ppo" {
        settings.credit = .gae
        settings.baseline = .value
      }
      return settings
    }
  }

  /// [groups][members] the rewards that the peers had.
  func rewards(
    _ comparison: Comparison, _ settings: PolicyGradientSettings
  ) throws -> [[SequenceRewards]] {
    let lengths = try peers.lengths()
    var scores = try peers("inputs", comparison.scores)
    if settings.rewardAggregation == .normalizeThenSum {
      scores = try peers.groups(zip(scores, try peers("inputs", "format")).map { [$0, $1] })
        .flatMap {
          sumsOfNormalized(
            components: $0, weights: settings.rewardWeights, epsilon: settings.scaleEpsilon)
        }
    }
    let penalized = try peers.sequences(try peers("verl", "penalizedRewards"))
    let values = try peers.sequences(try peers("inputs", "values"))
    let old = try peers.sequences(try peers("inputs", "old"))
    let squares = try peers.sequences(try peers("inputs", "squared"))
    return try peers.groups(
      lengths.indices.map { k in
        var rewards = [Double](repeating: 0, count: lengths[k])
        rewards[lengths[k] - 1] = scores[k]
        return SequenceRewards(
          rewards: comparison.isPenalized ? penalized[k] : rewards, values: values[k],
          squaredScoreNorms: zip(old[k], squares[k]).map {
            squaredScoreNorm(probability: exponential($0), squaredProbabilities: $1)
          })
      })
  }

  /// e^x for x ≤ 0, by squaring a Taylor polynomial: the probability behind a log-probability.
  private func exponential(_ x: Double) -> Double {
    let small = x / 1024
    var result = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4)))
    for _ in 0..<10 { result *= result }
    return result
  }

  /// [tokens] what the peer has; GAE's advantages are its returns without the values.
  func expected(_ comparison: Comparison) throws -> [Double] {
    if comparison.result == "gaeAdvantages" {
      return zip(try peers("verl", "gaeReturns"), try peers("inputs", "values")).map(-)
    }
    let found = try peers(comparison.library, comparison.result)
    let lengths = try peers.lengths()
    guard found.count == lengths.count else { return found }
    return zip(found, lengths).flatMap { [Double](repeating: $0, count: $1) }
  }

  @Test(arguments: comparisons)
  func `the advantages of a preset are those of the library it is named after`(
    comparison: Comparison
  ) throws {
    let points = try settings(comparison)
    #expect(!points.isEmpty)
    for settings in points {
      var average = MovingAverage(decay: settings.movingAverageDecay)
      let estimates = estimatedAdvantages(
        of: try rewards(comparison, settings),
        greedyRewards: try peers("inputs", "greedy").map { [$0] }, settings: settings,
        average: &average)
      let advantages = estimates.advantages.joined().joined()
      // GAE is in single precision. verl's GDPO adds 1e-6 to the deviations of components, as we do, and 1e-8 to the
      // variance of the batch, where we add 1e-6 to the deviation.
      let tolerance =
        comparison.algorithm == "ppo" ? 2e-6 : comparison.result == "gdpo" ? 5e-6 : 2e-7
      expectClose(Array(advantages), try expected(comparison), tolerance: tolerance)
    }
  }
}

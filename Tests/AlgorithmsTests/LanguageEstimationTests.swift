import Algorithms
import Objectives
import Settings
import TestSupport
import Testing

@Suite struct LanguageEstimationTests {
  /// Two prompts with three completions each, their tokens' values and log-ratios to the reference.
  static let scores: [[Double]] = [[1, -0.5, 3], [0.25, 0.25, -1]]
  static let lengths = [[3, 1, 2], [2, 4, 1]]
  static let values: [[[Double]]] = lengths.map {
    $0.map { length in (0..<length).map { 0.25 * Double($0) - 0.125 } }
  }

  static var rewards: [[SequenceRewards]] {
    zip(zip(scores, lengths), values).map { group, values in
      zip(zip(group.0, group.1), values).map { member, values in
        SequenceRewards(
          rewards: tokenRewards(reward: member.0, length: member.1), values: values)
      }
    }
  }

  /// The advantages at an algorithm's point on the axes, with changes.
  private func advantages(
    _ algorithm: String, preset: String? = nil, changes: [String: SettingValue] = [:],
    rewards: [[SequenceRewards]] = rewards
  ) throws -> [[[Double]]] {
    let declaration = try #require(AlgorithmRegistry.languageDeclaration(named: algorithm))
    var settings = PolicyGradientSettings()
    for setting in declaration.settings {
      try settings.set(setting.name, to: setting.defaultValue)
    }
    if algorithm == "ppo" {
      settings.credit = .gae
      settings.baseline = .value
    }
    if let preset {
      let values = try #require(declaration.preset(preset, environment: "preference"))
      for (name, value) in values { try settings.set(name, to: value) }
    }
    for (name, value) in changes { try settings.set(name, to: value) }
    var average = MovingAverage(decay: 0.9)
    return estimatedAdvantages(
      of: rewards, greedyRewards: [[0, 1], [0, 0, 0.5]], settings: settings, average: &average
    ).advantages
  }

  @Test func `the reward of a completion comes with its last token`() {
    #expect(tokenRewards(reward: -1.5, length: 4) == [0, 0, 0, -1.5])
    #expect(tokenRewards(reward: 2, length: 1) == [2])
  }

  @Test func `with λ = 1 the advantage of a token is the score less its value`() throws {
    let result = try advantages(
      "ppo", changes: ["gae_lambda": .number(1), "scale": .choice("none")])
    for (group, members) in result.enumerated() {
      for (member, advantages) in members.enumerated() {
        for (t, advantage) in advantages.enumerated() {
          expectClose(
            advantage, Self.scores[group][member] - Self.values[group][member][t], tolerance: 1e-6)
        }
      }
    }
  }

  @Test func `nothing is bootstrapped after the last token`() throws {
    let result = try advantages(
      "ppo", changes: ["gae_lambda": .number(0), "scale": .choice("none")])
    // λ = 0: rₜ + vₜ₊₁ − vₜ, and r − v at the end.
    #expect(result[0][0].map { Float($0) } == [0.25, 0.25, 1 - 0.375])
    #expect(result[0][1] == [-0.5 + 0.125])
  }

  @Test func `Dr. GRPO's advantages are (G − 1)/G of RLOO's`() throws {
    let centered = try advantages("dr_grpo")
    let others = try advantages("rloo")
    for (a, b) in zip(centered.joined().joined(), others.joined().joined()) {
      expectClose(a, b * 2 / 3, tolerance: 1e-12)
    }
    expectClose(others[0][2][0], 3 - 0.25, tolerance: 1e-12)
  }

  @Test func `ReMax takes the greedy completion's score off every token`() throws {
    let result = try advantages("remax")
    #expect(result[0] == [[0, 0, 0], [-1.5], [2, 2]])
    #expect(result[1] == [[-0.25, -0.25], [-0.25, -0.25, -0.25, -0.25], [-1.5]])
  }

  @Test(arguments: ["openrlhf", "logic_rl", "verl", "baseline"])
  func `REINFORCE++ whitens over all tokens of the batch`(preset: String) throws {
    let flat = try advantages(
      "reinforce_plus_plus", preset: preset == "openrlhf" ? nil : preset
    ).joined().joined().map(\.self)
    #expect(flat.count == 13)
    expectClose(flat.reduce(0, +) / 13, 0, tolerance: 1e-12)
    expectClose(
      (flat.reduce(0) { $0 + $1 * $1 } / 12).squareRoot(), 1, tolerance: 1e-6)
  }

  @Test func `REINFORCE++ credits a token with the penalties to come and not with those before`()
    throws
  {
    var penalized = Self.rewards
    penalized[0][0].rewards = klPenalizedRewards(
      penalized[0][0].rewards, logRatios: [0.5, -0.25, 1], coefficient: 0.1, penalty: KLPenalty(.k1)
    )
    let plain = try advantages(
      "reinforce_plus_plus",
      changes: ["baseline": .choice("none"), "scale": .choice("none")], rewards: penalized)
    // 1 − 0.1 (0.5 − 0.25 + 1), then without the first, then without the second.
    for (value, expected) in zip(plain[0][0], [0.875, 0.925, 0.9]) {
      expectClose(value, expected, tolerance: 1e-12)
    }
  }

  @Test func `with the penalty in the loss all tokens of a completion have one credit`() throws {
    let result = try advantages("reinforce_plus_plus", preset: "logic_rl")
    for completion in result.joined() { #expect(Set(completion).count == 1) }
  }

  @Test
  func `RLOO's divergence of a whole completion is in its reward and in the others' baseline`()
    throws
  {
    var penalized = Self.rewards
    penalized[0][0].rewards = klPenalizedRewards(
      penalized[0][0].rewards, logRatios: [1, 2, 1], coefficient: 0.05, penalty: KLPenalty(.k1))
    let result = try advantages("rloo", preset: "trl", rewards: penalized)
    // R = [1 − 0.05 · 4, −0.5, 3].
    for (value, expected) in zip(result[0], [0.8 - 1.25, -0.5 - 1.9, 3 - 0.15]) {
      for token in value { expectClose(token, expected, tolerance: 1e-12) }
    }
  }

  @Test func `whitening over the batch takes off the mean, dividing alone leaves it`() throws {
    let whitened = try advantages(
      "reinforce", changes: ["scale": .choice("batch_standardization")]
    ).joined().joined().map(\.self)
    let divided = try advantages("reinforce").joined().joined().map(\.self)
    expectClose(whitened.reduce(0, +), 0, tolerance: 1e-12)
    let shift = divided[0] - whitened[0]
    #expect(shift.magnitude > 0.1)
    for (a, b) in zip(divided, whitened) { expectClose(a - b, shift, tolerance: 1e-9) }
  }
}

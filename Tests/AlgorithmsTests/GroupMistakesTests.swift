import Algorithms
import Foundation
import Objectives
import Settings
import TestSupport
import Testing

/// Groups told apart wrongly, groups of one, and equal returns in single precision: known mistakes, as verl computes
/// them; see `Goldens/pitfalls.py`.
@Suite struct GroupMistakesTests {
  private let peers: [String: [Double]]

  init() throws {
    let file = testFolder().appending(components: "Goldens", "pitfalls.json")
    peers = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: file))
  }

  /// Returns the advantages of trajectories, one of each.
  private func advantages(
    _ groups: [[SequenceRewards]], greedy: [[Double]] = [],
    _ change: (inout PolicyGradientSettings) -> Void
  ) -> [Double] {
    estimates(groups, greedy: greedy) {
      $0.credit = .trajectory
      change(&$0)
    }.advantages.flatMap { $0.map { $0[0] } }
  }

  private func estimates(
    _ groups: [[SequenceRewards]], greedy: [[Double]] = [],
    _ change: (inout PolicyGradientSettings) -> Void
  ) -> AdvantageEstimates {
    var settings = PolicyGradientSettings()
    settings.discount = 1
    settings.baseline = .groupMean
    change(&settings)
    var average = MovingAverage(decay: 0.5)
    return estimatedAdvantages(
      of: groups, greedyRewards: greedy, settings: settings, average: &average)
  }

  /// Returns 3 and 1, lengths 2 and 1; 4 and 6, lengths 1 and 2.
  private let groups = [
    [SequenceRewards(rewards: [1, 2]), SequenceRewards(rewards: [1])],
    [SequenceRewards(rewards: [4]), SequenceRewards(rewards: [0, 6])],
  ]

  @Test(arguments: [GroupIdentifiers.interleaved, .own])
  func `wrong identifiers give verl's advantages`(identifiers: GroupIdentifiers) throws {
    let scores = try #require(peers["scores"])
    let lengths = try #require(peers["lengths"]).map { Int($0) }
    let groups = (0..<3).map { group in
      (4 * group..<4 * group + 4).map {
        SequenceRewards(rewards: tokenRewards(reward: scores[$0], length: lengths[$0]))
      }
    }
    let points: [(name: String, baseline: Baseline, scale: AdvantageScale)] = [
      ("grpo", .groupMean, .groupStd), ("centered", .groupMean, .none),
      ("rloo", .leaveOneOut, .none),
      ("opo", .lengthWeightedOptimal, .none),
    ]
    for point in points {
      let advantages = advantages(groups) {
        $0.baseline = point.baseline
        $0.scale = point.scale
        $0.scaleEpsilon = 1e-6
        $0.groupIdentifiers = identifiers
      }
      // A deviation of 1 plus ε is in single precision there.
      let expected = try #require(peers["\(point.name) \(identifiers.rawValue)"])
      expectClose(
        advantages, expected,
        tolerance: identifiers == .own && point.scale == .groupStd ? 2e-7 : 1e-12)
    }
  }

  @Test(arguments: [0.1, 0.35, 0.9, 0.5, -200], [2, 4, 8, 12])
  func `equal returns in single precision have verl's residue, and exactly none otherwise`(
    reward: Double, members: Int
  ) throws {
    let group = (0..<members).map { _ in SequenceRewards(rewards: [reward]) }
    for epsilon in [1e-9, 1e-6] {
      func advantages(_ arithmetic: GroupArithmetic) -> [Double] {
        self.advantages([group]) {
          $0.scale = .groupStd
          $0.scaleEpsilon = epsilon
          $0.groupArithmetic = arithmetic
        }
      }
      let name = epsilon == 1e-9 ? "1e-09" : "1e-06"
      let expected = try #require(peers["equal \(reward) \(members) \(name)"])
      expectClose(advantages(.singlePrecision), expected, tolerance: 2e-7)
      #expect(advantages(.exact).allSatisfy { $0 == 0 })
    }
  }

  @Test func `interleaved members are compared with those of other starts`() {
    // Identifiers 0, 1, 0, 1: the returns 3 and 4, and 1 and 6.
    #expect(advantages(groups) { $0.groupIdentifiers = .interleaved } == [-0.5, -2.5, 0.5, 2.5])
    // At t = 0 the same; at t = 1 the returns-to-go 2 and, ended, 0; ended, 0 and 6.
    let atEachTime = estimates(groups) { $0.groupIdentifiers = .interleaved }
    #expect(atEachTime.advantages == [[[-0.5, 1], [-2.5]], [[0.5], [2.5, 3]]])
    // The greedy rollouts of both starts, of returns 2 and 10.
    let greedy = advantages(groups, greedy: [[2], [5, 5]]) {
      $0.baseline = .greedy
      $0.groupIdentifiers = .interleaved
    }
    #expect(greedy == [1, -9, 2, -4])
  }

  @Test(arguments: [GroupIdentifiers.interleaved, .own])
  func `credits and what follows a last step stay with their sequences`(
    identifiers: GroupIdentifiers
  ) {
    let groups = (0..<3).map { group in
      (0..<2).map { member in
        SequenceRewards(rewards: [Double(group), 1], bootstrapValue: Double(10 * group + member))
      }
    }
    let right = estimates(groups) { _ in }
    let wrong = estimates(groups) { $0.groupIdentifiers = identifiers }
    #expect(wrong.targets == right.targets)
    #expect(wrong.advantages != right.advantages)
    #expect(estimates([]) { $0.groupIdentifiers = identifiers }.advantages.isEmpty)
  }

  @Test func `the share of signals of groups of one is that of returns`() {
    // verl's count for GPG: completions whose reward is not 0.
    let groups = [[1.0, 0], [0, 2]].map { $0.map { SequenceRewards(rewards: [$0]) } }
    let scaled = advantages(groups) {
      $0.scale = .signalShare
      $0.groupIdentifiers = .own
    }
    #expect(scaled == [2, 0, 0, 4])
  }

  // MARK: In training

  /// REINFORCE with the rest of a point on the axes.
  private static let plain: [String: SettingValue] = [
    "credit": .choice("trajectory"), "discount": .number(1), "scale": .choice("none"),
    "ratio": .choice("token"), "epochs": .integer(2), "minibatches": .integer(2),
    "length_normalizer": .choice("token_mean"), "learning_rate": .number(0.01),
    "group_size": .integer(3), "groups_per_batch": .integer(2),
  ]

  @Test(arguments: ["group_mean", "leave_one_out", "length_weighted_optimal", "optimal_token"])
  func `with an identifier of its own each member is learned from as without a baseline`(
    baseline: String
  ) throws {
    var settings = Self.plain
    let (environment, language) = (
      try train(smallRun("reinforce", settings)).weights,
      try train(languageRun("reinforce", settings, tokens: 600, every: 600)).weights
    )
    settings["baseline"] = .choice(baseline)
    #expect(try train(smallRun("reinforce", settings)).weights != environment)
    settings["group_identifiers"] = .choice("own")
    #expect(try train(smallRun("reinforce", settings)).weights == environment)
    #expect(
      try train(languageRun("reinforce", settings, tokens: 600, every: 600)).weights == language)
  }

  @Test func `a group size of 1 is refused unless the identifiers say that it is meant`() throws {
    for name in ["grpo", "dr_grpo", "rloo"] {
      var settings: [String: SettingValue] = [
        "group_size": .integer(1), "groups_per_batch": .integer(6),
      ]
      let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
      #expect(algorithm.conflict(in: settings)?.settings == ["baseline", "group_size"])
      settings["group_identifiers"] = .choice("interleaved")
      #expect(algorithm.conflict(in: settings)?.settings == ["baseline", "group_size"])
      settings["group_identifiers"] = .choice("own")
      #expect(algorithm.conflict(in: settings) == nil)
      #expect(algorithm.idleSettings(in: settings)["group_identifiers"] == nil)
      #expect(try train(smallRun(name, settings)).metrics["updates"] ?? 0 >= 3)
      let result = try train(languageRun(name, settings, tokens: 600, every: 600))
      #expect(result.metrics["updates"] ?? 0 >= 3)
    }
  }

  @Test(arguments: [
    (
      ["group_identifiers": "own", "baseline": "shrinkage"],
      "group_identifiers own leaves each member by itself, and baseline shrinkage is of a start or of several groups; set baseline: group_mean, leave_one_out, length_weighted_optimal or optimal_token"
    ),
    (
      ["group_identifiers": "interleaved", "groups_per_batch": "1"],
      "group_identifiers interleaved mixes the groups of a batch; groups_per_batch is 1"
    ),
    (
      ["group_identifiers": "own", "sampling_rounds": "2"],
      "group_identifiers own is about advantages, and sampling_rounds and reward_aggregation normalize_then_sum compare the members of a start before; leave them out"
    ),
  ])
  func `what wrong identifiers cannot be with is refused`(
    settings: [String: String], message: String
  ) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: "grpo"))
    let values = settings.mapValues { Int($0).map(SettingValue.integer) ?? .choice($0) }
    #expect(algorithm.conflict(in: values)?.message == message)
  }
}

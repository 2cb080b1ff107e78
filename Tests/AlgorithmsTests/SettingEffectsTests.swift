import Algorithms
import Settings
import TestSupport
import Testing

/// What is said of settings without effect is true of the weights that runs end with.
@Suite struct SettingEffectsTests {
  /// Settings with which short runs learn so much that nearly every other one matters.
  private static let lively: [String: SettingValue] = [
    "learning_rate": .number(0.02), "epochs": .integer(2), "minibatches": .integer(2),
    "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.05),
    "entropy_coefficient": .number(0.01), "clip_range": .number(0.01), "ratio": .choice("token"),
    "group_size": .integer(3), "groups_per_batch": .integer(2), "pairs_per_round": .integer(4),
    "rollout_steps": .integer(32), "value_clip": .number(0.001), "batch_size": .integer(2),
    "pairs": .integer(12), "reference_interval": .integer(2),
  ]

  /// The defaults, but for sizes with which a short run has a few updates.
  private static let plain: [String: SettingValue] = [
    "learning_rate": .number(0.02), "rollout_steps": .integer(32), "group_size": .integer(3),
    "groups_per_batch": .integer(2), "batch_size": .integer(2), "pairs": .integer(12),
  ]

  /// Values other than the one that holds, with which the setting should be felt.
  private static func others(
    _ setting: SettingDeclaration, than value: SettingValue
  ) -> [SettingValue] {
    switch (setting.kind, value) {
    case (.choice, _), (.boolean, _):
      return setting.listedValues.filter { $0 != value }
    case (.integer(let range), .integer(let value)):
      return [.integer(value < range.upperBound ? value + 1 : value - 1)]
    case (.number(let range), .number(let value)):
      let other = value == 0 ? 0.4 : value / 2
      return [.number(range.contains(other) ? other : range.upperBound)]
    case (.optionalNumber(let range), .number(let value)):
      return [.none, .number(max(range.lowerBound, value / 100))]
    case (.optionalNumber(let range), _):
      return [.number(min(range.upperBound, max(range.lowerBound, 1e-3)))]
    default: return []
    }
  }

  /// Changes each setting by itself, and compares the final weights with what is said.
  ///
  /// - Parameters:
  ///   - algorithm: Whose settings.
  ///   - base: What the others are.
  ///   - task: What is known of the task.
  ///   - isSilenceTold: Whether a setting of which nothing is said must change the weights.
  ///   - run: The run of settings.
  /// - Returns: Where the two differ, in words.
  /// - Throws: If a run fails.
  private static func mismatches(
    _ algorithm: AlgorithmDeclaration, _ base: [String: SettingValue], on task: TaskTraits,
    isSilenceTold: Bool, run: ([String: SettingValue]) -> RunConfiguration
  ) throws -> [String] {
    let names = algorithm.settings.map(\.name)
    let base = base.filter { names.contains($0.key) }
    guard algorithm.conflict(in: base) == nil else { return [] }
    let before = try train(run(base)).weights
    var found: [String] = []
    for setting in algorithm.settings {
      for value in others(setting, than: base[setting.name] ?? setting.defaultValue) {
        let values = base.merging([setting.name: value]) { $1 }
        let isIdle = algorithm.idleSettings(in: values, on: task)[setting.name] != nil
        let isDoubted = algorithm.cautions(in: values).contains { $0.settings == [setting.name] }
        guard isIdle || isDoubted || isSilenceTold, algorithm.conflict(in: values) == nil,
          // Refused at the start, too.
          value != .choice("state_dependent") || task.hasDiscreteActions == false
        else { continue }
        let isSame = try train(run(values)).weights == before
        if (isIdle || isDoubted) != isSame {
          found.append("\(algorithm.name) \(setting.name) \(value) \(isSame ? "idles" : "acts")")
        }
      }
    }
    return found
  }

  /// Settings that short runs need not reach: a norm that no gradient has, an episode that no limit cuts off,
  /// a number below rounding, a group whose returns are equal, a negative advantage where rewards are positive and
  /// nothing is taken off them or little.
  private static let rare = [
    "max_gradient_norm", "truncation", "scale_epsilon", "value_clip", "signal_share",
    "sampling_rounds", "reinforce dual_clip", "remax dual_clip",
    // Idle beside a baseline that has taken the batch's mean off, which is no setting's silence to tell.
    "reinforce_plus_plus scale batch_standardization",
  ]

  @Test(arguments: algorithmNames)
  func `on an environment with choices`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    for (base, isSilenceTold) in [(Self.lively, true), (Self.plain, false)] {
      let found = try Self.mismatches(
        algorithm, base, on: TaskTraits(hasDiscreteActions: true, longestEpisode: 500),
        isSilenceTold: isSilenceTold
      ) { smallRun(name, $0, steps: 700, every: 700) }
      #expect(found.filter { words in !Self.rare.contains { words.contains($0) } } == [])
    }
  }

  @Test(arguments: algorithmNames)
  func `with action vectors`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let found = try Self.mismatches(
      algorithm, Self.lively, on: TaskTraits(hasDiscreteActions: false, longestEpisode: 200),
      isSilenceTold: false
    ) { pendulumRun(name, $0, steps: 1300) }
    #expect(found == [])
  }

  @Test(arguments: algorithmNames)
  func `with episodes of one step`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let found = try Self.mismatches(
      algorithm, Self.lively, on: TaskTraits(hasDiscreteActions: true, longestEpisode: 1),
      isSilenceTold: false
    ) { banditRun(name, $0, steps: 200) }
    #expect(found == [])
  }

  @Test(arguments: AlgorithmRegistry.language.map(\.name).filter { $0 != "audit" })
  func `on language tasks`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.languageDeclaration(named: name))
    for base in [Self.lively, Self.plain] {
      let found = try Self.mismatches(
        algorithm, base, on: TaskTraits(tokens: 1000), isSilenceTold: false
      ) { languageRun(name, $0, tokens: 600, every: 600) }
      #expect(found == [])
    }
  }
}

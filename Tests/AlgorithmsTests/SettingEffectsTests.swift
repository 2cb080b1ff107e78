import Algorithms
import Settings
import Testing

/// Every setting of every algorithm either changes the weights that a run ends with, or is known to have no
/// effect.
@Suite struct SettingEffectsTests {
  /// Settings with which short runs learn so much that every other one matters.
  private static let lively: [String: SettingValue] = [
    "learning_rate": .number(0.02), "epochs": .integer(2), "minibatches": .integer(2),
    "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.05),
    "entropy_coefficient": .number(0.01), "clip_range": .number(0.01), "ratio": .choice("token"),
    "group_size": .integer(3), "groups_per_batch": .integer(2), "pairs_per_round": .integer(4),
    "rollout_steps": .integer(32), "value_clip": .number(0.001), "batch_size": .integer(2),
    "pairs": .integer(12),
  ]

  /// A value that is not the one that holds, and with which the setting should be felt.
  private static func others(
    _ setting: SettingDeclaration, than value: SettingValue
  ) -> [SettingValue] {
    switch setting.kind {
    case .choice(let names): return names.map(SettingValue.choice).filter { $0 != value }
    case .integer(let range):
      guard case .integer(let value) = value else { return [] }
      return [.integer(value + 1 <= range.upperBound ? value + 1 : value - 1)]
    case .number(let range):
      guard case .number(let value) = value else { return [] }
      let other = value == 0 ? 0.4 : value / 2
      return [.number(range.contains(other) ? other : range.upperBound)]
    case .optionalNumber(let range):
      guard case .number(let value) = value else {
        return [.number(min(range.upperBound, max(range.lowerBound, 1e-3)))]
      }
      return [.none, .number(max(range.lowerBound, value / 100))]
    case .integers: return []
    }
  }

  private static func mismatches(
    _ algorithm: AlgorithmDeclaration, _ base: [String: SettingValue], on task: TaskTraits,
    run: ([String: SettingValue]) -> RunConfiguration
  ) throws -> [String] {
    let names = algorithm.settings.map(\.name)
    let base = base.filter { names.contains($0.key) }
    guard algorithm.conflict(in: base) == nil else { return [] }
    let before = try train(run(base)).weights
    var found: [String] = []
    for setting in algorithm.settings {
      for value in others(setting, than: base[setting.name] ?? setting.defaultValue) {
        let values = base.merging([setting.name: value]) { $1 }
        guard algorithm.conflict(in: values) == nil else { continue }
        guard let result = try? train(run(values)) else {
          found.append("\(algorithm.name) \(setting.name) \(value) fails")
          continue
        }
        let isIdle =
          algorithm.idleSettings(in: values, on: task)[setting.name] != nil
          || algorithm.cautions(in: values).contains { $0.settings == [setting.name] }
        if isIdle != (result.weights == before) {
          found.append(
            "\(algorithm.name) \(setting.name) \(value): \(isIdle ? "idle, but changes" : "changes nothing")"
          )
        }
      }
    }
    return found
  }

  @Test(arguments: AlgorithmRegistry.all.map(\.name), [false, true])
  func `on environments`(name: String, isLively: Bool) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let found = try Self.mismatches(
      algorithm,
      isLively ? Self.lively : ["rollout_steps": .integer(32), "learning_rate": .number(0.02)],
      on: TaskTraits(hasDiscreteActions: true, longestEpisode: 500)
    ) { smallRun(name, $0, steps: 700, every: 700) }
    #expect(found == [])
  }

  @Test(arguments: AlgorithmRegistry.all.map(\.name))
  func `with action vectors`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let found = try Self.mismatches(
      algorithm, Self.lively, on: TaskTraits(hasDiscreteActions: false, longestEpisode: 200)
    ) { pendulumRun(name, $0, steps: 1300) }
    #expect(found == [])
  }

  @Test(arguments: AlgorithmRegistry.all.map(\.name))
  func `with episodes of one step`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let found = try Self.mismatches(
      algorithm, Self.lively, on: TaskTraits(hasDiscreteActions: true, longestEpisode: 1)
    ) { banditRun(name, $0, steps: 200) }
    #expect(found == [])
  }

  @Test(arguments: AlgorithmRegistry.language.map(\.name), [false, true])
  func `on language tasks`(name: String, isLively: Bool) throws {
    let algorithm = try #require(AlgorithmRegistry.languageDeclaration(named: name))
    let found = try Self.mismatches(
      algorithm,
      isLively
        ? Self.lively
        : [
          "learning_rate": .number(0.02), "batch_size": .integer(2), "pairs": .integer(12),
          "groups_per_batch": .integer(4),
        ], on: TaskTraits(tokens: 100)
    ) { languageRun(name, $0, tokens: 600, every: 600) }
    #expect(found == [])
  }
}

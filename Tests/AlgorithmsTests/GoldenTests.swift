import Algorithms
import Environments
import Foundation
import NeuralNetworks
import Objectives
import Settings
import TestSupport
import Tensors
import Testing

/// Results of short runs, one for each case of each choice of each algorithm.
///
/// `Goldens/runs.txt` holds a digest for each, with the revisions it was recorded at. A digest that
/// changes while no revision does means that stored results are no longer what the engine computes:
/// raise the revision of the component that changed, then record with `RECORD_GOLDENS=1`.
@Suite struct GoldenTests {
  /// One golden run.
  struct Case {
    var algorithm: AlgorithmDeclaration
    /// Such as `baseline=greedy`, `preset=zoo` or `defaults`.
    var name: String
    var settings: [String: SettingValue]

    var key: String { "\(algorithm.name) \(name)" }

    /// The revisions that the run's key holds.
    var revisions: String {
      let environment = EnvironmentRegistry.declaration(named: "CartPole-v1")?.revision ?? 0
      return
        "\(algorithm.name)=\(algorithm.revision) CartPole-v1=\(environment) mlp=\(MLP.revision) kernels=\(Kernels.revision)"
    }
  }

  /// The defaults, every preset, and every allowed case of every choice, for every algorithm.
  static var cases: [Case] {
    trainingAlgorithms.flatMap { algorithm in
      var cases = [Case(algorithm: algorithm, name: "defaults", settings: short(algorithm))]
      for preset in algorithm.presets {
        let values = algorithm.preset(preset, environment: "CartPole-v1") ?? [:]
        cases.append(
          Case(
            algorithm: algorithm, name: "preset=\(preset)",
            settings: short(algorithm).merging(values) { $1 }.merging(sizes(algorithm)) { $1 }))
      }
      for setting in algorithm.settings {
        // Noise of action vectors is golden in ContinuousGoldenTests.
        for value in setting.listedValues where setting.name != "exploration" {
          var settings = short(algorithm)
          settings[setting.name] = value
          settle(&settings, of: algorithm)
          if ["clip_schedule", "surrogate"].contains(setting.name) && settings["ratio"] == nil {
            settings["ratio"] =
              algorithm.settings.contains { $0.name == "ratio" } ? .choice("token") : nil
          }
          // Few returns of CartPole are equal, those of a pair sooner than those of three.
          if value == .choice("signal_share") { settings["group_size"] = .integer(2) }
          if Self.ofGroups.contains(setting.name) { compareGroups(&settings, of: algorithm) }
          if setting.name == "truncation" { reachTimeLimit(&settings, of: algorithm) }
          cases.append(
            Case(algorithm: algorithm, name: "\(setting.name)=\(value)", settings: settings))
        }
      }
      return cases
    }
  }

  /// Settings under which every choice matters: several epochs, a penalty, a bonus, clipping.
  private static func short(_ algorithm: AlgorithmDeclaration) -> [String: SettingValue] {
    let wanted: [String: SettingValue] = [
      "learning_rate": .number(0.01), "epochs": .integer(2), "minibatches": .integer(2),
      "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.05),
      "entropy_coefficient": .number(0.01), "clip_range": .number(0.05),
      "value_clip": .number(0.2), "discount": .number(0.97), "adam_epsilon": .number(1e-3),
      "label_smoothing": .number(0.05), "chunks": .integer(3),
    ].merging(sizes(algorithm)) { $1 }
    return wanted.filter { name, _ in algorithm.settings.contains { $0.name == name } }
  }

  /// Sizes at which the budget holds at least three updates.
  private static func sizes(_ algorithm: AlgorithmDeclaration) -> [String: SettingValue] {
    let sizes: [String: SettingValue] = [
      "environments": .integer(3), "rollout_steps": .integer(64), "group_size": .integer(3),
      "groups_per_batch": .integer(2), "pairs_per_round": .integer(3),
    ]
    return sizes.filter { name, _ in algorithm.settings.contains { $0.name == name } }
  }

  /// Makes room for choices that exclude others.
  private static func settle(
    _ settings: inout [String: SettingValue], of algorithm: AlgorithmDeclaration
  ) {
    if algorithm.conflict(in: settings) == nil { return }
    settings["credit"] = .choice("trajectory")
    if algorithm.conflict(in: settings) == nil { return }
    settings["baseline"] = .choice("group_mean")
  }

  /// The settings that nothing reads unless groups are compared and scaled.
  static let ofGroups = ["group_arithmetic", "group_identifiers", "scale_variance"]

  /// Makes a group's mean the baseline and its deviation the scale, where there are groups.
  static func compareGroups(
    _ settings: inout [String: SettingValue], of algorithm: AlgorithmDeclaration
  ) {
    guard algorithm.settings.contains(where: { $0.name == "group_identifiers" }) else { return }
    settings["baseline"] = .choice("group_mean")
    settings["scale"] = .choice("group_std")
  }

  /// Makes a run whose episodes are long enough to be cut off, with a value to bootstrap from.
  private static func reachTimeLimit(
    _ settings: inout [String: SettingValue], of algorithm: AlgorithmDeclaration
  ) {
    settings["kl_coefficient"] = .number(0)
    settings["epochs"] = .integer(4)
    settings["discount"] = .number(0.98)
    settings["clip_range"] = .number(0.2)
    guard algorithm.name != "ppo" else { return }
    let choices = [
      "credit": "gae", "baseline": "value", "scale": "batch_std", "ratio": "token",
      "length_normalizer": "token_mean",
    ]
    for (name, choice) in choices { settings[name] = .choice(choice) }
  }

  /// The configuration of a case.
  static func configuration(_ golden: Case) -> RunConfiguration {
    let isLong = golden.name.hasPrefix("truncation=")
    var configuration = smallRun(
      golden.algorithm.name, golden.settings, steps: isLong ? 30_000 : 700,
      every: isLong ? 30_000 : 350, episodes: 2, seed: 3)
    if isLong { configuration.policy = ["hidden": .integers([32, 32])] }
    return configuration
  }

  /// The digest of the bits of weights, metrics and curves.
  static func digest(_ result: TrainingResult) -> String {
    var digest = FNVDigest()
    digest.absorb(result.weights)
    for (name, value) in result.metrics.sorted(by: { $0.key < $1.key }) {
      digest.absorb(name.utf8)
      digest.absorb(value)
    }
    for curve in result.curves {
      digest.absorb(curve.name.utf8)
      for (step, value) in zip(curve.steps, curve.values) {
        digest.absorb(Double(step))
        digest.absorb(value)
      }
    }
    return digest.hex
  }

  private static let file = testFolder().appending(components: "Goldens", "runs.txt")

  /// The recorded lines by key: revisions and digest.
  static func recorded() throws -> [String: (revisions: String, digest: String)] {
    var lines: [String: (revisions: String, digest: String)] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 3 else { continue }
      lines[fields[0]] = (fields[1], fields[2])
    }
    return lines
  }

  @Test func `every run gives the bits that its revisions stand for`() throws {
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      let lines = try Self.cases.map { golden in
        let result = try train(Self.configuration(golden))
        return "\(golden.key) | \(golden.revisions) | \(Self.digest(result))"
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Self.file)
      Issue.record("recorded \(lines.count) goldens; read the diff, then run again")
      return
    }
    let recorded = try Self.recorded()
    for golden in Self.cases {
      guard let line = recorded[golden.key] else {
        Issue.record("'\(golden.key)' has no golden: record one with RECORD_GOLDENS=1")
        continue
      }
      guard line.revisions == golden.revisions else {
        Issue.record(
          "'\(golden.key)' was recorded at \(line.revisions), now it is \(golden.revisions): record again with RECORD_GOLDENS=1"
        )
        continue
      }
      let digest = Self.digest(try train(Self.configuration(golden)))
      #expect(
        digest == line.digest,
        "the result of \(golden.key) changed, but no revision did: raise that of \(golden.algorithm.name), or of the component below it that changed"
      )
    }
    let known = Set(Self.cases.map(\.key))
    #expect(recorded.keys.filter { !known.contains($0) }.sorted() == [])
  }

  @Test func `every golden run has at least three updates`() throws {
    for golden in Self.cases {
      let updates = try train(Self.configuration(golden)).metrics["updates"] ?? 0
      #expect(updates >= 3, "\(golden.key)")
    }
  }

  @Test func `every case of every axis has a golden`() throws {
    let recorded = try Array(Self.recorded().keys) + LanguageGoldenTests.recorded().keys
    func check<Axis: CaseIterable & RawRepresentable<String>>(_ setting: String, _: Axis.Type) {
      for axisCase in Axis.allCases {
        #expect(
          recorded.contains { $0.hasSuffix(" \(setting)=\(axisCase.rawValue)") },
          "\(setting)=\(axisCase.rawValue)")
      }
    }
    check("credit", CreditAssignment.self)
    check("baseline", Baseline.self)
    check("scale", AdvantageScale.self)
    check("kl_placement", KLPlacement.self)
    check("kl_estimator", KLEstimator.self)
    check("kl_gradient", KLGradient.self)
    check("ratio", ImportanceRatio.self)
    check("surrogate", SurrogateObjective.self)
    check("length_normalizer", LengthNormalizer.self)
    check("truncation", TruncationHandling.self)
    check("initialization", WeightInitialization.self)
    check("observation_normalization", RunningNormalization.self)
    check("reward_normalization", RunningNormalization.self)
    check("learning_rate_schedule", LearningRateSchedule.Decay.self)
    check("score", SamplingScore.self)
    check("scale_variance", VarianceEstimator.self)
    check("group_arithmetic", GroupArithmetic.self)
    check("group_identifiers", GroupIdentifiers.self)
    check("clip_schedule", Schedule.self)
    check("adam_epsilon_placement", Adam.EpsilonPlacement.self)
    check("variant", PreferenceVariant.self)
    check("reference", PreferenceReference.self)
    check("loss", PreferenceLoss.self)
    check("log_ratio", SequenceLogRatio.self)
  }

  @Test func `the cases of an axis give different results`() throws {
    let recorded = try Self.recorded()
    for algorithm in trainingAlgorithms {
      for setting in algorithm.settings where setting.name != "exploration" {
        // Where the batch's mean is the baseline, there is none left for standardization to take off.
        let values = setting.listedValues.filter {
          algorithm.name != "reinforce_plus_plus" || $0 != .choice("batch_standardization")
        }
        let digests = values.compactMap {
          recorded["\(algorithm.name) \(setting.name)=\($0)"]?.digest
        }
        #expect(digests.count == values.count)
        #expect(
          Set(digests).count == digests.count, "\(algorithm.name) \(setting.name): \(digests)")
      }
    }
  }
}

import Algorithms
import Foundation
import LanguageTasks
import NeuralNetworks
import Settings
import TestSupport
import Tensors
import Testing

/// Results of runs of three updates on a language task: each algorithm's defaults and presets, each
/// case of each choice, each setting that only language tasks have.
///
/// `Goldens/language_runs.txt` holds a digest of each with the revisions it was recorded at, as
/// `Goldens/runs.txt` does for environments. What is evaluated is not in the digests.
@Suite struct LanguageGoldenTests {
  struct Case {
    var algorithm: AlgorithmDeclaration
    var name: String
    var settings: [String: SettingValue]

    var key: String { "\(algorithm.name) \(name)" }

    var revisions: String {
      let task = LanguageTaskRegistry.declaration(named: "preference")?.revision ?? 0
      return
        "\(algorithm.name)=\(algorithm.revision) preference=\(task) transformer=\(Transformer.revision) kernels=\(Kernels.revision)"
    }
  }

  static var cases: [Case] {
    reinforcementLearners.compactMap(AlgorithmRegistry.languageDeclaration).flatMap { algorithm in
      var cases = [Case(algorithm: algorithm, name: "defaults", settings: short(algorithm))]
      for preset in algorithm.presets {
        let values = algorithm.preset(preset, environment: "preference") ?? [:]
        let settings = short(algorithm).merging(values) { $1 }.merging(sizes) { $1 }
        cases.append(Case(algorithm: algorithm, name: "preset=\(preset)", settings: settings))
      }
      return cases + choices(of: algorithm) + languageSettings(of: algorithm)
    }
  }

  /// Every case of every choice for REINFORCE, which has all of them; for others those of the scale.
  private static func choices(of algorithm: AlgorithmDeclaration) -> [Case] {
    algorithm.settings.flatMap { setting -> [Case] in
      guard algorithm.name == "reinforce" || setting.name == "scale" else { return [] }
      return setting.listedValues.map { value in
        var settings = short(algorithm)
        settings[setting.name] = value
        if value == .choice("signal_share") { settings["baseline"] = .choice("group_mean") }
        if ["clip_schedule", "surrogate"].contains(setting.name) {
          settings["ratio"] = .choice("token")
        }
        if setting.name == "score" && value != .choice("full") {
          settings["top_k"] = .integer(20)
        }
        if value == .choice("full_in_training") { settings["ratio"] = .choice("token") }
        if GoldenTests.ofGroups.contains(setting.name) {
          GoldenTests.compareGroups(&settings, of: algorithm)
        }
        if algorithm.conflict(in: settings) != nil { settings["credit"] = .choice("trajectory") }
        return Case(
          algorithm: algorithm, name: "\(setting.name)=\(value)", settings: settings)
      }
    }
  }

  /// The numbers that only language tasks have, each at another value than its default.
  private static func languageSettings(of algorithm: AlgorithmDeclaration) -> [Case] {
    guard ["grpo", "ppo"].contains(algorithm.name) else { return [] }
    let changes: [(String, [String: SettingValue])] = [
      ("temperature", ["temperature": .number(0.6)]),
      ("top_k", ["top_k": .integer(9), "score": .choice("truncated")]),
      ("top_p", ["top_p": .number(0.8), "score": .choice("truncated")]),
      ("dual_clip", ["dual_clip": .number(1.001)]),
      ("kl_target", ["kl_target": .number(0.5), "kl_horizon": .number(50)]),
      ("reward_weights", ["reward_weights": .numbers([1, 0.5, 1, 2, 0, 1])]),
      ("overlong_buffer", ["overlong_buffer": .integer(6), "overlong_penalty": .number(0.5)]),
      ("warmup_updates", ["warmup_updates": .integer(3)]),
      ("weight_decay", ["weight_decay": .number(0.1)]),
      ("adam_beta2", ["adam_beta2": .number(0.95)]),
      ("value_learning_rate", ["value_learning_rate": .number(0.02)]),
    ]
    return changes.filter { change in
      let values = short(algorithm).merging(change.1) { $1 }
      return algorithm.changedIdleSettings(in: values).isEmpty
    }.map { name, values in
      Case(
        algorithm: algorithm, name: name, settings: short(algorithm).merging(values) { $1 })
    }
  }

  /// Settings under which every choice matters: several epochs, a penalty, a bonus, clipping.
  private static func short(_ algorithm: AlgorithmDeclaration) -> [String: SettingValue] {
    let wanted: [String: SettingValue] = [
      "learning_rate": .number(0.01), "epochs": .integer(2), "minibatches": .integer(2),
      "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.05),
      "entropy_coefficient": .number(0.01), "clip_range": .number(0.05),
      "value_clip": .number(0.2), "discount": .number(0.97), "adam_epsilon": .number(1e-3),
      "temperature": .number(1.2),
    ].merging(sizes) { $1 }
    return wanted.filter { name, _ in algorithm.settings.contains { $0.name == name } }
  }

  /// Sizes at which the budget holds three batches.
  private static let sizes: [String: SettingValue] = [
    "group_size": .integer(3), "groups_per_batch": .integer(2),
  ]

  /// The configuration of a case.
  static func configuration(_ golden: Case) -> RunConfiguration {
    languageRun(golden.algorithm.name, golden.settings, tokens: 500, every: 250, seed: 3)
  }

  /// What training itself records.
  private static let curves = [
    "approximate_kl", "clip_fraction", "explained_variance", "fraction_groups_without_signal",
    "gradient_norm", "kl_coefficient", "learning_rate", "policy_entropy", "policy_loss",
    "reference_kl", "response_length", "training_reward", "truncated_fraction", "value_loss",
  ]

  /// The digest of the bits of the weights and of the curves of training.
  static func digest(_ result: TrainingResult) -> String {
    var digest = FNVDigest()
    digest.absorb(result.weights)
    for name in curves {
      digest.absorb(name.utf8)
      for value in result.curve(name).values { digest.absorb(value) }
    }
    return digest.hex
  }

  private static let file = testFolder().appending(components: "Goldens", "language_runs.txt")

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
    let results = try Self.cases.map { (golden: $0, result: try train(Self.configuration($0))) }
    for (golden, result) in results {
      #expect(result.metrics["updates"].map { $0 >= 3 } == true, "\(golden.key)")
    }
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      let lines = results.map {
        "\($0.golden.key) | \($0.golden.revisions) | \(Self.digest($0.result))"
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Self.file)
      Issue.record("recorded \(lines.count) goldens; read the diff, then run again")
      return
    }
    let recorded = try Self.recorded()
    for (golden, result) in results {
      guard let line = recorded[golden.key], line.revisions == golden.revisions else {
        Issue.record(
          "'\(golden.key)' has no golden at \(golden.revisions): record one with RECORD_GOLDENS=1")
        continue
      }
      #expect(
        Self.digest(result) == line.digest,
        "the result of \(golden.key) changed, but no revision did: raise that of \(golden.algorithm.name), or of the component below it that changed"
      )
    }
    let known = Set(Self.cases.map(\.key))
    #expect(recorded.keys.filter { !known.contains($0) }.sorted() == [])
  }

  @Test func `every case of every choice has a golden, and gives another result`() throws {
    let recorded = try Self.recorded()
    let reinforce = try #require(AlgorithmRegistry.languageDeclaration(named: "reinforce"))
    for setting in reinforce.settings {
      let values = setting.listedValues
      let digests = values.compactMap { recorded["reinforce \(setting.name)=\($0)"]?.digest }
      #expect(digests.count == values.count)
      #expect(Set(digests).count == digests.count, "\(setting.name): \(digests)")
    }
  }

  @Test func `every setting of language tasks changes the result`() throws {
    let recorded = try Self.recorded()
    for golden in Self.cases
    where Self.languageSettings(of: golden.algorithm).contains(where: {
      $0.key == golden.key
    }) {
      #expect(
        recorded[golden.key]?.digest != recorded["\(golden.algorithm.name) defaults"]?.digest,
        "\(golden.key)")
    }
  }
}

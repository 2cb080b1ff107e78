import Algorithms
import ExperimentSpec
import Foundation
import NeuralNetworks
import ResultStore
import Settings
import TestSupport
import Testing

/// Preimages and keys that earlier versions made, kept in `Goldens/run-keys.txt` and, of runs on
/// language tasks, in `Goldens/language-run-keys.txt`.
///
/// Each of them must stay what it is: a stored result is found by its key alone. A test that fails
/// here means that results made before would be lost. If a component's results change, raise its
/// revision, then record again with `RECORD_GOLDENS=1`; a new setting declares its earlier value
/// instead, and nothing is recorded.
@Suite struct RunKeyFixtureTests {
  let vocabulary = Vocabulary.labbook

  /// The two files.
  enum Fixture: String, CaseIterable, Sendable {
    case environments = "run-keys.txt"
    case language = "language-run-keys.txt"

    var file: URL { testFolder().appending(components: "Goldens", rawValue) }
  }

  struct Entry: Equatable {
    var key: String
    var preimage: String
  }

  /// The entries of the file: a line with the key, then the preimage, then an empty line.
  func entries(_ fixture: Fixture) throws -> [Entry] {
    let text = try String(contentsOf: fixture.file, encoding: .utf8)
    return text.split(separator: "\n\n").map { block in
      let (key, preimage) = (block.prefix { $0 != "\n" }, block.drop { $0 != "\n" }.dropFirst())
      return Entry(
        key: String(key), preimage: preimage.hasSuffix("\n") ? String(preimage) : preimage + "\n")
    }
  }

  /// A run of every algorithm with its defaults, one with each preset, in every environment.
  func runs() -> [RunConfiguration] {
    var runs: [RunConfiguration] = []
    for environment in vocabulary.environments.tasks {
      for algorithm in vocabulary.environments.algorithms {
        runs.append(
          RunConfiguration(
            world: .environments, task: environment.name, algorithm: algorithm.name,
            seed: runs.count))
        for preset in algorithm.presets {
          guard let values = algorithm.preset(preset, environment: environment.name) else {
            continue
          }
          runs.append(
            RunConfiguration(
              world: .environments, task: environment.name, policy: ["hidden": .integers([32])],
              algorithm: algorithm.name, algorithmSettings: values, seed: runs.count))
        }
      }
    }
    return runs
  }

  /// A run of every algorithm on language tasks with its defaults, from initial weights and from a
  /// stage, one with each preset, and one on every task.
  func languageRuns() -> [RunConfiguration] {
    let language = vocabulary.languageTasks
    let stage = String(repeating: "0123456789abcdef", count: 4)
    var runs: [RunConfiguration] = []
    func add(
      _ task: String, _ algorithm: AlgorithmDeclaration, _ settings: [String: SettingValue] = [:],
      start: String? = nil, reward: String? = nil
    ) {
      runs.append(
        RunConfiguration(
          world: .languageTasks, task: task, algorithm: algorithm.name, algorithmSettings: settings,
          start: start,
          reward: reward, seed: runs.count))
    }
    let task = language.tasks[0].name
    for algorithm in language.algorithms {
      add(task, algorithm)
      add(task, algorithm, start: stage, reward: algorithm.product == .policy ? stage : nil)
      for preset in algorithm.presets {
        if let values = algorithm.preset(preset, environment: task) { add(task, algorithm, values) }
      }
    }
    for task in language.tasks { add(task.name, language.algorithms[0]) }
    return runs
  }

  @Test(arguments: Fixture.allCases)
  func `preimages and keys are those that were recorded`(fixture: Fixture) throws {
    guard ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != "1" else {
      let runs = fixture == .environments ? runs() : languageRuns()
      let blocks = runs.map { run in
        let preimage = vocabulary.preimage(of: run)
        return "\(preimage.key)\n\(preimage.text)"
      }
      let file = fixture.file
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(blocks.joined(separator: "\n").utf8).write(to: file)
      Issue.record("recorded \(fixture.rawValue); read the diff, then run again")
      return
    }
    for entry in try entries(fixture) {
      let preimage = try RunPreimage(text: entry.preimage)
      #expect(preimage.key.hex == entry.key)
      let run = try vocabulary.configuration(of: preimage)
      #expect(vocabulary.preimage(of: run).text == entry.preimage)
    }
  }

  @Test func `every algorithm, environment and network has a recorded key`() throws {
    let lines = Set(
      try Fixture.allCases.flatMap { try entries($0) }.flatMap {
        $0.preimage.split(separator: "\n").map(String.init)
      })
    for algorithm in vocabulary.environments.algorithms {
      #expect(lines.contains("algorithm = \(algorithm.name)"))
    }
    for environment in vocabulary.environments.tasks {
      #expect(lines.contains("environment = \(environment.name)"))
    }
    let language = vocabulary.languageTasks
    for algorithm in language.algorithms {
      let revision = "revision.algorithm.\(algorithm.name) = \(algorithm.revision)"
      #expect(
        try entries(.language).contains {
          $0.preimage.contains("\n\(revision)\n")
        }, "\(algorithm.name)")
    }
    for task in language.tasks { #expect(lines.contains("language = \(task.name)")) }
    for network in vocabulary.worlds.map(\.network.name) {
      #expect(lines.contains("policy.network = \(network)"))
    }
  }
}

import Algorithms
import ExperimentSpec
import Foundation
import ResultStore
import Settings
import TestSupport
import Testing

/// Preimages and keys that earlier versions made, kept in `Goldens/run-keys.txt`.
///
/// Each of them must stay what it is: a stored result is found by its key alone. A test that fails
/// here means that results made before would be lost. If a component's results change, raise its
/// revision, then record again with `RECORD_GOLDENS=1`; a new setting declares its earlier value
/// instead, and nothing is recorded.
@Suite struct RunKeyFixtureTests {
  let vocabulary = Vocabulary.labbook
  let file = testFolder().appending(components: "Goldens", "run-keys.txt")

  struct Entry: Equatable {
    var key: String
    var preimage: String
  }

  /// The entries of the file: a line with the key, then the preimage, then an empty line.
  func entries() throws -> [Entry] {
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n\n").map { block in
      let (key, preimage) = (block.prefix { $0 != "\n" }, block.drop { $0 != "\n" }.dropFirst())
      return Entry(
        key: String(key), preimage: preimage.hasSuffix("\n") ? String(preimage) : preimage + "\n")
    }
  }

  /// A run of every algorithm with its defaults, one with each preset, in every environment.
  func runs() -> [RunConfiguration] {
    var runs: [RunConfiguration] = []
    for environment in vocabulary.environments {
      for algorithm in vocabulary.algorithms {
        runs.append(
          RunConfiguration(
            environment: environment.name, algorithm: algorithm.name, seed: runs.count))
        for preset in algorithm.presets {
          guard let values = algorithm.preset(preset, environment.name) else { continue }
          runs.append(
            RunConfiguration(
              environment: environment.name, policy: ["hidden": .integers([32])],
              algorithm: algorithm.name, algorithmSettings: values, seed: runs.count))
        }
      }
    }
    return runs
  }

  @Test func `preimages and keys are those that were recorded`() throws {
    guard ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != "1" else {
      let blocks = runs().map { run in
        let preimage = vocabulary.preimage(of: run)
        return "\(preimage.key)\n\(preimage.text)"
      }
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(blocks.joined(separator: "\n").utf8).write(to: file)
      Issue.record("recorded run-keys.txt; read the diff, then run again")
      return
    }
    for entry in try entries() {
      let preimage = try RunPreimage(text: entry.preimage)
      #expect(preimage.key.hex == entry.key)
      let run = try vocabulary.configuration(of: preimage)
      #expect(vocabulary.preimage(of: run).text == entry.preimage)
    }
  }

  @Test func `every algorithm, environment and network has a recorded key`() throws {
    let lines = Set(try entries().flatMap { $0.preimage.split(separator: "\n").map(String.init) })
    for algorithm in vocabulary.algorithms {
      #expect(lines.contains("algorithm = \(algorithm.name)"))
    }
    for environment in vocabulary.environments {
      #expect(lines.contains("environment = \(environment.name)"))
    }
    for network in vocabulary.networkRevisions.keys {
      #expect(lines.contains("policy.network = \(network)"))
    }
  }
}

import Foundation
import ResultStore

/// A folder that is removed when the test is over.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "labbook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The paths of all files below the folder, relative to it, sorted.
  var files: [String] {
    let found = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return found.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(
        atPath: url.appending(path: $0).path, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  func contents(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: url.appending(path: name)))
  }

  /// Replaces the file as a whole.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }
}

/// A run and its result, as the tests use them.
enum Fixture {
  static func preimage(seed: Int = 3) -> RunPreimage {
    RunPreimage(fields: [
      "algorithm": "ppo", "algorithm.clip_range": "0.2", "environment": "CartPole-v1",
      "numerics": "exact", "revision.algorithm.ppo": "1", "seed": "\(seed)",
    ])
  }

  static let record = Record(
    metrics: ["evaluation_return": 487.35, "environment_steps": 100_000, "kl": -1.5e-7],
    curves: [
      Curve(
        name: "explained_variance", steps: [512, 1024, 1536], values: [.nan, 0.25, 0.123_456_789]),
      Curve(name: "evaluation_return", steps: [5000, 10_000], values: [20.5, 487.35]),
      Curve(name: "empty", steps: [], values: []),
    ],
    samples: [#"{"prompt": "1+1", "completion": "2"}"#, #"{"prompt": "é", "reward": 0.5}"#],
    weights: (0..<200).map { UInt8($0) })

  static let provenance = Provenance(
    machine: "Some CPU @ 2.5 GHz", instructionSet: "AVX2",
    versions: ["swift": "6.3", "labbook": "1"],
    executable: String(repeating: "a", count: 64), gitCommit: nil,
    command: ["labbook", "run", "cart pole"], start: "2026-11-22T17:06:35Z", duration: 1.25)
}

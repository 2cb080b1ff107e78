import Foundation
import ResultStore
import Testing

/// A lab in a temporary folder, and the program of this build to work in it.
final class LabFixture: Sendable {
  let folder: URL

  /// A lab with one short experiment and no week.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    for name in ["experiments", "reports"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    try write(Self.spec, to: "experiments/short.yaml")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let spec = """
    question: Does it run?
    task: {environment: CartPole-v1}
    budget: {environment_steps: 600}
    evaluation: {every: 300, episodes: 2}
    seeds: 6
    metric: evaluation_return
    arms:
      PPO: {algorithm: ppo}
      RLOO: {algorithm: rloo}

    """

  static let notebook = """
    ---
    title: A short week
    week: 2026-W10
    status: draft
    ---

    PPO reaches {value}`short.PPO.evaluation_return`, see @tbl-short.

    ```{comparison} short
    label: tbl-short
    caption: Short runs.
    against: PPO
    ```

    """

  func write(_ text: String, to name: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func text(of name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Replaces the first occurrence of `old` in a file.
  func replace(_ old: String, with new: String, in name: String) throws {
    let text = try text(of: name)
    let range = try #require(text.range(of: old), "\(name) does not hold '\(old)'")
    try write(text.replacingCharacters(in: range, with: new), to: name)
  }

  /// The program of this build.
  static var program: URL {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(filePath: tests).deletingLastPathComponent().appending(path: "labbook")
    }
  }

  /// Changes the fields of every arm's preimage in a lock, and computes keys and digests anew, as somebody
  /// could who invents a lock.
  func rewriteLock(_ name: String, _ change: (inout [String: String]) -> Void) throws {
    let lock = try Lock(text: text(of: name), path: name)
    let experiments = lock.experiments.map { experiment in
      var forged = experiment
      forged.arms = experiment.arms.map { arm in
        var fields = arm.preimage
        change(&fields)
        let identity = ArmPreimage(fields: fields)
        return LockedArm(
          label: arm.label, title: arm.title, identity: identity,
          runs: arm.runs.map { run in
            var run = run
            run.key = identity.run(seed: run.seed).key.hex
            return run
          })
      }
      return forged
    }
    try write(Lock(experiments: experiments, documents: lock.documents).text, to: name)
  }

  /// What a command printed and how it ended.
  struct Result {
    var output: String
    var errors: String
    var code: Int32
  }

  /// Runs `labbook` with `arguments` in the lab.
  func labbook(_ arguments: String...) throws -> Result {
    try labbook(arguments)
  }

  /// Runs `labbook` with `arguments` in the lab.
  func labbook(_ arguments: [String]) throws -> Result {
    try run(Self.program, arguments)
  }

  /// Runs a script by bash in the lab, `$0` being the program.
  func shell(_ script: String) throws -> Result {
    try run(URL(filePath: "/bin/bash"), ["-c", Self.waiting + script, Self.program.path])
  }

  /// `await COMMAND…` waits a minute at most for a command to succeed, however busy the machine is.
  private static let waiting =
    "await() { for _ in $(seq 1200); do \"$@\" > /dev/null && return; sleep 0.05; done; echo \"in vain: $*\" >&2; exit 99; }\n"

  private func run(_ program: URL, _ arguments: [String]) throws -> Result {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return try Result(
      output: text(of: "out"), errors: text(of: "err"), code: process.terminationStatus)
  }
}

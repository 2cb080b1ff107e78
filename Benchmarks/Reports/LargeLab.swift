import Foundation
import ReportBuilder
import ResultStore
import SeededRandom

/// A lab of a hundred experiments with ten arms and ten seeds each, made up, as one week's lock and notebook.
struct LargeLab {
  let root: URL
  static let experiments = 100
  static let arms = 10
  static let seeds = 10
  private static let metrics = [
    "evaluation_return", "evaluation_return_auc", "evaluation_return_standard_error",
    "training_return_last_100", "policy_entropy", "approximate_kl", "clip_fraction", "episodes",
    "updates", "environment_steps", "gradient_samples", "parameters", "memory_bytes",
    "floating_point_operations", "diverged",
  ]
  private static let curves = [
    "evaluation_return", "training_return", "policy_entropy", "approximate_kl", "clip_fraction",
    "gradient_norm", "policy_loss",
  ]

  /// Creates the folder of the lab.
  init() throws {
    root = FileManager.default.temporaryDirectory
      .appending(path: "labbook-large-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: root) }

  /// Writes a week whose results are those of every other one, or differ if `shift` is not 0.
  ///
  /// - Returns: The text of the lock.
  func write(week: String, shift: Double = 0) throws -> String {
    let notebook = Self.notebook(week: week)
    let lock = Lock(
      experiments: (0..<Self.experiments).map { Self.experiment($0, shift: shift) },
      documents: ["notebook.md": Digest.hex(of: notebook)])
    let folder = folder(of: week).url
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(notebook.utf8).write(to: folder.appending(path: "notebook.md"))
    let text = lock.text
    try Data(text.utf8).write(to: folder.appending(path: "results.lock"))
    return text
  }

  func folder(of week: String) -> WeekFolder {
    WeekFolder(url: root.appending(path: "reports/\(week)"), displayPath: "reports/\(week)")
  }

  private static func name(_ experiment: Int) -> String { "experiment-\(experiment)" }

  private static func experiment(_ number: Int, shift: Double) -> LockedExperiment {
    LockedExperiment(
      name: name(number), question: "Which arm is best?", metric: "evaluation_return",
      normalizations: ["evaluation_return": ScoreScale(random: 0, solved: 100)],
      arms: (0..<arms).map { arm in
        let preimage = [
          "algorithm": "arm-\(arm)", "budget.environment_steps": "100000",
          "environment": "Task-\(number)", "numerics": "exact", "revision.kernels": "1",
        ]
        let identity = ArmPreimage(fields: preimage)
        return LockedArm(
          label: "A\(arm)", title: "Arm \(arm)", identity: identity,
          runs: (0..<seeds).map { seed in
            run(seed, key: identity.run(seed: seed).key, arm: arm, experiment: number, shift: shift)
          })
      })
  }

  private static func run(
    _ seed: Int, key: RunKey, arm: Int, experiment: Int, shift: Double
  ) -> LockedRun {
    var generator = SeededGenerator(key: UInt64(experiment * 1000 + arm * 10 + seed))
    var values: [String: Double] = [:]
    for metric in metrics {
      values[metric] = Double(arm) + shift + 3 * generator.nextNormal()
    }
    values["diverged"] = 0
    let parts = curves.map { curve in
      RecordDigest.Part(
        name: "curve.\(curve)", hex: Digest.hex(of: "\(curve) \(experiment) \(arm) \(seed)"))
    }
    return LockedRun(
      seed: seed, key: key, metrics: values,
      digest: RecordDigest(metrics: values, otherParts: parts))
  }

  /// A table of every experiment, one of all of them, and claims.
  private static func notebook(week: String) -> String {
    var text = "---\ntitle: A large lab\nweek: \(week)\nstatus: final\n---\n\n"
    for number in 0..<experiments {
      text += """
        ```{comparison} \(name(number))
        caption: Experiment \(number).
        against: A0
        ```

        ```{comparison} \(name(number))
        metrics: evaluation_return, evaluation_return_auc, policy_entropy
        against: A0
        ```


        """
    }
    let all = (0..<experiments).map(name).joined(separator: ", ")
    text += "```{suite} \(all)\nagainst: A0\n```\n\n```{improvement} \(all)\n```\n\n"
    for number in 0..<5 {
      text += "```{claim} \(name(number))\nA9 > A0 on evaluation_return\n```\n\n"
    }
    return text
  }
}

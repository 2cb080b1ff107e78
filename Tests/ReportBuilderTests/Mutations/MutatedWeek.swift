import CanonicalJSON
import ExperimentRunner
import ExperimentSpec
import Foundation
import Metrics
import ReportBuilder
import ResultStore
import Testing

/// A week with a directive of every kind, and everything that reads its lock and its records.
final class MutatedWeek {
  let lab: SyntheticLab
  let lockText: String
  let lock: Lock
  private let changes: ChangedLock

  /// Builds the week once from sound records.
  init() throws {
    lab = try SyntheticLab()
    let made = [
      Self.cartpole, Self.acrobot, Self.words, Self.audit, Self.training, Self.pilot,
    ]
    lab.experiments = made + [Self.planned]
    try lab.writeNotebook(Self.notebook)
    let earlier = Lock(experiments: [Self.cartpole.locked, Self.acrobot.locked])
    try lab.write(earlier.text, to: "reports/2026-W44/results.lock")
    let build = try Self.build(lab)
    // Claims are registered before their runs.
    _ = try build.preregister()
    for experiment in made { try lab.store(experiment) }
    _ = try build.run()
    lockText = try lab.read(Self.lockPath)
    lock = try Lock(text: lockText, path: Self.lockPath)
    changes = try ChangedLock(lockText)
  }

  static let lockPath = "reports/2026-W45/results.lock"

  /// An interpreter that gives empty drawings.
  private static let drawing = """
    #!/bin/sh
    cat >/dev/null
    s='"<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"9\\" height=\\"9\\" viewBox=\\"0 0 9 9\\"></svg>"'
    printf '['
    i=1; while [ $i -lt FIGURES ]; do printf '%s,' "$s"; i=$((i + 1)); done
    printf '%s]' "$s"

    """

  /// The building of a lab's week with drawings that show nothing, of as many figures as the notebook has.
  static func build(_ lab: SyntheticLab, figures: Int = 6) throws -> WeekBuild {
    let script = drawing.replacing("FIGURES", with: "\(figures)")
    try lab.write(script, to: "python")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: lab.root.appending(path: "python").path)
    var build = lab.build()
    build.catalog = catalog
    build.tools.python = lab.root.appending(path: "python")
    build.marksFailures = true
    return build
  }

  private static let catalog = MetricCatalog(
    baselines: ["none", "group_mean", "leave_one_out"]
  ) { metric, preimage in
    let scales = [
      "CartPole-v1": ScoreScale(random: 0, solved: 400),
      "Acrobot-v1": ScoreScale(random: -500, constant: -480, solved: -100),
    ]
    return MetricInformation(
      metric, ofKey: preimage,
      normalization: metric.range == .taskReturns
        ? preimage["environment"].flatMap { scales[$0] } : nil)
  }

  // MARK: Changes

  /// The lock with the changes that `seed` names, its keys and digests right.
  func changedLock(seed: Int) -> String { changes.changed(seed: seed) }

  /// Reads a lock and does with it whatever is done with locks.
  ///
  /// - Returns: The sentence of the first error, or nothing.
  func use(lock text: String) throws -> String? {
    let other: Lock
    do throws(LockError) { other = try Lock(text: text, path: Self.lockPath) } catch {
      return "\(error)"
    }
    for (old, new) in [(lock, other), (other, lock)] {
      let difference = LockDifference(
        from: old, named: "2026-W44", to: new, named: "2026-W45", catalog: Self.catalog)
      _ = (difference.text(width: 100), difference.markdown, difference.json)
    }
    var cost = 0
    for run in try other.plannedRuns(in: lab.store) {
      cost += run.cost
      _ = try? Vocabulary.labbook.configuration(of: run.preimage)
    }
    for arm in other.experiments.flatMap(\.arms) {
      _ = (
        Vocabulary.labbook.canExecute(arm.identity),
        Vocabulary.labbook.newerComponents(in: arm.preimage)
      )
    }
    try lab.write(text, to: Self.lockPath)
    var build = try Self.build(lab)
    build.rendersLock = true
    build.store = ResultStore(root: lab.root.appending(path: "empty"))
    do throws(ReportFailure) { _ = try build.run() } catch { return error.description }
    return nil
  }

  /// The run whose record is changed, with the record as it was.
  func changedRecord(seed: Int) throws -> (run: String, key: RunKey, sound: Record) {
    var mutation = Mutation(seed: seed)
    let runs = lock.runs
    let (name, _, run) = runs[mutation.index(below: runs.count)]
    let key = try #require(RunKey(hex: run.key))
    return (name, key, try #require(try lab.store.record(for: key)))
  }

  /// Puts a record with the changes that `seed` names in its place, does whatever is done with records, and puts the
  /// sound one back.
  ///
  /// - Returns: The sentence of the first error, or nothing.
  func useRecord(seed: Int) throws -> String? {
    let (name, key, sound) = try changedRecord(seed: seed)
    var mutation = Mutation(seed: seed)
    _ = mutation.index(below: 2)
    var forged = ForgedRecord(of: sound)
    for _ in 0...mutation.index(below: 2) { forged.change(&mutation) }
    let folder = lab.store.location(of: key)
    let aside = lab.root.appending(path: "aside")
    try FileManager.default.copyItem(at: folder, to: aside)
    defer {
      try? FileManager.default.removeItem(at: folder)
      try? FileManager.default.moveItem(at: aside, to: folder)
    }
    for name in ["record.json", "curves.csv", "samples.jsonl"] {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
    for (name, text) in forged.files(key: key.hex) {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    return try use(recordOf: key, name)
  }

  /// Reads a record and does with it whatever is done with records.
  func use(recordOf key: RunKey, _ name: String) throws -> String? {
    do throws(StoreError) {
      guard let record = try lab.store.record(for: key, named: name),
        let preimage = try lab.store.preimage(for: key)
      else { return "\(name) has no record" }
      let shown = ShownRecord(
        run: name, preimage: preimage, record: record, provenance: nil, stages: [])
      _ = (shown.text { "\($0)" }, shown.json.text)
      _ =
        AuditTable(
          of: record, baselines: ["none", "group_mean"],
          errorSuffix: MetricDeclaration.standardErrorSuffix)?.text
    } catch {
      return "\(error)"
    }
    try lab.write(lockText, to: Self.lockPath)
    var build = try Self.build(lab)
    build.acceptsRecords = true
    do throws(ReportFailure) { _ = try build.run() } catch { return error.description }
    return nil
  }

  // MARK: The week

  static func arm(
    _ label: String, _ returns: [Double], _ settings: [String: String] = [:], seeds: Int = 0,
    metrics: [String: [Double]] = [:]
  ) -> SyntheticArm {
    SyntheticArm(
      label, returns,
      settings: [
        "algorithm": label.lowercased(), "budget.environment_steps": "100000",
        "evaluation.episodes": "20", "evaluation.final_episodes": "100",
      ].merging(settings) { $1 }, firstSeed: seeds, metrics: metrics)
  }

  static func around(_ center: Double, _ spread: Double = 1, seeds: Int = 7) -> [Double] {
    (0..<seeds).map { center + spread * (Double($0 * $0 % 5) - 2) }
  }

  private static let cartpole = SyntheticExperiment(
    arm("PPO", around(440), metrics: errors), arm("GRPO", around(420, 3), metrics: errors),
    arm("RLOO", around(421, 2), metrics: errors))

  private static let errors = ["evaluation_return_standard_error": around(2, 0.1)]

  private static let acrobot = SyntheticExperiment(
    arm("PPO", around(-100), ["environment": "Acrobot-v1", "budget.environment_steps": "200000"]),
    arm(
      "GRPO", around(-120, 5), ["environment": "Acrobot-v1", "budget.environment_steps": "200000"]),
    name: "acrobot")

  private static let words: SyntheticExperiment = {
    func arm(_ label: String, _ center: Double) -> SyntheticArm {
      var arm = MutatedWeek.arm(
        label, around(400),
        [
          "language": "arithmetic", "budget.tokens": "100000", "evaluation.prompts": "50",
          "evaluation.final_prompts": "200",
        ],
        metrics: [
          "test_accuracy": around(center, 0.01), "test_accuracy_3": around(center, 0.02),
          "test_accuracy_5": around(center / 2, 0.02), "reference_kl": around(10),
          "memory_bytes": around(4_000_000, 0),
        ])
      arm.samples = [0, 100, 200].flatMap { step in
        ["3", "5"].map { level in
          """
          {"step":\(step),"level":"\(level)","kind":"greedy","prompt":"\(level)","completion":"a","reward":1,\
          "correct":true}
          """
        }
      }
      return arm
    }
    return SyntheticExperiment(arm("GRPO", 0.6), arm("SFT", 0.3), name: "words")
  }()

  private static let audit: SyntheticExperiment = {
    let baselines = ["none": 20.0, "group_mean": 2, "leave_one_out": 2.1]
    var metrics = [
      "gradient_projection_error": around(0.01, 0), "gradient_squared_norm": around(3),
    ]
    for (baseline, center) in baselines {
      metrics["gradient_relative_variance_\(baseline)"] = around(center, 0.1)
      metrics["gradient_squared_bias_\(baseline)"] = around(0.01, 0.001)
      metrics["gradient_cosine_\(baseline)"] = around(0.5, 0.01)
      metrics["gradient_between_prompts_share_\(baseline)"] = around(0.2, 0.01)
      metrics["gradient_samples_for_cosine_\(baseline)"] = around(500, 9)
      metrics["gradient_variance_\(baseline)"] = around(5)
    }
    var arm = MutatedWeek.arm(
      "start", around(100),
      [
        "algorithm": "audit", "algorithm.prompts": "64", "algorithm.completions": "8",
        "algorithm.group_sizes": "[]", "algorithm.batch_size": "256", "algorithm.scale": "none",
      ], metrics: metrics)
    arm.curves = (0..<7).map { seed in
      baselines.flatMap { baseline, center in
        ["gradient_relative_variance_\(baseline)", "gradient_cosine_\(baseline)"].map { name in
          Curve(
            name: name, steps: [2, 4, 8], values: [3, 2, 1].map { center * $0 + Double(seed) })
        }
      }
    }
    return SyntheticExperiment(arm, name: "audit")
  }()

  private static let training: SyntheticExperiment = {
    func arm(_ label: String, _ baseline: String, _ center: Double, size: Int) -> SyntheticArm {
      MutatedWeek.arm(
        label, around(center),
        [
          "algorithm.baseline": baseline, "algorithm.scale": "none",
          "algorithm.group_size": "\(size)",
        ], metrics: ["evaluation_return_auc": around(center / 2)])
    }
    return SyntheticExperiment(
      arm("REINFORCE", "none", 300, size: 1), arm("RLOO", "leave_one_out", 400, size: 4),
      arm("RLOO-8", "leave_one_out", 410, size: 8), arm("GRPO", "group_mean", 430, size: 4),
      name: "training")
  }()

  private static let pilot = SyntheticExperiment(
    arm("PPO", around(440, 5), seeds: 100), arm("GRPO", around(400, 4), seeds: 100), name: "pilot")

  private static let planned: SyntheticExperiment = {
    SyntheticExperiment(
      arm("PPO", around(0, seeds: 20)), arm("GRPO", around(0, seeds: 20)), name: "main")
  }()

  static let notebook = """
    The greedy baseline reaches {value}`cartpole.PPO.evaluation_return` on CartPole.

    ```{comparison} cartpole
    label: tbl-cartpole
    against: PPO
    ```

    ```{comparison} words
    metrics: test_accuracy, test_accuracy_3, memory_bytes
    against: SFT
    ```

    ```{claim} cartpole
    PPO > GRPO on evaluation_return
    PPO ~ RLOO within 30 on evaluation_return
    PPO >= 400 on evaluation_return in 5 of 7 seeds
    unresolved: GRPO, RLOO on evaluation_return
    ```

    ```{preregistered} words
    GRPO > SFT on test_accuracy
    ```

    ```{suite} cartpole, acrobot
    against: GRPO
    each: scores
    ```

    ```{improvement} cartpole, acrobot
    against: GRPO
    ```

    ```{power} main
    pilot: pilot
    ```

    ```{changes} 2026-W44
    ```

    ```{samples} words
    points: 2
    ```

    ```{variance} audit
    ```

    ```{variance} audit
    learning: training
    ```

    ```{profile} cartpole, acrobot
    label: fig-profile
    ```

    ```{curves} cartpole
    label: fig-curves
    ```

    ```{curves} cartpole, acrobot
    label: fig-both
    ```

    ```{curves} words
    label: fig-kl
    curve: evaluation_return
    x: reference_kl
    ```

    ```{curves} words
    label: fig-levels
    levels: test_accuracy
    ```

    ```{variance_curves} audit
    label: fig-variance
    ```
    """
}

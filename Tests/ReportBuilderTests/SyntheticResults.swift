import Metrics
import ReportBuilder
import ResultStore

/// An arm with made-up results, from which locks, plans and records follow.
struct SyntheticArm {
  var label: String
  var title: String
  /// What the arm sets; an algorithm of the arm's name unless it says otherwise.
  var settings: [String: String]
  var firstSeed = 0
  /// One value per seed.
  var returns: [Double]
  /// What the curve of every seed begins near to.
  var base = 0.0
  /// Other metrics, one value per seed; a run does not have those that are NaN.
  var metrics: [String: [Double]]
  /// Other curves, a list for each seed, or none.
  var curves: [[Curve]] = []
  /// What every run wrote, as JSON documents.
  var samples: [String] = []
  /// Whether other arms start from it.
  var isStage = false
  /// How the results came to be, where a trainer outside labbook gave them.
  var observation: Observation?

  init(
    _ label: String, _ returns: [Double], title: String? = nil, settings: [String: String]? = nil,
    firstSeed: Int = 0, metrics: [String: [Double]] = [:]
  ) {
    self.label = label
    self.title = title ?? label
    self.settings = settings ?? ["algorithm": label.lowercased()]
    self.firstSeed = firstSeed
    self.returns = returns
    self.metrics = metrics
  }

  var seeds: [Int] { returns.indices.map { $0 + firstSeed } }

  var preimage: [String: String] {
    if observation != nil {
      return settings.merging(["trainer": "external 1"]) { first, _ in first }
    }
    return settings.merging(["environment": "CartPole-v1", "revision.kernels": "1"]) { first, _ in
      first
    }
  }

  /// The record of a seed: a curve that rises to its return beside the metrics.
  func record(seed: Int) -> Record {
    let index = seed - firstSeed
    let last = returns[index]
    let steps = (1...10).map { $0 * 10_000 }
    let rise = steps.map { base + (last - base) * Double($0) / 100_000 }
    var values = ["environment_steps": 100_000.0]
    let undefined = UndefinedValue(last).map { ["evaluation_return": $0] } ?? [:]
    if undefined.isEmpty { values["evaluation_return"] = last }
    for (name, series) in metrics where !series[index].isNaN { values[name] = series[index] }
    return Record(
      metrics: values, undefined: undefined,
      curves: [
        Curve(name: "evaluation_return", steps: steps, values: rise),
        Curve(name: "training_return", steps: steps.map { $0 - seed }, values: rise),
      ] + divergence(of: steps) + (curves.isEmpty ? [] : curves[index]), samples: samples,
      observation: observation)
  }

  /// A curve that some arms have: it grows with the square of the step.
  private func divergence(of steps: [Int]) -> [Curve] {
    guard metrics["reference_kl"] != nil else { return [] }
    return [
      Curve(
        name: "reference_kl", steps: steps,
        values: steps.map { Double($0) * Double($0) / 1e9 })
    ]
  }

  var locked: LockedArm {
    let empty = LockedArm(label: label, title: title, preimage: preimage, runs: [])
    return LockedArm(
      label: label, title: title, preimage: preimage,
      runs: seeds.map {
        LockedRun(seed: $0, key: empty.preimage(seed: $0).key, record: record(seed: $0))
      })
  }

  var planned: PlannedExperiment.Arm {
    let arm = PlannedExperiment.Arm(
      label: label, title: title, preimage: preimage, seeds: seeds)
    return .init(
      label: label, title: title, isStage: isStage, identity: arm.identity, seeds: seeds)
  }
}

/// An experiment with made-up results.
struct SyntheticExperiment {
  var name = "cartpole"
  var metric = "evaluation_return"
  var arms: [SyntheticArm]
  var varied: [String] = []
  var stated: [String: StatedMetric] = [:]

  init(_ arms: SyntheticArm..., name: String = "cartpole") {
    self.arms = arms
    self.name = name
  }

  init(of arms: [SyntheticArm]) { self.arms = arms }

  var question: String { "Which arm of \(name) is best?" }

  var locked: LockedExperiment {
    LockedExperiment(
      name: name, question: question, metric: metric, varied: varied, stated: stated,
      arms: arms.map(\.locked))
  }

  var planned: PlannedExperiment {
    PlannedExperiment(
      name: name, question: question, metric: metric, varied: varied, stated: stated,
      arms: arms.map(\.planned))
  }

  /// The lock of a week with this experiment alone.
  var lock: Lock { Lock(experiments: [locked]) }
}

/// Ten values around `center`, one unit apart, of which the middle half averages to it exactly.
func tenAround(_ center: Double) -> [Double] {
  (0..<10).map { center - 4.5 + Double($0) }
}

/// The declarations of the made-up metrics: returns go from 0 to 500, losses to 1, steps are counted.
let syntheticMetrics = [
  MetricDeclaration(
    "evaluation_return", "Mean return.", [.metric, .curve], unit: "return", range: .fixed(0...500),
    better: .higher),
  MetricDeclaration(
    "environment_steps", "Steps.", unit: "steps", isCount: true, costTitle: "Environment steps"),
  MetricDeclaration("loss", "A loss.", range: .fixed(0...1), better: .lower),
]

/// The made-up metrics on their tasks.
///
/// CartPole's returns are normalized from 0 to 400, Acrobot's from −500 to −100; others are not.
let syntheticCatalog = MetricCatalog(syntheticMetrics) { metric, preimage in
  let scales = [
    "CartPole-v1": ScoreScale(random: 0, solved: 400),
    "Acrobot-v1": ScoreScale(random: -500, solved: -100),
  ]
  return MetricInformation(
    metric, ofKey: preimage,
    normalization: metric.name == "evaluation_return"
      ? preimage["environment"].flatMap { scales[$0] } : nil)
}

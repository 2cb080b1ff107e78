import Algorithms
import Foundation
import NeuralNetworks
import Objectives
import Tensors
import TestSupport
import Testing

/// PPO on a table, against the paper's formulas written out here in double precision.
@Suite struct PPOWorkedOutTests {
  @Test(arguments: TableTask.Phrasing.allCases, [nil, 0.12])
  func `PPO on a table is PPO as the paper has it`(
    phrasing: TableTask.Phrasing, valueClip: Double?
  ) throws {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline) = (.gae, .value)
    (settings.discount, settings.gaeLambda) = (0.9, 0.8)
    (settings.scale, settings.scaleEpsilon) = (.minibatchStandardization, 1e-8)
    (settings.ratio, settings.clipRange) = (.token, 0.05)
    (settings.lengthNormalizer, settings.maxGradientNorm) = (.tokenMean, nil)
    (settings.groupSize, settings.groupsPerBatch, settings.epochs) = (2, 6, 4)
    (settings.learningRate, settings.entropyCoefficient) = (0.05, 0.01)
    (settings.valueCoefficient, settings.valueClip) = (0.5, valueClip)
    var task = TableTask()
    (task.phrasing, task.steps, task.budget) = (phrasing, 3, 36)
    task.initialLogits = [0.5, -0.25, 0, 0, 1, 0.25, -1, 0.5, 0.75]
    task.initialValues = [0.25, -0.5, 1]
    let core = try trainedTable(task, settings)

    var paper = PaperPPO(
      logits: task.initialLogits?.map(Double.init) ?? [],
      values: task.initialValues?.map(Double.init) ?? [], actions: task.actions,
      contextOfRow: core.models.contexts, actionOfRow: core.models.actions)
    paper.estimateAdvantages(
      rewards: zip(core.models.contexts, core.models.actions).map { task.rewards[$0][$1] },
      length: task.steps)
    paper.valueClip = valueClip
    var epochs: [PaperPPO.Terms] = []
    for _ in 0..<4 { epochs.append(paper.update()) }

    let (logits, values) = (core.run.logits.values, core.run.valueTable.values)
    expectClose(paper.logits.indices.map { Double(logits[$0]) }, paper.logits, tolerance: 1e-6)
    expectClose(paper.values.indices.map { Double(values[$0]) }, paper.values, tolerance: 1e-6)
    func expect(_ curve: String, _ path: KeyPath<PaperPPO.Terms, Double>) throws {
      let mean = epochs.map { $0[keyPath: path] }.reduce(0, +) / 4
      let value = try #require(core.result.curve(curve).values.last)
      #expect(mean != 0)
      #expect((value - mean).magnitude < 1e-6, "\(curve): \(value), by the paper \(mean)")
    }
    try expect("policy_loss", \.total)
    try expect("value_loss", \.value)
    try expect("policy_entropy", \.entropy)
    try expect("approximate_kl", \.divergence)
    try expect("clip_fraction", \.clippedShare)
    // Both regimes of the value loss are met where there are two.
    let moved = zip(paper.values, paper.oldValues).map { ($0 - $1).magnitude }
    #expect(moved.contains { $0 > 0.12 })
  }
}

/// PPO of a table in double precision, from Schulman et al., 2017, equations 7, 9, 11 and 12. It shares no code with the
/// training core; gradients are differences of the loss.
private struct PaperPPO {
  /// What one minibatch is worth before its update, each a mean over rows.
  struct Terms {
    var total = 0.0
    var value = 0.0
    var entropy = 0.0
    var divergence = 0.0
    var clippedShare = 0.0
  }

  var logits: [Double]
  var values: [Double]
  let actions: Int
  let contextOfRow: [Int]
  let actionOfRow: [Int]
  var valueClip: Double?
  let oldValues: [Double]
  private let oldLogProbabilities: [Double]
  private var advantages: [Double] = []
  private var targets: [Double] = []
  private var firstMoments: [Double]
  private var secondMoments: [Double]
  private var updates = 0.0

  init(
    logits: [Double], values: [Double], actions: Int, contextOfRow: [Int], actionOfRow: [Int]
  ) {
    (self.logits, self.values, self.actions) = (logits, values, actions)
    (self.contextOfRow, self.actionOfRow) = (contextOfRow, actionOfRow)
    oldValues = values
    oldLogProbabilities = zip(contextOfRow, actionOfRow).map {
      log(Self.softmax(Array(logits[($0 * actions)..<(($0 + 1) * actions)]))[$1])
    }
    firstMoments = [Double](repeating: 0, count: logits.count + values.count)
    secondMoments = firstMoments
  }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let weights = logits.map { exp($0) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// Sums Σₖ (γλ)ᵏ δₜ₊ₖ as it is written, then standardizes; nothing follows a sequence's last step.
  mutating func estimateAdvantages(rewards: [Double], length: Int) {
    let old = contextOfRow.map { oldValues[$0] }
    for row in rewards.indices {
      let end = (row / length + 1) * length
      advantages.append(
        (row..<end).reduce(0.0) { sum, later in
          let next = later + 1 < end ? old[later + 1] : 0
          let error = rewards[later] + 0.9 * next - old[later]
          return sum + pow(0.9 * 0.8, Double(later - row)) * error
        })
    }
    targets = zip(advantages, old).map { $0 + $1 }
    let count = Double(advantages.count)
    let mean = advantages.reduce(0, +) / count
    let variance = advantages.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
    advantages = advantages.map { ($0 - mean) / (sqrt(variance) + 1e-8) }
  }

  private func terms(logits: [Double], values: [Double]) -> Terms {
    var terms = Terms()
    let share = 1 / Double(contextOfRow.count)
    for (row, context) in contextOfRow.enumerated() {
      let distribution = Self.softmax(
        Array(logits[(context * actions)..<((context + 1) * actions)]))
      let logRatio = log(distribution[actionOfRow[row]]) - oldLogProbabilities[row]
      let ratio = exp(logRatio)
      let gain = min(
        advantages[row] * ratio, advantages[row] * min(max(ratio, 0.95), 1.05))
      let entropy = distribution.map { -$0 * log($0) }.reduce(0, +)
      var error = pow(values[context] - targets[row], 2)
      if let valueClip {
        let moved = min(max(values[context] - oldValues[context], -valueClip), valueClip)
        error = max(error, pow(oldValues[context] + moved - targets[row], 2))
      }
      terms.total += share * (-gain - 0.01 * entropy + 0.5 * error / 2)
      terms.value += share * error / 2
      terms.entropy += share * entropy
      terms.divergence += share * (ratio - 1 - logRatio)
      if abs(ratio - 1) > 0.05 { terms.clippedShare += share }
    }
    return terms
  }

  /// Takes a step of Adam with the learning rate 0.05, and returns what the loss was before it.
  mutating func update() -> Terms {
    let before = terms(logits: logits, values: values)
    let point = logits + values
    updates += 1
    var stepped = point
    for index in point.indices {
      func loss(at offset: Double) -> Double {
        var shifted = point
        shifted[index] += offset
        return terms(
          logits: Array(shifted[..<logits.count]), values: Array(shifted[logits.count...])
        ).total
      }
      let gradient = (loss(at: 1e-5) - loss(at: -1e-5)) / 2e-5
      firstMoments[index] = 0.9 * firstMoments[index] + 0.1 * gradient
      secondMoments[index] = 0.999 * secondMoments[index] + 0.001 * gradient * gradient
      let mean = firstMoments[index] / (1 - pow(0.9, updates))
      let square = secondMoments[index] / (1 - pow(0.999, updates))
      stepped[index] -= 0.05 * mean / (sqrt(square) + 1e-8)
    }
    (logits, values) = (Array(stepped[..<logits.count]), Array(stepped[logits.count...]))
    return before
  }
}

import Algorithms
import AllocationCounter
import Checkpoints
import Environments
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// A world that can be enumerated: contexts, actions, and a table of rewards; a policy and values that are tables too.
///
/// All of its arithmetic is in plain sight, so that what the training core makes of it can be worked out by hand.
struct TableTask {
  /// In which words the task is put; the core must not care.
  enum Phrasing: CaseIterable {
    /// Rewards of an environment: rows pass in pieces of a few, whatever they belong to.
    case bandit
    /// Completions of a prompt: a sequence is a piece, and those without gradients take no backward pass.
    case completions
  }

  /// [contexts][actions]
  var rewards: [[Double]] = [[0, 1, 0.25], [0.5, 0, 2], [1, 1, 0]]
  /// Steps of a sequence, all in one context; the reward of each is that of its action.
  var steps = 1
  var phrasing = Phrasing.bandit
  /// Steps that training may take.
  var budget = 600
  /// The first of the sequences of a batch that are left out of the loss; none: all are learned from.
  var firstLeftOut: Int?
  /// What the logits begin as, by context and action; none: 0.
  var initialLogits: [Float]?
  /// What the values begin as, by context; none: 0.
  var initialValues: [Float]?

  var contexts: Int { rewards.count }
  var actions: Int { rewards[0].count }
}

/// A run on a table.
final class TableRun: TrainingRun {
  let task: TableTask
  let state: RunState
  let streams: RandomStreams
  let logits: ParameterSet
  let valueTable: ParameterSet
  let trained: [TrainedParameters]
  let samples: [TrainingSample] = []
  let curveMetrics: [(metric: String, curve: String)] = []
  let trainingMetrics: [String: Double] = [:]
  private var sound: [Float]?

  init(
    _ task: TableTask, hasValues: Bool, seed: Int = 0, checkpoints: TrainingCheckpoints? = nil
  ) throws {
    self.task = task
    streams = RandomStreams(identity: "table", replicateSeed: seed)
    state = RunState(
      budget: task.budget,
      unit: "steps", evaluatedEvery: task.budget / 4, numerics: .exact,
      checkpoints: checkpoints, progress: { _, _ in }, enter: { _ in })
    logits = ParameterSet()
    _ = logits.declare(name: "logits", shape: [task.contexts, task.actions])
    valueTable = ParameterSet()
    _ = valueTable.declare(name: "values", shape: [task.contexts])
    trained = (hasValues ? [logits, valueTable] : [logits]).map {
      TrainedParameters(parameters: $0, optimizer: Adam($0))
    }
    if let initial = task.initialLogits { logits.values.copy(from: initial) }
    if let initial = task.initialValues, hasValues { valueTable.values.copy(from: initial) }
    try begin()
  }

  /// The logits of a context.
  func probabilities(of context: Int) -> [Double] {
    let offset = context * task.actions
    return softmax((0..<task.actions).map { Double(logits.values[offset + $0]) })
  }

  func measure(at step: Int) throws(TrainingError) -> Diagnostics {
    var expected = 0.0
    for context in 0..<task.contexts {
      for (probability, reward) in zip(probabilities(of: context), task.rewards[context]) {
        expected += probability * reward / Double(task.contexts)
      }
    }
    return [("expected_reward", expected)]
  }

  func measureFinally() throws(TrainingError) -> FinalEvaluation {
    FinalEvaluation(points: try measure(at: state.log.used))
  }

  func keepSound() { sound = logits.values.array }

  func restoreSound() -> Bool {
    guard let sound else { return false }
    logits.values.copy(from: sound)
    return true
  }

  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try archive.pass("sound", &sound)
  }

  /// The bits of both tables.
  var weights: [UInt8] {
    (logits.values.array + valueTable.values.array).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }
}

/// Returns the distribution of logits.
private func softmax(_ logits: [Double]) -> [Double] {
  let largest = logits.max() ?? 0
  let weights = logits.map { exponential($0 - largest) }
  let total = weights.reduce(0, +)
  return weights.map { $0 / total }
}

/// e^x by its series, so that no library's bits enter.
private func exponential(_ x: Double) -> Double {
  var (sum, term) = (1.0, 1.0)
  let reduced = x / 1024
  for k in 1..<14 {
    term *= reduced / Double(k)
    sum += term
  }
  for _ in 0..<10 { sum *= sum }
  return sum
}

/// The tables, as training passes rows through them.
final class TableModels: TrainedModels {
  let run: TableRun
  let steps = StepBuffer(rows: 0)
  /// The context and action of each row.
  var contexts: [Int] = []
  var actions: [Int] = []
  /// Allocations of each update's passes, from its first on.
  private(set) var allocations: [Int] = []
  private var allocationsBefore: UInt = 0
  /// Pieces that went through a backward pass.
  private(set) var backwardPieces = 0

  private let hasValues: Bool
  /// The rows of the latest pass, and where each piece begins among them.
  private var passing: [Int] = []
  private var starts: [Int] = []
  /// The distribution of each row of the latest pass.
  private var distributions: [Double] = []
  /// ∂L/∂logits and ∂L/∂values of the minibatch so far.
  private var gradient: [Double]
  private var valueGradient: [Double]

  init(run: TableRun, hasValues: Bool) {
    self.run = run
    self.hasValues = hasValues
    gradient = [Double](repeating: 0, count: run.task.contexts * run.task.actions)
    valueGradient = [Double](repeating: 0, count: run.task.contexts)
  }

  var rowsPerPiece: Int? { run.task.phrasing == .bandit ? 3 : nil }
  var piecesPerPass: Int { run.task.phrasing == .bandit ? 1 : 4 }
  var leavesOutSilentPieces: Bool { run.task.phrasing == .completions }
  var hasValueModel: Bool { hasValues }

  func zeroGradients() {
    for index in gradient.indices { gradient[index] = 0 }
    for index in valueGradient.indices { valueGradient[index] = 0 }
    allocationsBefore = allocation_count()
  }

  func forward(_ chosen: [Int], of minibatch: Minibatch, for purpose: PassPurpose) {
    passing.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    distributions.removeAll(keepingCapacity: true)
    for piece in chosen {
      starts.append(passing.count)
      for position in minibatch.pieces[piece] { passing.append(minibatch.rows[position]) }
    }
    let width = run.task.actions
    for row in passing {
      let offset = contexts[row] * width
      var total = 0.0
      for action in 0..<width {
        distributions.append(exponential(Double(run.logits.values[offset + action])))
        total += distributions[distributions.count - 1]
      }
      for index in (distributions.count - width)..<distributions.count {
        distributions[index] /= total
      }
    }
    if purpose == .training { backwardPieces += chosen.count }
  }

  func readLogProbabilities(at place: Int, into rows: inout MinibatchRows) {
    for k in 0..<rows.count {
      let index = starts[place] + k
      rows.logProbabilities[k] = Float(
        logarithm(distributions[index * run.task.actions + actions[passing[index]]]))
    }
  }

  func readEntropies(at place: Int, into rows: inout MinibatchRows) {
    for k in 0..<rows.count { rows.entropies[k] = Float(entropy(of: starts[place] + k)) }
  }

  private func entropy(of index: Int) -> Double {
    var entropy = 0.0
    for action in 0..<run.task.actions {
      let probability = distributions[index * run.task.actions + action]
      entropy -= probability * logarithm(probability)
    }
    return entropy
  }

  func writeGradients(at place: Int, _ gradients: [Float], entropies: [Float]) {
    let width = run.task.actions
    for k in gradients.indices {
      let index = starts[place] + k
      let row = passing[index]
      let entropy = entropy(of: index)
      for action in 0..<width {
        let probability = distributions[index * width + action]
        let score = (action == actions[row] ? 1 : 0) - probability
        let byEntropy = -probability * (logarithm(probability) + entropy)
        gradient[contexts[row] * width + action] +=
          Double(gradients[k]) * score + Double(entropies[k]) * byEntropy
      }
    }
  }

  func backward() {}

  func forwardValues(_ pieces: Range<Int>, of minibatch: Minibatch) {
    passing.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    for piece in pieces {
      starts.append(passing.count)
      for position in minibatch.pieces[piece] { passing.append(minibatch.rows[position]) }
    }
  }

  func readValues(at place: Int, into rows: inout MinibatchRows) {
    for k in 0..<rows.count {
      rows.values[k] = run.valueTable.values[contexts[passing[starts[place] + k]]]
    }
  }

  func writeValueGradients(at place: Int, _ gradients: [Float]) {
    for k in gradients.indices {
      valueGradient[contexts[passing[starts[place] + k]]] += Double(gradients[k])
    }
  }

  func backwardValues() {}

  func finishGradients() {
    allocations.append(Int(allocation_count() - allocationsBefore))
    for index in gradient.indices { run.logits.gradients[index] = Float(gradient[index]) }
    for index in valueGradient.indices {
      run.valueTable.gradients[index] = Float(valueGradient[index])
    }
  }
}

/// log x by Newton's method on the series above.
private func logarithm(_ x: Double) -> Double {
  var y = 0.0
  for _ in 0..<60 {
    let e = exponential(y)
    let next = y + 2 * (x - e) / (x + e)
    if (next - y).magnitude < 1e-16 { return next }
    y = next
  }
  return y
}

/// Batches from the table: groups of sequences in one context each.
struct TableSampler: SequenceSampler {
  let models: TableModels
  let settings: PolicyGradientSettings
  private(set) var reference: [Float]
  private var groupsSoFar = 0
  private var greedy: [[Double]] = []

  init(_ settings: PolicyGradientSettings, run: TableRun) {
    self.settings = settings
    models = TableModels(run: run, hasValues: settings.baseline == .value)
    reference = run.logits.values.array
  }

  private var task: TableTask { models.run.task }

  var minibatchUnit: MinibatchUnit {
    task.phrasing == .bandit && settings.baseline == .value ? .steps : .sequences
  }
  var valueRounding: ValueBaselineRounding {
    task.phrasing == .bandit ? .recursion : .credit
  }
  var longestSequence: Int { task.steps }

  mutating func collect() throws(TrainingError) -> Bool {
    let run = models.run
    let steps = models.steps
    let count = settings.groupsPerBatch * settings.groupSize * task.steps
    guard count <= run.remaining else {
      run.spend(run.remaining)
      return false
    }
    steps.resize(to: count)
    steps.sequences.removeAll(keepingCapacity: true)
    models.contexts.removeAll(keepingCapacity: true)
    models.actions.removeAll(keepingCapacity: true)
    paid = []
    greedy = []
    for group in groupsSoFar..<(groupsSoFar + settings.groupsPerBatch) {
      let context = group % task.contexts
      let probabilities = run.probabilities(of: context)
      let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
      greedy.append([Double](repeating: task.rewards[context][best], count: task.steps))
      paid.append([])
      for member in 0..<settings.groupSize {
        var earned: [Double] = []
        let first = models.actions.count
        for step in 0..<task.steps {
          var stream = run.streams.generator(for: .actions, group, member, step)
          var left = Double(stream.nextUnitFloat())
          var action = 0
          while action < task.actions - 1 && left >= probabilities[action] {
            left -= probabilities[action]
            action += 1
          }
          models.contexts.append(context)
          models.actions.append(action)
          earned.append(task.rewards[context][action])
        }
        steps.sequences.append(first..<models.actions.count)
        paid[paid.count - 1].append(earned)
      }
    }
    groupsSoFar += settings.groupsPerBatch
    run.spend(count)
    try run.finishCollection()
    recordLogProbabilities(into: \.logProbabilities, logits: run.logits.values.array)
    return true
  }

  /// Writes the log-probabilities of all rows under a table of logits.
  private func recordLogProbabilities(
    into path: ReferenceWritableKeyPath<StepBuffer, [Float]>, logits: [Float]
  ) {
    let width = task.actions
    for row in models.actions.indices {
      let offset = models.contexts[row] * width
      var total = 0.0
      for action in 0..<width { total += exponential(Double(logits[offset + action])) }
      models.steps[keyPath: path][row] = Float(
        logarithm(exponential(Double(logits[offset + models.actions[row]])) / total))
    }
  }

  mutating func addReferenceAndValues() {
    recordLogProbabilities(into: \.referenceLogProbabilities, logits: reference)
    guard settings.baseline == .value else { return }
    for row in models.contexts.indices {
      models.steps.values[row] = models.run.valueTable.values[models.contexts[row]]
    }
  }

  /// Moves the reference toward the policy.
  mutating func moveReference(_ share: Double) {
    for index in reference.indices {
      let policy = Double(models.run.logits.values[index])
      reference[index] = Float(share * policy + (1 - share) * Double(reference[index]))
    }
  }

  /// What each sequence of each group was paid.
  private(set) var paid: [[[Double]]] = []

  func rewards() -> BatchRewards {
    BatchRewards(
      paid.enumerated().map { group, members in
        members.enumerated().map { member, rewards in
          let sequence = group * settings.groupSize + member
          return SequenceRewards(
            rewards: rewards,
            squaredScoreNorms: models.steps.sequences[sequence].map(squaredScoreNorm))
        }
      },
      greedyRewards: settings.baseline == .greedy ? greedy : [])
  }

  /// ‖e_a − π‖² of a row.
  private func squaredScoreNorm(_ row: Int) -> Double {
    let probabilities = models.run.probabilities(of: models.contexts[row])
    return 1 - 2 * probabilities[models.actions[row]]
      + probabilities.reduce(0) { $0 + $1 * $1 }
  }

  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try archive.pass("groups_so_far", &groupsSoFar, in: 0...models.run.log.used)
    try archive.pass("reference", &reference)
  }

  func isLearned(_ sequence: Int) -> Bool { task.firstLeftOut.map { sequence < $0 } ?? true }

  func diagnostics() -> Diagnostics {
    let steps = models.steps
    let total = (0..<steps.count).reduce(0.0) {
      $0 + Double(steps.logProbabilities[$1]) - Double(steps.referenceLogProbabilities[$1])
    }
    return [("reference_kl", total / Double(steps.sequences.count))]
  }
}

/// Trains a table with the settings of a policy gradient.
///
/// - Returns: The result, the models that were trained and the run.
/// - Throws: Why training failed.
func trainedTable(
  _ task: TableTask, _ settings: PolicyGradientSettings, seed: Int = 0,
  checkpoints: TrainingCheckpoints? = nil
) throws -> (result: TrainingResult, models: TableModels, run: TableRun) {
  let run = try TableRun(
    task, hasValues: settings.baseline == .value, seed: seed,
    checkpoints: checkpoints)
  let sampler = TableSampler(settings, run: run)
  let result = try result(of: run) { _ throws(TrainingError) in
    var training = PolicyGradientTraining(settings, sampler: sampler)
    try training.train()
  }
  return (result, sampler.models, run)
}

/// Pairs of sequences from the table, of which the one that is paid more is preferred.
struct TablePairs: PairSource {
  let models: TableModels
  let objective: PreferenceObjective
  let pairsPerRound: Int
  private var sampler: TableSampler

  init(_ objective: PreferenceObjective, pairsPerRound: Int, run: TableRun) {
    var learned = objective.settings
    (learned.minibatches, learned.learningRate) = (1, 0.01)
    self.objective = PreferenceObjective(learned, summation: objective.summation)
    self.pairsPerRound = pairsPerRound
    var settings = PolicyGradientSettings()
    (settings.groupSize, settings.groupsPerBatch) = (2, pairsPerRound)
    sampler = TableSampler(settings, run: run)
    models = sampler.models
  }

  let division = PairDivision.parts
  let roundProgress = RoundProgress.held
  let measuresDivergence = true
  var isDone: Bool { models.run.remaining <= 0 }
  var progress: Double { models.run.usedShare }

  mutating func collect() throws(TrainingError) -> PairRound {
    var round = PairRound()
    round.areSampledByPolicy = true
    guard try sampler.collect() else {
      models.steps.sequences = []
      return round
    }
    sampler.addReferenceAndValues()
    // Sequences stay where they are; which of them are pairs, and in which order, is what is chosen.
    var decided: [Range<Int>] = []
    for (group, members) in sampler.paid.enumerated() {
      let returns = members.map { $0.reduce(0, +) }
      let rows = [models.steps.sequences[2 * group], models.steps.sequences[2 * group + 1]]
      if returns[0] == returns[1] {
        round.tied += 1
      } else {
        round.decided += 1
        decided += returns[0] > returns[1] ? rows : rows.reversed()
      }
    }
    models.steps.sequences = decided
    return round
  }

  mutating func scoreByReference() { sampler.addReferenceAndValues() }

  mutating func moveReference() { sampler.moveReference(objective.settings.referenceShare) }

  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try sampler.passState(through: &archive)
  }
}

/// Trains a table on preferences.
func trainedTable(
  _ task: TableTask, _ objective: PreferenceObjective, pairsPerRound: Int = 8
) throws -> (result: TrainingResult, models: TableModels, run: TableRun) {
  let run = try TableRun(task, hasValues: false)
  let pairs = TablePairs(objective, pairsPerRound: pairsPerRound, run: run)
  let result = try result(of: run) { _ throws(TrainingError) in
    var training = PreferenceTraining(pairs)
    try training.train()
  }
  return (result, pairs.models, run)
}

import CKernels
import Environments
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// A policy over finitely many states and actions, with the gradient of every log-probability.
public struct ScoredPolicy: Sendable {
  /// [states][actions] π(a|s); each row sums to 1.
  public let probabilities: [[Double]]
  /// [states · actions][parameters] ∇ log π(a|s), state after state.
  public let scores: [[Double]]

  /// Creates a policy; rows of probabilities are made to sum to 1.
  init(probabilities: [[Double]], scores: [[Double]]) {
    self.probabilities = probabilities.map { row in
      let total = row.reduce(0, +)
      return row.map { $0 / total }
    }
    self.scores = scores
  }

  /// The policy that has a logit for each state and action, in double precision.
  ///
  ///     ∂ log π(a|s) / ∂ logit(s', a') = 1[s = s'] (1[a = a'] − π(a'|s))
  ///
  /// - Parameter table: [states][actions] its probabilities, each above 0.
  public init(softmax table: [[Double]]) {
    let width = table[0].count
    var scores: [[Double]] = []
    for (state, probabilities) in table.enumerated() {
      for taken in probabilities.indices {
        var score = [Double](repeating: 0, count: table.count * width)
        for (action, probability) in probabilities.enumerated() {
          score[state * width + action] = (action == taken ? 1 : 0) - probability
        }
        scores.append(score)
      }
    }
    self.init(probabilities: table, scores: scores)
  }

  /// The policy network that a run on an environment begins with, on one-hot observations of its states.
  ///
  /// Log-probabilities and scores are those of the passes that train it.
  ///
  /// - Parameters:
  ///   - configuration: A run on an environment with discrete actions.
  ///   - parameters: [parameters] the policy's weights in the order of their declaration; none: the initial ones.
  /// - Throws: Where the configuration is not valid, or its algorithm has a value network.
  public init(
    network configuration: RunConfiguration, parameters: [Float]? = nil
  ) throws(TrainingError) {
    Kernels.setFloatingPointMode()
    guard let algorithm = AlgorithmRegistry.declaration(named: configuration.algorithm),
      case .environment(let needs, _) = algorithm.loop
    else {
      throw .invalidConfiguration("there is no algorithm '\(configuration.algorithm)'")
    }
    try algorithm.validate(configuration.algorithmSettings)
    let run = try EnvironmentRun(
      configuration, needs: needs(configuration.algorithmSettings), progress: { _, _ in },
      enter: { _ in })
    guard run.agent.value == nil, let environment = run.environment as? any DiscreteEnvironment
    else {
      throw .invalidConfiguration(
        "a policy with scores has discrete actions and no value network beside it")
    }
    if let parameters { run.agent.parameters.values.copy(from: parameters) }
    let (states, actions) = (environment.observationWidth, environment.actionCount)
    let steps = EnvironmentSteps(width: states, actionWidth: 1)
    steps.resize(to: states * actions)
    for row in 0..<steps.count {
      steps.observations[row, row / actions] = 1
      steps.actions[row] = Float(row % actions)
    }
    let (logProbabilities, scores) = try EnvironmentModels(run: run, buffer: steps).scoresOfRows()
    self.init(
      probabilities: (0..<states).map { state in
        (0..<actions).map { lb_exp(logProbabilities[state * actions + $0]) }
      }, scores: scores)
  }
}

extension TrainedModels {
  /// Returns log π(a|s) of each row of the batch and its gradient by the parameters of the policy, each row by a
  /// forward and a backward pass of its own.
  ///
  /// - Precondition: Rows pass by themselves, whatever sequence they are of.
  func scoresOfRows() throws(TrainingError) -> (logProbabilities: [Double], scores: [[Double]]) {
    var minibatch = Minibatch(rowsPerPiece: rowsPerPiece)
    var rows = MinibatchRows()
    var passing: [Int] = []
    rows.resize(to: 1)
    var logProbabilities: [Double] = []
    var scores: [[Double]] = []
    for row in 0..<steps.count {
      minibatch.choose(rows: [row])
      try differentiate(
        minibatch, passing: &passing,
        read: { _ in
          readLogProbabilities(at: 0, into: &rows)
          writeGradients(at: 0, [1], entropies: [0])
        })
      logProbabilities.append(Double(rows.logProbabilities[0]))
      scores.append(run.trained[0].parameters.gradients.array.map { Double($0) })
    }
    return (logProbabilities, scores)
  }
}

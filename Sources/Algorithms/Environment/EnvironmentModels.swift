import NeuralNetworks
import Tensors

/// The networks of a run on an environment, as training passes rows through them.
///
/// A minibatch of more than ``Agent/chunk`` rows passes in pieces of that many, with the same bits.
final class EnvironmentModels: TrainedModels {
  let run: EnvironmentRun
  let buffer: EnvironmentSteps
  private let agent: Agent
  /// The actions of the latest piece, each as ``EnvironmentSteps/actionWidth`` numbers.
  private var actions: [Float] = []
  /// Rows of the latest piece.
  private var count = 0

  /// Creates the passes of a run over the steps in `buffer`.
  init(run: EnvironmentRun, buffer: EnvironmentSteps) {
    self.run = run
    self.buffer = buffer
    agent = run.agent
  }

  var steps: StepBuffer { buffer }
  var rowsPerPiece: Int? { Agent.chunk }
  var piecesPerPass: Int { 1 }
  var leavesOutSilentPieces: Bool { false }
  var hasValueModel: Bool { agent.value != nil }

  func zeroGradients() { agent.parameters.zeroGradients() }

  func forward(_ chosen: [Int], of minibatch: Minibatch, for purpose: PassPurpose) {
    let positions = minibatch.pieces[chosen[0]]
    count = positions.count
    gatherActions(minibatch.rows, positions)
    let policy = agent.policy
    policy.network.input.copyRows(
      of: buffer.observations, at: minibatch.rows, positions: positions)
    policy.forward(rows: count)
    agent.countForward(policy.network, rows: count)
  }

  private func gatherActions(_ order: [Int], _ positions: Range<Int>) {
    let width = buffer.actionWidth
    resizeArray(&actions, to: positions.count * width)
    if width == 1 {
      copy(buffer.actions, at: order, positions, to: &actions)
      return
    }
    for (k, position) in positions.enumerated() {
      for index in 0..<width {
        actions[k * width + index] = buffer.actions[order[position] * width + index]
      }
    }
  }

  func readLogProbabilities(at place: Int, into rows: inout MinibatchRows) {
    agent.policy.head.writeLogProbabilities(
      of: actions, rows: count, into: &rows.logProbabilities)
  }

  func readEntropies(at place: Int, into rows: inout MinibatchRows) {
    agent.policy.head.writeEntropies(rows: count, into: &rows.entropies)
  }

  func writeGradients(at place: Int, _ gradients: [Float], entropies: [Float]) {
    agent.policy.head.writeGradients(
      rows: count, actions: actions, logProbabilityGradients: gradients,
      entropyGradients: entropies, into: agent.policy.network)
  }

  func backward() {
    agent.policy.network.backward(rows: count)
    agent.countBackward(agent.policy.network, rows: count)
  }

  func forwardValues(_ pieces: Range<Int>, of minibatch: Minibatch) {
    guard let network = agent.value else { return }
    network.input.copyRows(of: agent.policy.network.input, 0..<count)
    network.forward(rows: count)
    agent.countForward(network, rows: count)
  }

  func readValues(at place: Int, into rows: inout MinibatchRows) {
    agent.value?.output.copyElements(count, to: &rows.values)
  }

  func writeValueGradients(at place: Int, _ gradients: [Float]) {
    agent.value?.outputGradient.copy(from: gradients)
  }

  func backwardValues() {
    guard let network = agent.value else { return }
    network.backward(rows: count)
    agent.countBackward(network, rows: count)
  }

  func finishGradients() { agent.policy.head.finishGradients() }
}

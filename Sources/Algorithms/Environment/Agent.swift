internal import Checkpoints
import NeuralNetworks
import SeededRandom
import Tensors

/// The parts of an agent that an algorithm needs.
struct AgentNeeds {
  var valueNetwork: Bool
  var reference: Bool
  var adam = AdamNeeds()
  var settings: any AgentSettings
  var rewardNormalization = RunningNormalization.none
  var rewardClip: Double?
}

/// A policy network with its distribution over actions.
struct Policy {
  let network: MLP
  let head: any ActionHead

  /// Computes the distributions of the first `rows` rows of the network's input.
  func forward(rows: Int) {
    network.forward(rows: rows)
    head.update(after: network, rows: rows)
  }
}

/// The networks that a run trains, their optimizer, and what they have cost so far.
///
/// The networks take at most ``chunk`` rows at a time; larger batches are fed in chunks, which gives
/// the same bits. Initial weights depend on the parameters' names and the seed alone, so all arms
/// with the same seed and network start from the same policy.
final class Agent {
  /// The rows of a chunk: the leaf of the networks' weight gradients.
  static let chunk = 1024

  let policy: Policy
  let value: MLP?
  /// The frozen initial policy, or the one of the latest ``updateReference()``.
  let reference: Policy?
  let parameters: ParameterSet
  let optimizer: Adam
  /// The slices of the parameters that are the value network's.
  let valueSlices: Range<Int>

  /// Multiplications and additions of matrix products so far.
  private(set) var floatingPointOperations = 0
  /// Rows that went through a backward pass so far.
  private(set) var gradientSamples = 0

  private let referenceParameters: ParameterSet?

  /// Creates an agent with its initial weights.
  init(
    inputs: Int, actions: ActionKind, settings: PolicySettings, needs: AgentNeeds,
    profile: NumericsProfile, streams: RandomStreams
  ) {
    func network(_ name: String, outputs: Int, in parameters: ParameterSet) -> MLP {
      MLP(
        name: name, inputs: inputs, hidden: settings.hidden, outputs: outputs,
        activation: settings.activation, capacity: Self.chunk, parameters: parameters,
        profile: profile)
    }
    func policy(in parameters: ParameterSet) -> Policy {
      let network = network("policy", outputs: actions.count, in: parameters)
      let head: any ActionHead
      switch (actions, needs.settings.exploration) {
      case (.discrete(let count), _):
        head = CategoricalHead(actions: count, capacity: Self.chunk)
      case (.continuous(let components), .independent):
        head = GaussianHead(
          name: "policy", components: components, capacity: Self.chunk, parameters: parameters)
      case (.continuous(let components), .stateDependent):
        head = StateDependentHead(
          name: "policy", features: network.features.columns, components: components,
          capacity: Self.chunk, parameters: parameters, profile: profile)
      }
      return Policy(network: network, head: head)
    }
    parameters = ParameterSet()
    self.policy = policy(in: parameters)
    let policySlices = parameters.slices.count
    value = needs.valueNetwork ? network("value", outputs: 1, in: parameters) : nil
    valueSlices = policySlices..<parameters.slices.count
    switch needs.settings.initialization {
    case .orthogonal:
      self.policy.network.initializeOrthogonally(outputGain: 0.01, streams: streams)
      value?.initializeOrthogonally(outputGain: 1, streams: streams)
    case .uniform:
      self.policy.network.initializeUniformly(streams: streams)
      value?.initializeUniformly(streams: streams)
    }
    self.policy.head.initialize(logDeviation: needs.settings.initialLogDeviation)
    if needs.reference {
      let set = ParameterSet()
      reference = policy(in: set)
      referenceParameters = set
    } else {
      reference = nil
      referenceParameters = nil
    }
    optimizer = needs.adam.optimizer(of: parameters)
    updateReference()
  }

  /// Parameters held, those of the reference included.
  var parameterCount: Int { parameters.count + (referenceParameters?.count ?? 0) }

  /// Moves the reference toward the policy as it is now; a share of 1 makes it a copy.
  func updateReference(share: Double = 1) {
    referenceParameters?.move(toward: parameters, share: share)
  }

  /// Passes the reference and the counts of costs through an archive.
  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try referenceParameters?.passState(through: &archive)
    try archive.pass(
      "agent.floating_point_operations", &floatingPointOperations, in: CheckpointArchive.counts)
    try archive.pass(
      "agent.gradient_samples", &gradientSamples, in: CheckpointArchive.counts)
  }

  /// Counts a forward pass of `network`.
  func countForward(_ network: MLP, rows: Int) {
    floatingPointOperations += rows * network.forwardOperationsPerRow
  }

  /// Counts a backward pass of `network`.
  func countBackward(_ network: MLP, rows: Int) {
    floatingPointOperations += rows * network.backwardOperationsPerRow
    gradientSamples += rows
  }

  /// Writes the value network's predictions for `rows` of `steps` into `steps.values`.
  func predictValues(of steps: EnvironmentSteps, rows: Range<Int>) {
    guard let value else { return }
    forEachChunk(of: rows) { chunk in
      value.input.copyRows(of: steps.observations, chunk)
      value.forward(rows: chunk.count)
      countForward(value, rows: chunk.count)
      value.output.copyElements(chunk.count, to: &steps.values, at: chunk.lowerBound)
    }
  }

  /// Returns the value network's predictions for observations laid out row after row.
  func values(ofObservations observations: [Float]) -> [Float] {
    guard let value else { return [] }
    var result: [Float] = []
    let width = value.inputs
    forEachChunk(of: 0..<(observations.count / width)) { chunk in
      value.input.copy(
        from: Array(observations[(chunk.lowerBound * width)..<(chunk.upperBound * width)]))
      value.forward(rows: chunk.count)
      countForward(value, rows: chunk.count)
      for index in 0..<chunk.count { result.append(value.output[index]) }
    }
    return result
  }

  /// Writes the reference's log-probabilities of the actions of all steps.
  func computeReferenceLogProbabilities(of steps: EnvironmentSteps) {
    guard let reference else { return }
    forEachChunk(of: 0..<steps.count) { chunk in
      for (index, row) in chunk.enumerated() {
        reference.network.input.copyRow(row, of: steps.observations, to: index)
      }
      reference.forward(rows: chunk.count)
      countForward(reference.network, rows: chunk.count)
      for (index, row) in chunk.enumerated() {
        steps.referenceLogProbabilities[row] = reference.head.logProbability(
          of: steps.actions, at: row * steps.actionWidth, row: index)
      }
    }
  }
}

/// Calls `body` with consecutive parts of `rows` of at most ``Agent/chunk`` rows.
func forEachChunk<Failure: Error>(
  of rows: Range<Int>, _ body: (Range<Int>) throws(Failure) -> Void
) throws(Failure) {
  var start = rows.lowerBound
  while start < rows.upperBound {
    let end = min(start + Agent.chunk, rows.upperBound)
    try body(start..<end)
    start = end
  }
}

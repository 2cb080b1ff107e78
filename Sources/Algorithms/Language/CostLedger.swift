internal import Checkpoints

/// The memory and work of a run of a language model, counted from shapes and never measured.
///
/// A number, once allocated, is held to the end, so the largest size of a buffer is its size. The cost of
/// evaluation is left out, as everywhere.
public struct CostLedger: Hashable, Sendable {
  /// Bytes of an f32 number.
  private static let numberBytes = 4

  /// Parameters of the policy.
  public var policyParameters = 0
  /// Parameters of the value model; 0 without one.
  public var valueParameters = 0
  /// Parameters of the frozen reference policy; 0 without one.
  public var referenceParameters = 0
  /// Parameters of the reward model; 0 where the rule pays.
  public var rewardParameters = 0
  /// Parameters with a gradient and the moments of the optimizer.
  public var trainedParameters = 0
  /// The most bytes that the buffers of the training passes, those of all models together, have had.
  public private(set) var activationBytes = 0

  /// Tokens that training sampled, end tokens and greedy baselines included.
  public private(set) var tokensGenerated = 0
  /// Tokens that went through a forward and backward pass, prompts included, every epoch anew.
  public private(set) var tokensTrained = 0
  /// Tokens that went through a forward pass alone: of the reference, the value or the reward model,
  /// or of the policy before it is trained.
  public private(set) var tokensScored = 0
  /// Multiplications and additions of matrix products.
  public private(set) var floatingPointOperations = 0

  /// Creates the ledger of a run that has spent nothing.
  public init() {}

  /// Counts sampling.
  ///
  /// - Parameters:
  ///   - tokens: Tokens sampled.
  ///   - operations: Of the products that computed them, the prompts' included.
  public mutating func countGeneration(tokens: Int, operations: Int) {
    tokensGenerated += tokens
    floatingPointOperations += operations
  }

  /// Counts a forward and backward pass.
  public mutating func countTraining(tokens: Int, operations: Int) {
    tokensTrained += tokens
    floatingPointOperations += operations
  }

  /// Counts a forward pass that no backward pass follows.
  public mutating func countScoring(tokens: Int, operations: Int) {
    tokensScored += tokens
    floatingPointOperations += operations
  }

  /// Records the bytes that all models' buffers have now.
  public mutating func noteActivations(bytes: Int) {
    activationBytes = max(activationBytes, bytes)
  }

  /// Bytes of the optimizer's two moments of each trained parameter.
  public var optimizerBytes: Int { 2 * Self.numberBytes * trainedParameters }

  /// Bytes of parameters, gradients, the optimizer's moments and activations.
  public var memoryBytes: Int {
    let parameters =
      policyParameters + valueParameters + referenceParameters + rewardParameters
    return Self.numberBytes * (parameters + trainedParameters) + optimizerBytes + activationBytes
  }

  /// The ledger as metrics by name.
  public var metrics: [String: Double] {
    [
      "policy_parameters": policyParameters, "value_parameters": valueParameters,
      "reference_parameters": referenceParameters, "reward_parameters": rewardParameters,
      "optimizer_bytes": optimizerBytes, "activation_bytes": activationBytes,
      "memory_bytes": memoryBytes, "tokens_generated": tokensGenerated,
      "tokens_trained": tokensTrained, "tokens_scored": tokensScored,
      "floating_point_operations": floatingPointOperations,
    ].mapValues(Double.init)
  }
}

extension CostLedger {
  /// Passes all counts through an archive.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    // The models are those of the run.
    try archive.pass("ledger.policy_parameters", known: policyParameters)
    try archive.pass("ledger.value_parameters", known: valueParameters)
    try archive.pass("ledger.reference_parameters", known: referenceParameters)
    try archive.pass("ledger.reward_parameters", known: rewardParameters)
    try archive.pass("ledger.trained_parameters", known: trainedParameters)
    let counts = CheckpointArchive.counts
    try archive.pass("ledger.activation_bytes", &activationBytes, in: counts)
    try archive.pass("ledger.tokens_generated", &tokensGenerated, in: counts)
    try archive.pass("ledger.tokens_trained", &tokensTrained, in: counts)
    try archive.pass("ledger.tokens_scored", &tokensScored, in: counts)
    try archive.pass(
      "ledger.floating_point_operations", &floatingPointOperations, in: counts)
  }
}

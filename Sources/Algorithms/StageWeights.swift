/// The final weights of the runs that a run of a later stage stands on, in safetensors form.
public struct StageWeights: Hashable, Sendable {
  /// Weights of the run that the policy starts from; none where it starts from initial weights.
  public var start: [UInt8]?
  /// Weights of the trained reward model; none where the task's rule pays the reward.
  public var reward: [UInt8]?

  /// Creates the weights of the stages given.
  public init(start: [UInt8]? = nil, reward: [UInt8]? = nil) {
    self.start = start
    self.reward = reward
  }
}

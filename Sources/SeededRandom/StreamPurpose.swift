/// The purpose of a stream of random numbers; its name is part of the stream's key.
public enum StreamPurpose: String, CaseIterable, Sendable {
  /// Initial states: index k is the k-th reset of an environment, or group k with all its members
  /// and the greedy rollout.
  case start
  /// Actions and dynamics noise: start k, member of the group, step.
  case actions
  /// Initial weights: named by parameter.
  case initialisation
  /// The order of samples in minibatches: update, epoch.
  case minibatchOrder
  /// Initial states of evaluations: episode, split.
  case evaluation
  /// Tables and data sets of a task.
  case taskGeneration
  /// Resampling in statistics.
  case bootstrap
  /// The random projections of an audit's gradients.
  case audit
}

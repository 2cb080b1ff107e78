/// The kinds of model that algorithms make, which decide where an arm may be named and what it measures.
public enum AlgorithmProduct: Sendable {
  /// A policy trained on demonstrations or preferences: `reward:` means nothing to it.
  case imitation
  /// A policy trained for reward, by the task's rule or by the model that `reward:` names.
  case policy
  /// A model that pays rewards: what `reward:` may name, and `from:` may not.
  case rewardModel
}

/// The kind of model that an algorithm trains: it decides where an arm may be named and what is measured.
public enum AlgorithmProduct: Sendable {
  /// A policy trained on demonstrations or preferences; it has no use for `reward:`.
  case imitation
  /// A policy trained for reward, by the task's rule or by the model that `reward:` names.
  case policy
  /// A reward model: `reward:` may name it, and `from:` may not.
  case rewardModel
}

import SeededRandom

/// The streams of a run whose names hold a number that tells their use: all of these numbers are here.
///
/// The numbers are part of the streams' keys, so none of them may change.
extension RandomStreams {
  /// The member index of an episode that is in no group.
  static let loneMember = 0
  /// The member index of a group's greedy rollout or completion.
  static let greedyMember = Int(UInt32.max)

  /// Uses of draws about a language task, told apart by their second index.
  private enum TaskUse: Int {
    case rewardNormalization, pairVerdict, heldOutVerdict
  }

  /// Returns the stream of the token that a reward model's normalization samples for a row at a step.
  func rewardNormalization(row: Int, step: Int) -> SeededGenerator {
    generator(for: .taskGeneration, row, TaskUse.rewardNormalization.rawValue, step)
  }

  /// Returns the stream of the verdict on a pair of completions that training compares.
  func verdict(onPair pair: Int) -> SeededGenerator {
    generator(for: .taskGeneration, pair, TaskUse.pairVerdict.rawValue)
  }

  /// Returns the stream of the verdict on a held-out pair: two samples, from the given one on, for a prompt.
  func heldOutVerdict(prompt: Int, sample: Int) -> SeededGenerator {
    generator(for: .taskGeneration, prompt, TaskUse.heldOutVerdict.rawValue, sample)
  }
}

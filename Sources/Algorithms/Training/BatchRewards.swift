/// The rewards of a batch and the other numbers that advantages are estimated from, by row as its steps are.
package struct BatchRewards {
  /// [rows] rewards, with the penalty of the reference taken off if it is placed there.
  package var rewards: [Double] = []
  /// [rows] predictions of the value network; empty without one.
  package var values: [Double] = []
  /// [rows] ‖∇_logits log π(a)‖²; empty where nothing needs them.
  package var squaredScoreNorms: [Double] = []
  /// [sequences] the value after the last step; 0 where nothing follows or there is no value network.
  package var bootstrapValues: [Double] = []
  /// The rows of each sequence: all rows, in ascending order.
  package var sequences: [Range<Int>] = []
  /// The sequences of each group: all of them, in ascending order; empty where sequences are not compared.
  package var groups: [Range<Int>] = []
  /// [groups] rewards of the greedy rollouts; empty without them.
  package var greedyRewards: [[Double]] = []

  /// Creates a batch of no sequences.
  package init() {}

  /// Creates a batch of groups of sequences.
  package init(_ groups: [[SequenceRewards]], greedyRewards: [[Double]] = []) {
    for group in groups {
      for sequence in group { append(sequence) }
      endGroup()
    }
    self.greedyRewards = greedyRewards
  }

  /// Adds a sequence to the group that is not ended yet.
  package mutating func append(_ sequence: SequenceRewards) {
    let first = rewards.count
    rewards += sequence.rewards
    values += sequence.values
    squaredScoreNorms += sequence.squaredScoreNorms
    sequences.append(first..<rewards.count)
    bootstrapValues.append(sequence.bootstrapValue)
  }

  /// Ends a group.
  package mutating func endGroup() {
    groups.append((groups.last?.upperBound ?? 0)..<sequences.count)
  }

  /// [groups] whether any of the advantages of a group is not exactly 0.
  func hasSignal(_ advantages: [Double]) -> [Bool] {
    groups.map { group in
      group.contains { sequences[$0].contains { advantages[$0] != 0 } }
    }
  }

  /// The share of groups whose advantages are all exactly 0.
  package func fractionWithoutSignal(_ advantages: [Double]) -> Double {
    guard !groups.isEmpty else { return 0 }
    return Double(hasSignal(advantages).count { !$0 }) / Double(groups.count)
  }
}

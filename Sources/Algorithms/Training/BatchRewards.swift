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
  /// The rows of each sequence: all rows, in ascending order unless the identifiers of groups are wrong.
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

  /// Returns the batch with its sequences in the groups that their identifiers say.
  ///
  /// Rows keep their places, so that what is estimated of them does, too; greedy rewards stay those of the k-th start.
  func grouped(by identifiers: GroupIdentifiers) -> BatchRewards {
    guard identifiers != .start, !groups.isEmpty else { return self }
    var batch = self
    (batch.sequences, batch.bootstrapValues, batch.groups) = ([], [], [])
    let count = identifiers == .own ? sequences.count : groups.count
    for identifier in 0..<count {
      for sequence in stride(from: identifier, to: sequences.count, by: count) {
        batch.sequences.append(sequences[sequence])
        batch.bootstrapValues.append(bootstrapValues[sequence])
      }
      batch.endGroup()
    }
    return batch
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

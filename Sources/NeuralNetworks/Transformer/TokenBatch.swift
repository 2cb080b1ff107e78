/// Sequences of tokens of different lengths for one pass of a transformer, and which rows are read.
///
/// A row is a token with outputs of its own; row p of a sequence predicts its token p + 1. Positions
/// count from each sequence's own first token. There is no padding, and the last rows of a sequence that
/// nothing reads are left out. The storage is used again after ``removeAll()``.
public struct TokenBatch: Sendable {
  /// Where real tokens stand in a padded rectangle.
  public enum Alignment: CaseIterable, Hashable, Sendable {
    /// Tokens first, padding after them.
    case left
    /// Padding first, tokens up to the end.
    case right
  }

  /// The token of each row, sequence after sequence.
  private(set) var inputs: [Int32] = []
  /// The position of each row in its sequence.
  private(set) var positions: [Int32] = []
  /// The token that each scored row predicts, −1 if the sequence ends there.
  private(set) var targets: [Int32] = []
  /// The rows of each sequence.
  private(set) var rowRanges: [Range<Int>] = []
  /// The scored rows of each sequence, counted among all scored rows.
  private(set) var scoredRanges: [Range<Int>] = []
  /// The tokens that share out the probability of each scored row; empty where all do.
  private(set) var supports = TokenSupports()

  /// Creates a batch without sequences.
  public init() {}

  /// Creates a batch from a rectangle of tokens with padding.
  ///
  /// The result is the same as if the sequences were appended without their padding.
  ///
  /// - Parameters:
  ///   - padded: [sequences] rows of equal length.
  ///   - lengths: [sequences] how many tokens of each row are real.
  ///   - firstScored: [sequences] the index of the first token whose prediction is read, counted
  ///     without padding.
  ///   - alignment: Where the real tokens stand.
  public init(padded: [[Int32]], lengths: [Int], firstScored: [Int], alignment: Alignment) {
    precondition(
      lengths.count == padded.count && firstScored.count == padded.count
        && padded.allSatisfy { $0.count == padded[0].count }
        && zip(padded, lengths).allSatisfy { $0.count >= $1 },
      "\(padded.count) padded rows with \(lengths.count) lengths")
    for (index, row) in padded.enumerated() {
      let tokens =
        alignment == .left ? row.prefix(lengths[index]) : row.suffix(lengths[index])
      append(tokens, firstScored: firstScored[index])
    }
  }

  /// How many sequences there are.
  public var count: Int { rowRanges.count }

  /// How many rows are computed.
  public var rowCount: Int { inputs.count }

  /// How many rows are read.
  public var scoredCount: Int { targets.count }

  /// The rows of sequence `index`, counted among all scored rows.
  public func scoredRange(ofSequence index: Int) -> Range<Int> { scoredRanges[index] }

  /// Removes all sequences and keeps the storage.
  public mutating func removeAll() {
    inputs.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    rowRanges.removeAll(keepingCapacity: true)
    scoredRanges.removeAll(keepingCapacity: true)
    supports.removeAll()
  }

  /// Makes this batch equal to `other` within its own storage, so that neither has to be copied on a change.
  mutating func assign(_ other: TokenBatch) {
    removeAll()
    inputs.append(contentsOf: other.inputs)
    positions.append(contentsOf: other.positions)
    targets.append(contentsOf: other.targets)
    rowRanges.append(contentsOf: other.rowRanges)
    scoredRanges.append(contentsOf: other.scoredRanges)
    supports.append(contentsOf: other.supports)
  }

  /// Appends a sequence whose tokens from `firstScored` on are scored.
  ///
  /// - Parameters:
  ///   - tokens: At least 2.
  ///   - firstScored: The index of the first token whose prediction is read, in 1..<`tokens.count`; the rows
  ///     `firstScored` − 1 … `tokens.count` − 2 are scored.
  ///   - supports: The tokens that share out the probability of each scored row, for all sequences of a
  ///     batch or for none; empty for the whole vocabulary.
  public mutating func append(
    _ tokens: some Collection<Int32>, firstScored: Int, supports: TokenSupports = TokenSupports()
  ) {
    precondition(
      firstScored >= 1 && firstScored < tokens.count,
      "\(tokens.count) tokens, scored from \(firstScored) on")
    appendRows(tokens.dropLast())
    let start = targets.count
    targets.append(contentsOf: tokens.dropFirst(firstScored))
    scoredRanges.append(start..<targets.count)
    self.supports.append(contentsOf: supports)
    precondition(
      self.supports.isEmpty || self.supports.count == targets.count,
      "supports of \(self.supports.count) rows, \(targets.count) are scored")
  }

  /// Appends a sequence of which the row of the last token is read, as a reward model reads it.
  ///
  /// - Parameter tokens: At least 1.
  public mutating func append(scoringLastOf tokens: some Collection<Int32>) {
    precondition(!tokens.isEmpty, "a sequence without tokens")
    appendRows(tokens)
    targets.append(-1)
    scoredRanges.append(targets.count - 1..<targets.count)
  }

  private mutating func appendRows(_ tokens: some Collection<Int32>) {
    let start = inputs.count
    inputs.append(contentsOf: tokens)
    for position in 0..<(inputs.count - start) { positions.append(Int32(position)) }
    rowRanges.append(start..<inputs.count)
  }

  /// The rows of sequence `index` that are scored: the last ones it has.
  func scoredRows(ofSequence index: Int) -> Range<Int> {
    let end = rowRanges[index].upperBound
    return end - scoredRanges[index].count..<end
  }
}

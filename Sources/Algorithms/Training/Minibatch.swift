/// The rows of a batch that one step of the optimizer learns from, and the pieces in which they pass through the
/// models.
///
/// Positions count the rows of the minibatch in the order in which they pass. The buffers are used again.
package struct Minibatch {
  /// The row of the batch at each position.
  package private(set) var rows: [Int] = []
  /// The sequences whose rows those are, in order; none where the rows stand for themselves.
  package private(set) var sequences: [Int] = []
  /// Consecutive ranges of positions; the loss of a piece is summed before it is added to that of the minibatch.
  package private(set) var pieces: [Range<Int>] = []

  /// Rows in a piece; none: a piece is a sequence.
  let rowsPerPiece: Int?

  /// Creates a minibatch without rows.
  package init(rowsPerPiece: Int?) {
    self.rowsPerPiece = rowsPerPiece
  }

  /// Makes it single steps of a batch.
  package mutating func choose(rows chosen: ArraySlice<Int>) {
    rows.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    rows += chosen
    cut(chosen.count)
  }

  /// Makes it whole sequences of a batch.
  mutating func choose(sequences chosen: ArraySlice<Int>, of steps: StepBuffer) {
    rows.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    sequences += chosen
    for sequence in chosen {
      let first = rows.count
      for row in steps.sequences[sequence] { rows.append(row) }
      if rowsPerPiece == nil { pieces.append(first..<rows.count) }
    }
    if rowsPerPiece != nil { cut(rows.count) }
  }

  /// Cuts `count` positions into pieces that need not be sequences.
  private mutating func cut(_ count: Int) {
    pieces.removeAll(keepingCapacity: true)
    let size = rowsPerPiece ?? max(count, 1)
    var start = 0
    while start < count {
      pieces.append(start..<min(start + size, count))
      start += size
    }
  }
}

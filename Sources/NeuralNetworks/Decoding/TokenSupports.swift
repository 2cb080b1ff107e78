public import Tensors

/// The tokens that each of some tokens was drawn from, where others were left out: a row of bits for each.
///
/// A probability belongs to a set of tokens that share it out. One that was drawn with top-k or top-p can be
/// compared with another policy's only if that policy shares out over the same set, which is kept here.
public struct TokenSupports: Hashable, Sendable {
  /// How many rows there are.
  public private(set) var count = 0
  private var wordsPerRow = 0
  private var words: [UInt64] = []

  /// Creates supports without rows.
  public init() {}

  /// Whether there are no rows; where tokens have none, they are drawn from the whole vocabulary.
  public var isEmpty: Bool { count == 0 }

  /// Returns whether a token could be drawn in a row.
  public func contains(_ token: Int, row: Int) -> Bool {
    words[row * wordsPerRow + token / 64] >> UInt64(token % 64) & 1 == 1
  }

  /// Removes all rows and keeps the storage.
  mutating func removeAll() {
    count = 0
    words.removeAll(keepingCapacity: true)
  }

  /// Adds a row with the tokens whose logit is above −∞.
  ///
  /// - Parameter logits: [1, vocabulary].
  public mutating func append(possibleIn logits: Matrix) {
    precondition(logits.rows == 1, "supports of \(logits.rows) tokens at once")
    wordsPerRow = (logits.columns + 63) / 64
    var word: UInt64 = 0
    for token in 0..<logits.columns {
      if logits[0, token] > -.infinity { word |= 1 << UInt64(token % 64) }
      if token % 64 == 63 || token == logits.columns - 1 {
        words.append(word)
        word = 0
      }
    }
    count += 1
  }

  /// Adds the rows of `other`, which are of the same vocabulary.
  mutating func append(contentsOf other: TokenSupports) {
    guard !other.isEmpty else { return }
    precondition(isEmpty || wordsPerRow == other.wordsPerRow, "supports of two vocabularies")
    wordsPerRow = other.wordsPerRow
    words.append(contentsOf: other.words)
    count += other.count
  }

  /// Sets the logits of the tokens that could not be drawn to −∞, so that a softmax gives them exactly +0.
  ///
  /// - Parameter logits: [count, vocabulary], changed in place.
  func restrict(_ logits: Matrix) {
    precondition(logits.rows == count, "\(count) supports for \(logits.rows) rows of logits")
    for row in 0..<count {
      for token in 0..<logits.columns where !contains(token, row: row) {
        logits[row, token] = -.infinity
      }
    }
  }
}

import Tensors

/// The distributions that a batch of tokens is drawn from, with the log-probabilities of the tokens drawn.
///
/// The full softmax is computed with the steps of the training pass, so that its log-probabilities are the same
/// bits. With top-k or top-p there is a second, truncated and renormalised distribution to draw from.
final class TokenDistributions {
  private let vocabulary: Int
  private let settings: SamplingSettings
  private let score: SamplingScore
  private let scaled: Tensor
  private let full: Distribution
  private let truncated: Distribution?
  private var order: [Int32] = []

  /// A softmax for each row, with its logarithm, entropy and Σπ².
  private struct Distribution {
    let logProbabilities: Tensor
    let probabilities: Tensor
    let entropies: Tensor
    let squares: Tensor

    init(capacity: Int, vocabulary: Int) {
      logProbabilities = Tensor(rows: capacity, columns: vocabulary)
      probabilities = Tensor(rows: capacity, columns: vocabulary)
      entropies = Tensor(rows: capacity, columns: 1)
      squares = Tensor(rows: capacity, columns: 1)
    }

    func update(logits: Tensor, rows: Int) {
      logSoftmax(
        of: logits.firstRows(rows), logProbabilities: logProbabilities.firstRows(rows),
        probabilities: probabilities.firstRows(rows), entropies: entropies.firstRows(rows))
      writeRowSquares(of: probabilities.firstRows(rows), into: squares.firstRows(rows))
    }
  }

  /// A token that was drawn, with the numbers that are recorded of it.
  struct Drawn {
    var token: Int32
    var logProbability: Float
    var entropy: Float
    var squaredProbability: Float
  }

  init(capacity: Int, vocabulary: Int, settings: SamplingSettings, score: SamplingScore) {
    self.vocabulary = vocabulary
    self.settings = settings
    self.score = score
    scaled = Tensor(rows: capacity, columns: vocabulary)
    full = Distribution(capacity: capacity, vocabulary: vocabulary)
    truncated =
      settings.truncates ? Distribution(capacity: capacity, vocabulary: vocabulary) : nil
    order.reserveCapacity(vocabulary)
  }

  /// Computes the distributions of the first `rows` rows of `logits`.
  func update(logits: Tensor, rows: Int) {
    copy(logits.firstRows(rows), to: scaled.firstRows(rows))
    if settings.temperature != 1 {
      scale(scaled.firstRows(rows), by: Float(1 / settings.temperature))
    }
    full.update(logits: scaled, rows: rows)
    guard let truncated else { return }
    for row in 0..<rows {
      truncate(
        logits: scaled.rows(row..<row + 1), probabilities: full.probabilities.rows(row..<row + 1),
        settings: settings, order: &order)
    }
    truncated.update(logits: scaled, rows: rows)
  }

  /// Adds the tokens that the token of `row` is drawn from.
  func appendSupport(ofRow row: Int, to supports: inout TokenSupports) {
    supports.append(possibleIn: scaled.rows(row..<row + 1))
  }

  /// Draws the token of `row`.
  ///
  /// - Parameters:
  ///   - row: A row of the last update.
  ///   - logits: The logits of the last update.
  ///   - uniform: In 0..<1; without effect if the settings are greedy.
  /// - Returns: The token with what is recorded of it.
  func draw(row: Int, logits: Tensor, uniform: Float) -> Drawn {
    let token =
      settings.greedy
      ? Int32(greedyAction(logits: logits, row: row))
      : sampledToken(
        probabilities: (truncated ?? full).probabilities, row: row, uniform: uniform)
    let scored = score.isOfWhatIsSampled ? truncated ?? full : full
    return Drawn(
      token: token, logProbability: scored.logProbabilities[row, Int(token)],
      entropy: scored.entropies[row], squaredProbability: scored.squares[row])
  }
}

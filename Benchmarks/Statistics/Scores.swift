import Foundation
import SeededRandom

/// A distribution that scores of runs are drawn from.
struct Scores: Sendable {
  var name: String
  /// The mean of the distribution, nil where it is measured on a large sample.
  private var exactMean: Double?
  var draw: @Sendable (inout SeededGenerator) -> Double

  init(
    _ name: String, mean: Double? = nil, draw: @escaping @Sendable (inout SeededGenerator) -> Double
  ) {
    self.name = name
    self.exactMean = mean
    self.draw = draw
  }

  /// The mean of the distribution.
  var mean: Double {
    exactMean ?? sample(1_000_000, of: 0x6d65616e).reduce(0, +) / 1_000_000
  }

  func sample(_ count: Int, using generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in draw(&generator) }
  }

  func sample(_ count: Int, of key: UInt64) -> [Double] {
    var generator = SeededGenerator(key: key)
    return sample(count, using: &generator)
  }

  /// The same scores, `amount` higher.
  func shifted(by amount: Double) -> Scores {
    Scores(name, mean: exactMean.map { $0 + amount }) { [draw] in draw(&$0) + amount }
  }

  static let normal = Scores("normal", mean: 0) { $0.nextNormal() }
  static let wide = Scores("normal, three times as wide", mean: 0) { 3 * $0.nextNormal() }
  static let skewed = Scores("skewed (exponential)", mean: 1) { -log(1 - $0.nextUnitDouble()) }
  static let mildlySkewed = Scores("skewed (lognormal, 0.5)", mean: exp(0.125)) {
    exp(0.5 * $0.nextNormal())
  }
  static let heavilySkewed = Scores("heavily skewed (lognormal, 1)", mean: exp(0.5)) {
    exp($0.nextNormal())
  }
  static let bimodal = Scores("bimodal", mean: 3) {
    $0.nextNormal() + ($0.nextBernoulli(probability: 0.5) ? 6 : 0)
  }
  static let oneInFive = collapsing(0.2, "one seed in five collapses")
  static let oneInTen = collapsing(0.1, "one seed in ten collapses")

  /// Scores of which some are ten lower.
  private static func collapsing(_ probability: Double, _ name: String) -> Scores {
    Scores(name, mean: -10 * probability) {
      $0.nextNormal() - ($0.nextBernoulli(probability: probability) ? 10 : 0)
    }
  }

  /// Nine wins of ten over a score of 0, and no noise.
  static let oneLossInFive = Scores("a loss in one seed of five") {
    $0.nextBernoulli(probability: 0.2) ? -1 : 1
  }
  static let zero = Scores("nothing", mean: 0) { _ in 0 }
}

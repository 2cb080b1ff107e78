import Foundation
import SeededRandom
import TestSupport

/// What `export_statistics.py` wrote: scores, and what numpy and scipy make of them.
struct StatisticsGoldens: Decodable {
  struct Sample: Decodable {
    let scores: [Double]
    let interquartileMean: Double
    let interval: [Double]
    let meanInterval: [Double]?
    let gap: Double
    let profile: [Double]
  }

  struct Pair: Decodable {
    let first: [Double]
    let second: [Double]
    let difference: Double
    let interval: [Double]?
    let narrowInterval: [Double]?
    let pValue: Double
    let improvement: Double
  }

  struct Strata: Decodable {
    let scores: [[Double]]
    let interval: [Double]
  }

  struct Family: Decodable {
    let pValues: [Double]
    let adjusted: [Double]
  }

  let samples: [Sample]
  let pairs: [Pair]
  let strata: Strata
  let families: [Family]

  static func load() throws -> Self {
    let file = testFolder().appending(components: "Goldens", "statistics.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }

  /// The stream that the script drew its resamples from, and how many.
  static var generator: SeededGenerator {
    RandomStreams(identity: "statistics", replicateSeed: 0).generator(for: .bootstrap)
  }
  static let resamples = 400
}

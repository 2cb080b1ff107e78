import Objectives
import TestSupport
import Testing

@Suite struct LossWeightsTests {
  let lengths = [1, 3, 4]

  @Test func `each normalizer weighs sequences as its table says`() {
    let expected: [LengthNormalizer: [Double]] = [
      .tokenMean: [0.125, 0.125, 0.125],
      .sequenceMeanTokenSum: [1 / 3, 1 / 3, 1 / 3],
      .sequenceMeanTokenMean: [1 / 3, 1 / 9, 1 / 12],
      .constant: [1 / 30, 1 / 30, 1 / 30],
    ]
    for normalizer in LengthNormalizer.allCases {
      let weights = lossWeights(lengths: lengths, normalizer: normalizer, constant: 10)
      #expect(weights == expected[normalizer])
    }
  }

  @Test func `the means give the total weight 1`() {
    for normalizer in [LengthNormalizer.tokenMean, .sequenceMeanTokenMean] {
      let weights = lossWeights(lengths: lengths, normalizer: normalizer, constant: 1)
      let total = zip(weights, lengths).reduce(0) { $0 + $1.0 * Double($1.1) }
      expectClose(total, 1, tolerance: 1e-15)
    }
  }

  @Test func `sequences of one length differ by a factor only`() {
    let equal = [5, 5, 5]
    let tokenMean = lossWeights(lengths: equal, normalizer: .tokenMean, constant: 1)
    #expect(
      lossWeights(lengths: equal, normalizer: .sequenceMeanTokenMean, constant: 1) == tokenMean)
    #expect(lossWeights(lengths: equal, normalizer: .constant, constant: 5) == tokenMean)
  }

  @Test func `no sequences have no weights`() {
    for normalizer in LengthNormalizer.allCases {
      #expect(lossWeights(lengths: [], normalizer: normalizer, constant: 1) == [])
    }
  }
}

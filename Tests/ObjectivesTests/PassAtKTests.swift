import Objectives
import TestSupport
import Testing

@Suite struct PassAtKTests {
  /// The share of the subsets of k samples, of which the first `correct` are right, that hold a right one.
  private func enumerated(_ k: Int, samples: Int, correct: Int) -> Double {
    var subsets = 0
    var passing = 0
    for subset in 0..<(1 << samples) where subset.nonzeroBitCount == k {
      subsets += 1
      if subset & (1 << correct - 1) != 0 { passing += 1 }
    }
    return Double(passing) / Double(subsets)
  }

  @Test func `it is the share of subsets that hold a right sample`() {
    for samples in 1...10 {
      for correct in 0...samples {
        for k in 1...samples {
          expectClose(
            passAtK(k, samples: samples, correct: correct),
            enumerated(k, samples: samples, correct: correct), tolerance: 1e-14)
        }
      }
    }
  }

  @Test func `values worked out by hand`() {
    #expect(passAtK(1, samples: 4, correct: 1) == 0.25)
    #expect(passAtK(2, samples: 4, correct: 1) == 0.5)
    // Sampling with replacement would give 0.684.
    #expect(passAtK(4, samples: 4, correct: 1) == 1)
    #expect(passAtK(8, samples: 8, correct: 0) == 0)
    // 1 − (6 · 5 · 4) / (10 · 9 · 8).
    expectClose(passAtK(3, samples: 10, correct: 4), 5.0 / 6, tolerance: 1e-15)
  }

  @Test func `many samples neither overflow nor lose precision`() {
    expectClose(passAtK(1, samples: 100_000, correct: 12_345), 0.12345, tolerance: 1e-9)
    // 1 − ∏ (1 − k / n) over c samples, where k is small against n.
    expectClose(passAtK(100, samples: 10_000, correct: 1), 0.01, tolerance: 1e-12)
  }

  @Test func `its mean over samples of a known probability is the truth`() {
    // Of 6 samples, each right with probability 0.3: the mean over all 64 outcomes.
    for k in 1...6 {
      var mean = 0.0
      for outcome in 0..<64 {
        let correct = outcome.nonzeroBitCount
        var probability = 1.0
        for sample in 0..<6 { probability *= sample < correct ? 0.3 : 0.7 }
        mean += probability * passAtK(k, samples: 6, correct: correct)
      }
      var allWrong = 1.0
      for _ in 0..<k { allWrong *= 0.7 }
      expectClose(mean, 1 - allWrong, tolerance: 1e-14)
    }
  }

  @Test func `more tries than samples is an error of the caller`() async {
    await #expect(processExitsWith: .failure) { _ = passAtK(5, samples: 4, correct: 1) }
    await #expect(processExitsWith: .failure) { _ = passAtK(0, samples: 4, correct: 1) }
    await #expect(processExitsWith: .failure) { _ = passAtK(1, samples: 4, correct: 5) }
    await #expect(processExitsWith: .failure) { _ = passAtK(1, samples: 0, correct: 0) }
  }
}

private import CKernels

extension SeededGenerator {
  /// Returns a number uniform in `range`, from two words.
  ///
  /// - Precondition: Both bounds are finite, and so is their difference.
  public mutating func nextUniform(in range: Range<Double>) -> Double {
    let width = range.upperBound - range.lowerBound
    precondition(
      width.isFinite && width > 0, "a uniform draw needs a finite, non-empty range, got \(range)")
    let value = range.lowerBound + width * nextUnitDouble()
    // The sum may round up to the bound that the range excludes.
    return value < range.upperBound ? value : range.upperBound.nextDown
  }

  /// Returns whether an event of the given probability happens, from two words.
  ///
  /// - Parameter probability: In 0...1.
  /// - Returns: Never true for 0, always for 1.
  public mutating func nextBernoulli(probability: Double) -> Bool {
    precondition(
      probability >= 0 && probability <= 1, "a probability is in 0...1, got \(probability)")
    return nextUnitDouble() < probability
  }

  /// Returns an index in 0..<count, each equally likely, from one word (rarely more).
  ///
  /// - Precondition: `count` is in 1..<2³².
  ///
  /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM Transactions on Modeling
  /// and Computer Simulation 29(1), 2019, https://arxiv.org/abs/1805.10941.
  public mutating func nextIndex(below count: Int) -> Int {
    precondition(count >= 1 && count <= Int(UInt32.max), "expected 1..<2^32 indices, got \(count)")
    let bound = UInt32(count)
    var product = UInt64(nextBits32()) * UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      // 2³² mod bound words would make some indices more likely than others.
      let surplus = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < surplus {
        product = UInt64(nextBits32()) * UInt64(bound)
      }
    }
    return Int(product >> 32)
  }

  /// Returns a draw from the normal distribution with mean 0 and deviation 1, from four words.
  ///
  /// Its magnitude is at most √(2 · 53 ln 2) ≈ 8.57. The pair's other normal is not used, so that a
  /// draw depends on the stream's position alone.
  ///
  /// Source: Box & Muller, "A Note on the Generation of Random Normal Deviates", Annals of
  /// Mathematical Statistics 29(2), 1958, https://doi.org/10.1214/aoms/1177706645.
  public mutating func nextNormal() -> Double {
    let radius = (-2 * lb_log(1 - nextUnitDouble())).squareRoot()
    return radius * lb_cos(2 * .pi * nextUnitDouble())
  }

  /// Returns an index drawn with the given probabilities, from two words.
  ///
  /// The first index whose running sum exceeds a uniform draw; the sum is taken in double precision,
  /// in ascending order. Where the sum stays short of the draw by rounding, the last index with a
  /// probability above 0. An index with probability 0 is never returned.
  ///
  /// - Parameter probabilities: Not negative, summing to 1 up to rounding.
  /// - Returns: A position in `probabilities`, counted from 0.
  /// - Precondition: At least one probability is above 0, and none is negative or NaN.
  public mutating func nextCategorical(probabilities: some Collection<Float>) -> Int {
    let draw = nextUnitDouble()
    var sum = 0.0
    var last: Int?
    for (index, probability) in probabilities.enumerated() {
      precondition(probability >= 0, "probability \(index) is \(probability)")
      sum += Double(probability)
      if sum > draw { return index }
      if probability > 0 { last = index }
    }
    guard let last else {
      preconditionFailure("none of the \(probabilities.count) probabilities is above 0")
    }
    return last
  }

  /// Puts `elements` in random order, all orders equally likely.
  ///
  /// Fisher and Yates' shuffle from the end: position i is exchanged with one of 0...i.
  ///
  /// Source: Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7(7), 1964,
  /// https://doi.org/10.1145/364520.364540.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for position in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(position, nextIndex(below: position + 1))
    }
  }

  /// Returns the numbers 0..<count in random order.
  public mutating func permutation(count: Int) -> [Int] {
    var permutation = Array(0..<count)
    shuffle(&permutation)
    return permutation
  }
}

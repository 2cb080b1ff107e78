package import NeuralNetworks
package import SeededRandom
package import Tensors

/// A random linear map of gradients to fewer numbers that keeps inner products in expectation.
///
/// Each parameter is added, with a random sign, to one of k sums drawn at random. For all vectors x and y
///
///     E ⟨Rx, Ry⟩ = ⟨x, y⟩
///     Var ⟨Rx, Ry⟩ = (‖x‖² ‖y‖² + ⟨x, y⟩² − 2 Σ xᵢ² yᵢ²) / k
///
/// so a squared norm is off by a share of at most √(2/k), one standard deviation. That is the variance of a dense
/// matrix of signs, at one addition for each parameter. Where there are no more than k parameters the map is the
/// identity, and the error 0.
///
/// Source: Charikar, Chen & Farach-Colton, "Finding Frequent Items in Data Streams", ICALP 2002; Weinberger et al.,
/// "Feature Hashing for Large Scale Multitask Learning", ICML 2009, https://arxiv.org/abs/0902.2206, lemma 2.
package struct GradientProjection {
  /// How many numbers a projection has.
  package let dimension: Int
  /// Where the parameters lie in their buffers.
  private let ranges: [Range<Int>]
  /// For each parameter, twice the sum that it is added to, and 1 more where it is taken off.
  private let targets: [UInt32]

  /// Draws a projection.
  ///
  /// - Parameters:
  ///   - slices: The parameters whose gradients are projected.
  ///   - dimension: The most numbers of a projection.
  ///   - generator: What signs and sums are drawn from.
  package init(
    of slices: some Sequence<ParameterSet.Slice>, to dimension: Int,
    using generator: inout SeededGenerator
  ) {
    ranges = slices.map { $0.offset..<($0.offset + $0.count) }
    let count = ranges.reduce(0) { $0 + $1.count }
    guard count > dimension else {
      self.dimension = count
      targets = (0..<count).map { UInt32(2 * $0) }
      return
    }
    self.dimension = dimension
    targets = (0..<count).map { _ in
      let sum = UInt32(generator.nextIndex(below: dimension))
      return 2 * sum + generator.nextBits32() >> 31
    }
  }

  /// Whether the projection is the identity.
  package var isExact: Bool { targets.count <= dimension }

  /// The standard deviation of a squared norm, as a share of it, at most.
  package var relativeError: Double {
    isExact ? 0 : (2 / Double(dimension)).squareRoot()
  }

  /// Writes the projection of a gradient.
  ///
  /// - Parameters:
  ///   - gradients: A buffer laid out as the parameters are.
  ///   - factors: What each element is multiplied by, by place in the buffer; none: 1.
  ///   - projection: [dimension] overwritten.
  package func project(
    _ gradients: Tensor, times factors: [Float]? = nil, into projection: inout [Double]
  ) {
    for index in projection.indices { projection[index] = 0 }
    var parameter = 0
    for range in ranges {
      for place in range {
        let target = targets[parameter]
        parameter += 1
        var value = Double(gradients[place])
        if let factors { value *= Double(factors[place]) }
        projection[Int(target >> 1)] += target & 1 == 0 ? value : -value
      }
    }
  }
}

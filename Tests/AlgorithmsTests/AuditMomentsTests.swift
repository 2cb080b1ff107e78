import Algorithms
import NeuralNetworks
import SeededRandom
import Tensors
import Testing

/// The statistics of an audit, by hand; its projections against exact inner products.
@Suite struct AuditMomentsTests {
  /// Gradients of one parameter: three prompts with two groups each.
  private static func groups(_ gradients: [[Double]]) -> GroupGradients {
    var groups = GroupGradients(prompts: gradients.count, dimension: 1)
    for (prompt, values) in gradients.enumerated() {
      for value in values { groups.add([value], ofPrompt: prompt) }
    }
    return groups
  }

  @Test func `moments of three prompts are those by hand`() throws {
    let own = Self.groups([[1, 3], [2, 4], [6, 2]])
    let reference = Self.groups([[1], [2], [3]])
    let products = own.products(with: reference)
    let moments = products.moments()
    // Means 2, 3, 4: the products of different ones are 6, 8 and 12, each twice of six.
    #expect(moments.squaredMean == 52.0 / 6)
    // 2 · 5 + 3 · 4 + 4 · 3 of six.
    #expect(moments.cross == 34.0 / 6)
    #expect(moments.squaredReference == 22.0 / 6)
    #expect(moments.secondMoment == (1 + 9 + 4 + 16 + 36 + 4) / 6.0)
    // 1 · 3, 2 · 4 and 6 · 2.
    let promptMoment = try #require(moments.promptSecondMoment)
    #expect((promptMoment - 23.0 / 3).magnitude < 1e-12)
    // Without the second prompt: 2 · 4, 2 · 3 + 4 · 1 halved, 1 · 3.
    let two = products.moments(leavingOut: 1)
    #expect(
      two
        == GradientMoments(
          squaredMean: 8, cross: 5, squaredReference: 3, secondMoment: 12.5,
          promptSecondMoment: 7.5))
    // The errors of a mean by the jackknife are those by its formula: here of 5, 10 and 20.
    let error = try #require(products.estimate(\.secondMoment)?.standardError)
    let mean = 35.0 / 3
    let squares = [5.0, 10, 20].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect((error - (squares / 2 / 3).squareRoot()).magnitude < 1e-12)
  }

  @Test func `what follows from moments is what is said of it`() throws {
    let unbiased = GradientMoments(
      squaredMean: 4, cross: 4, squaredReference: 4, secondMoment: 40, promptSecondMoment: 13)
    #expect(unbiased.relativeVariance == 9 && unbiased.squaredBias == 0 && unbiased.scale == 1)
    #expect(unbiased.cosineOfMean == 1)
    #expect(unbiased.varianceBetweenPrompts == 0.25)
    let ofNine = try #require(unbiased.cosine(groups: 9))
    #expect((ofNine * ofNine - 0.5).magnitude < 1e-12)
    // The cosine of so many groups is the one that they were counted for.
    let groups = try #require(unbiased.groups(forCosine: 0.9))
    let cosine = try #require(unbiased.cosine(groups: groups))
    #expect((cosine - 0.9).magnitude < 1e-12)
    // A biased direction never comes near.
    let biased = GradientMoments(
      squaredMean: 4, cross: 2, squaredReference: 4, secondMoment: 40)
    #expect(biased.groups(forCosine: 0.9) == nil && biased.varianceBetweenPrompts == nil)
    #expect(biased.cosineOfMean == 0.5 && biased.squaredBias == 1)
    // A gradient that samples do not tell from 0 has no relative variance.
    let silent = GradientMoments(
      squaredMean: -0.1, cross: 0, squaredReference: -0.1, secondMoment: 1)
    #expect(silent.relativeVariance == nil && silent.squaredBias == nil && silent.scale == nil)
    #expect(silent.variance == 1.1)
  }

  @Test func `inner products of projections are exact ones on average, with the variance stated`()
    throws
  {
    let parameters = ParameterSet()
    _ = parameters.declare(name: "a", shape: [30, 10])
    _ = parameters.declare(name: "b", shape: [7])
    let streams = RandomStreams(identity: "projection", replicateSeed: 0)
    var draws = streams.generator(for: .audit, 1)
    let vectors = (0..<2).map { _ in (0..<307).map { _ in Float(draws.nextNormal()) } }
    func place(_ vector: [Float]) {
      for (slice, range) in zip(parameters.slices, [0..<300, 300..<307]) {
        parameters.gradients.copy(from: Array(vector[range]), at: slice.offset)
      }
    }
    let exact = zip(vectors[0], vectors[1]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let squares = vectors.map { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
    let both = zip(vectors[0], vectors[1]).reduce(0.0) {
      $0 + Double($1.0 * $1.0) * Double($1.1 * $1.1)
    }
    let dimension = 64
    let variance = (squares[0] * squares[1] + exact * exact - 2 * both) / Double(dimension)
    let count = 600
    var found: [Double] = []
    for index in 0..<count {
      var generator = streams.generator(for: .audit, 2, index)
      let projection = GradientProjection(
        of: parameters.slices, to: dimension, using: &generator)
      #expect(projection.dimension == 64 && !projection.isExact)
      let projected = vectors.map { vector in
        place(vector)
        var result = [Double](repeating: 0, count: dimension)
        projection.project(parameters.gradients, into: &result)
        return result
      }
      found.append(zip(projected[0], projected[1]).reduce(0) { $0 + $1.0 * $1.1 })
    }
    let mean = found.reduce(0, +) / Double(count)
    let spread = found.reduce(0) { $0 + ($1 - exact) * ($1 - exact) } / Double(count)
    #expect((mean - exact).magnitude < 4 * (variance / Double(count)).squareRoot())
    #expect((spread / variance - 1).magnitude < 0.25, "\(spread) for \(variance)")
    // As many numbers as parameters: the gradient itself.
    var generator = streams.generator(for: .audit, 3)
    let identity = GradientProjection(of: parameters.slices, to: 307, using: &generator)
    place(vectors[0])
    var result = [Double](repeating: 0, count: 307)
    identity.project(parameters.gradients, into: &result)
    #expect(identity.isExact && identity.relativeError == 0)
    #expect(result == vectors[0].map { Double($0) })
  }
}

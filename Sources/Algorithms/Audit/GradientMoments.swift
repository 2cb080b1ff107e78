/// First and second moments of the gradient of a group, estimated without bias beside those of a reference.
package struct GradientMoments: Equatable, Sendable {
  /// ‖E ĝ‖². An estimate without bias of a number near 0 may be negative.
  package var squaredMean: Double
  /// ⟨E ĝ, g⟩ with g the expectation of the reference.
  package var cross: Double
  /// ‖g‖².
  package var squaredReference: Double
  /// E ‖ĝ‖².
  package var secondMoment: Double
  /// E ‖E[ĝ | prompt]‖²; `nil` where each prompt has one group.
  package var promptSecondMoment: Double?

  /// Creates moments.
  package init(
    squaredMean: Double, cross: Double, squaredReference: Double, secondMoment: Double,
    promptSecondMoment: Double? = nil
  ) {
    self.squaredMean = squaredMean
    self.cross = cross
    self.squaredReference = squaredReference
    self.secondMoment = secondMoment
    self.promptSecondMoment = promptSecondMoment
  }

  /// tr Cov ĝ of a group.
  package var variance: Double { secondMoment - squaredMean }

  /// tr Cov ĝ / ‖E ĝ‖², which no scale changes.
  package var relativeVariance: Double? { squaredMean > 0 ? variance / squaredMean : nil }

  /// The share of the variance that lies between the expectations of different prompts.
  package var varianceBetweenPrompts: Double? {
    guard let promptSecondMoment, variance > 0 else { return nil }
    return (promptSecondMoment - squaredMean) / variance
  }

  /// ‖E ĝ − g‖² / ‖g‖².
  package var squaredBias: Double? {
    squaredReference > 0
      ? (squaredMean - 2 * cross + squaredReference) / squaredReference : nil
  }

  /// E ĝ · g / ‖g‖²: how long the expectation is along the true gradient, 1 for an unbiased estimator.
  package var scale: Double? { squaredReference > 0 ? cross / squaredReference : nil }

  /// The cosine between E ĝ and g: what a bias does that no scale mends.
  package var cosineOfMean: Double? {
    squaredMean > 0 && squaredReference > 0
      ? cross / (squaredMean * squaredReference).squareRoot() : nil
  }

  /// The cosine between g and the mean of some groups' estimates, with its norm at its root mean square.
  package func cosine(groups: Double) -> Double? {
    let square = squaredMean + variance / groups
    guard square > 0 && squaredReference > 0 else { return nil }
    return cross / (square * squaredReference).squareRoot()
  }

  /// How many groups bring the cosine to a number; `nil` where none do.
  package func groups(forCosine cosine: Double) -> Double? {
    guard squaredReference > 0 && cross > 0 else { return nil }
    let room = cross * cross / (cosine * cosine * squaredReference) - squaredMean
    return room > 0 ? variance / room : nil
  }
}

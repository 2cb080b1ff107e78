/// The mean and deviation of a group's returns in single precision, as they are without a test for equal returns: a
/// known mistake.
///
///     Âᵢ = (Rᵢ − m) / (s + ε),   m and s rounded to 24 bits, sums from the first to the last
///
/// Eight rewards of 0.1 sum to 0.80000007, so that m is one step of the format above each of them and s is that
/// step, 8e-9. With an ε of 1e-9 all eight then have the advantage −0.83, where they should have 0; with 1e-6 it is
/// −0.007. Returns that single precision holds with their sums, such as 0 and 1, have no residue.
///
/// Source: verl pull request 4597, https://github.com/verl-project/verl/pull/4597; ε is 1e-6 in verl, 1e-4 in TRL,
/// 1e-9 in OpenRLHF. NVIDIA-NeMo/RL pull request 4158 has the same with a deviation in one pass.
public struct SinglePrecisionMoments: Equatable, Sendable {
  /// m, the mean.
  public let mean: Float
  /// s, the deviation; 0 for a single return.
  public let deviation: Float

  /// Creates the moments of the returns of one group.
  ///
  /// - Parameters:
  ///   - returns: [G] returns, rounded first.
  ///   - variance: How s is estimated.
  /// - Precondition: There is a return.
  public init(of returns: [Double], variance: VarianceEstimator = .unbiased) {
    precondition(!returns.isEmpty, "moments of no returns")
    let rounded = returns.map { Float($0) }
    let center = rounded.reduce(0, +) / Float(rounded.count)
    mean = center
    guard rounded.count >= 2 else {
      deviation = 0
      return
    }
    let squares = rounded.reduce(Float(0)) { $0 + ($1 - center) * ($1 - center) }
    deviation = (squares / Float(variance.divisor(rounded.count))).squareRoot()
  }

  /// Returns a return of the group less the mean.
  public func centered(_ value: Double) -> Double { Double(Float(value) - mean) }

  /// Returns what that is multiplied by.
  ///
  /// - Parameter epsilon: ε ≥ 0, added to the deviation.
  /// - Returns: 1 / (s + ε); 0 where nothing is left to divide by.
  public func scale(epsilon: Double) -> Double {
    let divisor = Double(deviation) + epsilon
    return divisor > 0 ? 1 / divisor : 0
  }
}

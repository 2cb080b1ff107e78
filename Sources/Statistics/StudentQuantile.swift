/// Returns the 97.5 % quantile of Student's t distribution: half the width of a 95 % interval, in
/// standard errors.
///
/// - Parameter degreesOfFreedom: At least 1.
/// - Returns: To nine digits from a table up to 30 degrees, beyond by the expansion at the normal
///   quantile, to seven.
///
/// Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 26.7.5.
func studentQuantile(degreesOfFreedom: Int) -> Double {
  precondition(degreesOfFreedom >= 1, "there are \(degreesOfFreedom) degrees of freedom")
  guard degreesOfFreedom > tabulatedQuantiles.count else {
    return tabulatedQuantiles[degreesOfFreedom - 1]
  }
  let z = normalQuantile
  let n = Double(degreesOfFreedom)
  let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
    + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
}

/// The 97.5 % quantile of the normal distribution.
let normalQuantile = 1.959963984540054

private let tabulatedQuantiles: [Double] = [
  12.70620474, 4.30265273, 3.182446305, 2.776445105, 2.570581836, 2.446911851,
  2.364624252, 2.306004135, 2.262157163, 2.228138852, 2.20098516, 2.17881283,
  2.160368656, 2.144786688, 2.131449546, 2.119905299, 2.109815578, 2.10092204,
  2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.06865761, 2.063898562,
  2.059538553, 2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456,
]

/// Returns the sum of a reward's components, each times its weight; without weights, the plain sum.
///
///     r = Σ_c w_c r_c
public func weightedSum(components: [Double], weights: [Double]) -> Double {
  precondition(weights.isEmpty || weights.count == components.count, "a weight is missing")
  return components.indices.reduce(0) {
    $0 + (weights.isEmpty ? 1 : weights[$1]) * components[$1]
  }
}

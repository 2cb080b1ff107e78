/// Whether all elements are the same number, so that there is nothing to compare.
///
/// Rewards are tested, never a computed deviation: eight rewards of 0.35 have a floating-point
/// deviation that is not 0, and dividing by it turned rounding residue into advantages of
/// thousands (NVIDIA-NeMo/RL issues 4158 and 4161).
public func areAllEqual(_ elements: [Double]) -> Bool {
  guard let first = elements.first else { return true }
  return elements.allSatisfy { $0 == first }
}

/// Returns the arithmetic mean; exactly the common element where all are equal, 0 for none.
public func mean(of elements: [Double]) -> Double {
  guard let first = elements.first else { return 0 }
  if areAllEqual(elements) { return first }
  return elements.reduce(0, +) / Double(elements.count)
}

/// Returns the unbiased standard deviation, in two passes.
///
///     s = √(Σᵢ (xᵢ − x̄)² / (n − 1))
///
/// - Returns: s ≥ 0; exactly 0 where all elements are equal, and for fewer than two.
public func standardDeviation(of elements: [Double]) -> Double {
  guard elements.count >= 2, !areAllEqual(elements) else { return 0 }
  let center = mean(of: elements)
  let squares = elements.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(elements.count - 1)).squareRoot()
}

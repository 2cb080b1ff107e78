import NeuralNetworks
import Tensors

extension ParameterSet {
  /// Moves each parameter that `other` has under the same name and shape toward it.
  ///
  ///     p ← α p_other + (1 − α) p
  ///
  /// - Parameters:
  ///   - other: The parameters to move toward, such as those of the policy that a reference follows.
  ///   - share: α in 0...1; 1 makes copies.
  func move(toward other: ParameterSet, share: Double = 1) {
    for slice in slices {
      guard
        let source = other.slices.first(where: {
          $0.name == slice.name && $0.shape == slice.shape
        })
      else { continue }
      var moved = other.values(of: source).array
      if share < 1 {
        let own = values(of: slice).array
        for index in moved.indices {
          moved[index] = Float(share) * moved[index] + Float(1 - share) * own[index]
        }
      }
      values.copy(from: moved, at: slice.offset)
    }
  }
}

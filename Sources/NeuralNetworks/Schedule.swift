/// The course of a quantity such as the learning rate over training.
public enum Schedule: String, CaseIterable, Hashable, Sendable {
  /// The initial value throughout.
  case constant
  /// From the initial value straight down to 0 at the end.
  case linear

  /// Returns the value at a point of training.
  ///
  /// - Parameters:
  ///   - initial: The value at the start.
  ///   - progress: The fraction of training that is done, in 0…1.
  /// - Returns: The value, in the unit of `initial`.
  public func value(_ initial: Double, progress: Double) -> Double {
    precondition((0...1).contains(progress), "progress of \(progress)")
    return switch self {
    case .constant: initial
    case .linear: initial * (1 - progress)
    }
  }
}

import CKernels

/// The exact kernels: which variant of them runs, and the revision of their results.
///
/// All variants give the same bits, so the choice among them is a matter of speed and is recorded with a
/// result without being part of its key.
public enum Kernels {
  /// Raised by hand when, and only when, a bit of any kernel's result changes.
  public static let revision = 1

  /// A variant of the kernels.
  public enum InstructionSet: String, CaseIterable, Sendable {
    case scalar
    case avx2 = "AVX2"
    case avx512 = "AVX-512"

    fileprivate var variant: lb_variant {
      switch self {
      case .scalar: lb_variant_scalar
      case .avx2: lb_variant_avx2
      case .avx512: lb_variant_avx512
      }
    }

    /// Whether this processor can run the variant.
    public var isAvailable: Bool { lb_has_variant(variant) != 0 }
  }

  /// The variant that the calling thread really uses.
  public static var current: InstructionSet {
    switch lb_current_variant() {
    case lb_variant_avx512: .avx512
    case lb_variant_avx2: .avx2
    default: .scalar
    }
  }

  /// The name of the variant in use: `AVX-512`, `AVX2` or `scalar`.
  public static var instructionSet: String { current.rawValue }

  /// Runs `body` with the variant `instructionSet` on the calling thread, for tests and benchmarks.
  ///
  /// - Precondition: The processor has it.
  public static func using<Result>(
    _ instructionSet: InstructionSet, _ body: () throws -> Result
  ) rethrows -> Result {
    let earlier = lb_forced_variant()
    let failure = lb_force_variant(Int32(instructionSet.variant.rawValue))
    precondition(failure == 0, "this processor lacks \(instructionSet.rawValue)")
    defer { _ = lb_force_variant(earlier) }
    return try body()
  }

  /// Sets the calling thread to round to nearest even and to keep denormals.
  ///
  /// Call it where a thread that trains starts: other libraries are known to change the mode.
  public static func setFloatingPointMode() {
    lb_set_floating_point_mode()
  }

  /// Whether the calling thread is in the mode that ``setFloatingPointMode()`` sets.
  public static var hasFloatingPointMode: Bool { lb_has_floating_point_mode() != 0 }
}

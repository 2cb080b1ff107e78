import ExperimentRunner
import Tensors

/// The version of this labbook.
enum ProgramVersion {
  /// The version; it says nothing of results, which the revisions of components do.
  static let number = "0.1.0"

  /// The line that `labbook --version` prints: what a report of a fault needs, and nothing of the machine but its
  /// processor's kind.
  static var line: String {
    "labbook \(number) (Swift \(ProvenanceSources.compiler), \(architecture), \(Kernels.instructionSet) kernels "
      + "of revision \(Kernels.revision))"
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture"
    #endif
  }
}

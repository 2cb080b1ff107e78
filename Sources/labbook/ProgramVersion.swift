import ExperimentRunner
import Tensors

/// The version of this labbook.
enum ProgramVersion {
  /// The version; it says nothing of results, which the revisions of components do.
  static let number = "0.1.0"

  /// The line that `labbook --version` prints: what a report of a fault needs, and nothing of the machine but its
  /// processor's kind.
  static var line: String {
    "labbook \(number) (Swift \(ProvenanceSources.compiler), \(PromisedArchitecture.ofThisProgram), "
      + "\(Kernels.instructionSet) kernels of revision \(Kernels.revision))"
  }
}

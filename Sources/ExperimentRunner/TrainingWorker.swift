internal import Algorithms
internal import ExperimentSpec
internal import ResultStore
internal import Tensors

extension WorkerLoop {
  /// The body of the hidden command `labbook worker`: trains with the engine until input ends.
  public static func run() {
    run(instructionSet: Kernels.instructionSet, versions: versions, train: trainedRecord)
  }

  /// Trains a run from nothing but its preimage.
  static func trainedRecord(
    of preimage: RunPreimage, progress: @escaping (Int, Int) -> Void
  ) throws -> Record {
    let configuration = try Vocabulary.labbook.configuration(of: preimage)
    if configuration.numerics == .openblas { try OpenBLAS.requirePinnedConfiguration() }
    let result = try train(configuration, progress: progress)
    return Record(
      metrics: result.metrics,
      curves: result.curves.map { Curve(name: $0.name, steps: $0.steps, values: $0.values) },
      weights: result.weights)
  }

  private static var versions: [String: String] {
    [
      "kernels": "\(Kernels.revision)", "openblas": "\(OpenBLAS.version) \(OpenBLAS.core)",
      "swift": compiler,
    ]
  }

  /// The compiler that this program was built with; there is no exact version to ask for.
  private static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}

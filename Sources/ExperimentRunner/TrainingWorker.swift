internal import Algorithms
internal import ExperimentSpec
internal import Glibc
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
      "glibc": String(cString: gnu_get_libc_version()),
      "openblas": "\(OpenBLAS.version) \(OpenBLAS.core)",
    ]
  }
}

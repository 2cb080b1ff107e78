internal import Algorithms
internal import CanonicalJSON
internal import ExperimentSpec
internal import ResultStore
internal import Tensors

extension WorkerLoop {
  /// The body of the hidden command `labbook worker`: trains with the engine until input ends.
  public static func run() {
    run(instructionSet: Kernels.instructionSet, versions: versions, train: trainedRecord)
  }

  /// Trains a run from nothing but its preimage and the weights of its stages.
  static func trainedRecord(
    of preimage: RunPreimage, stages: [String: [UInt8]], checkpoints: TrainingCheckpoints?,
    progress: @escaping (Int, Int) -> Void
  ) throws -> Record {
    let configuration = try Vocabulary.labbook.configuration(of: preimage)
    if configuration.numerics == .openblas { try OpenBLAS.requirePinnedConfiguration() }
    let weights = StageWeights(start: stages["start"], reward: stages["reward"])
    let result = try train(
      configuration, weights: weights, checkpoints: checkpoints, progress: progress)
    return Record(
      metrics: result.metrics,
      curves: result.curves.map { Curve(name: $0.name, steps: $0.steps, values: $0.values) },
      items: result.items.map { Curve(name: $0.name, steps: $0.steps, values: $0.values) },
      updates: result.updateDigests,
      samples: result.samples.map { $0.json.compactText },
      weights: result.weights)
  }

  private static var versions: [String: String] {
    [
      "kernels": "\(Kernels.revision)", "openblas": "\(OpenBLAS.version) \(OpenBLAS.core)",
      "swift": ProvenanceSources.compiler,
    ]
  }
}

extension TrainingSample {
  /// The line of `samples.jsonl`.
  var json: JSONValue {
    .object([
      .init("step", .integer(step)), .init("level", .string(level)),
      .init("kind", .string(kind)), .init("prompt", .string(prompt)),
      .init("completion", .string(completion)), .init("reward", .number(reward)),
      .init("correct", .boolean(isCorrect)), .init("truncated", .boolean(isTruncated)),
    ])
  }
}

package import Algorithms
internal import CanonicalJSON
internal import ExperimentSpec
package import ResultStore
internal import Tensors

extension WorkerLoop {
  /// The body of the hidden command `labbook worker`: trains with the engine until input ends.
  public static func run() {
    run(instructionSet: Kernels.instructionSet, versions: versions) {
      try trainedRecord(of: $0, stages: $1, checkpoints: $2, tracing: $3, progress: $4)
    }
  }

  /// Trains a run from nothing but its preimage and the weights of its stages.
  static func trainedRecord(
    of preimage: RunPreimage, stages: [String: [UInt8]], checkpoints: TrainingCheckpoints? = nil,
    tracing: UpdateTracing? = nil, progress: @escaping (Int, Int) -> Void
  ) throws -> (record: Record, trace: ExecutionTrace?) {
    let recorder = tracing.map { UpdateRecorder(notesTensors: $0 == .tensors) }
    return try trainedRecord(
      of: preimage, stages: stages, checkpoints: checkpoints, recorder: recorder,
      progress: progress)
  }

  /// Trains a run as a worker does, with a recorder that may do damage on the way.
  package static func trainedRecord(
    of preimage: RunPreimage, stages: [String: [UInt8]] = [:],
    checkpoints: TrainingCheckpoints? = nil, recorder: UpdateRecorder?,
    progress: @escaping (Int, Int) -> Void = { _, _ in }
  ) throws -> (record: Record, trace: ExecutionTrace?) {
    let configuration = try Vocabulary.labbook.configuration(of: preimage)
    if configuration.numerics == .openblas { try OpenBLAS.requirePinnedConfiguration() }
    let weights = StageWeights(start: stages["start"], reward: stages["reward"])
    let result = try train(
      configuration, weights: weights, checkpoints: checkpoints, progress: progress,
      recorder: recorder)
    let record = Record(
      metrics: result.metrics,
      curves: result.curves.map { Curve(name: $0.name, steps: $0.steps, values: $0.values) },
      items: result.items.map { Curve(name: $0.name, steps: $0.steps, values: $0.values) },
      updates: result.updateDigests,
      samples: result.samples.map { $0.json.compactText },
      weights: result.weights)
    let trace = recorder.map {
      ExecutionTrace(
        tensors: $0.trace.tensors, steps: $0.trace.steps, digests: $0.trace.digests)
    }
    return (record, trace)
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

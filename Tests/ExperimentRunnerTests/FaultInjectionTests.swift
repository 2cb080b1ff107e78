import Algorithms
import ExperimentRunner
import ExperimentSpec
import ResultStore
import Testing

/// Damage that is done to a run on its way, and what is told of it from records and traces.
@Suite struct FaultInjectionTests {
  @Test(arguments: ["PPO", "RLOO"])
  func `a bit flipped in a weight at any update is told by update, budget and tensor`(
    arm: String
  ) throws {
    let folder = try TemporaryFolder()
    let experiment = try loadExperiment(
      at: "experiments/e.yaml",
      in: SpecFiles(["experiments/e.yaml": RealWorkerTests.spec(steps: 1500, seeds: 1)]),
      vocabulary: .labbook)
    let runs = try plannedRuns(
      of: [experiment], in: ResultStore(root: folder.url), vocabulary: .labbook)
    let run = try #require(runs.first { $0.name.arm == arm })
    let sound = try WorkerLoop.trainedRecord(
      of: run.preimage, recorder: UpdateRecorder(notesTensors: true))
    let trace = try #require(sound.trace)
    let count = trace.steps.count
    try #require(count >= 3 && count == sound.record.updates.count)
    for update in Set(stride(from: 1, through: count, by: max(1, count / 6))).union([count]) {
      let tensor = trace.tensors[update * 5 % trace.tensors.count]
      let fault = WeightFault(
        update: update, tensor: tensor, element: tensor.hasSuffix("weight") ? update % 8 : 0,
        bit: update * 7 % 23)
      let hit = try WorkerLoop.trainedRecord(
        of: run.preimage, recorder: UpdateRecorder(notesTensors: true, fault: fault))
      let found = try #require(
        FirstDivergence(
          between: sound.record, and: hit.record, unit: run.unit, traces: (trace, hit.trace)))
      #expect(
        found.place == .update(update, used: trace.steps[update - 1], tensor: tensor),
        "\(tensor) at update \(update): \(found)")
    }
  }
}

import Algorithms
import Settings
import Testing

/// What is noted of each step of the optimizer, and whether damage is found where it was done.
@Suite struct UpdateRecorderTests {
  /// Runs of both worlds: one set of parameters, two, and a transformer.
  private static let runs: [(name: String, configuration: RunConfiguration, tensor: String)] = [
    ("rloo", smallRun("rloo", steps: 2400), "policy.hidden.0.weight"),
    ("ppo", smallRun("ppo", ["rollout_steps": .integer(128)]), "value.output.bias"),
    ("dpo", smallRun("dpo", steps: 2400), "policy.output.weight"),
  ]

  private func recorded(
    _ run: RunConfiguration, fault: WeightFault? = nil
  ) throws -> (result: TrainingResult, trace: UpdateTrace) {
    let recorder = UpdateRecorder(notesTensors: true, fault: fault)
    let result = try train(run, recorder: recorder)
    return (result, recorder.trace)
  }

  @Test(arguments: Self.runs.map(\.name))
  func `a recorder changes no bit and notes every tensor at every update`(name: String) throws {
    let run = try #require(Self.runs.first { $0.name == name })
    let (result, trace) = try recorded(run.configuration)
    #expect(try train(run.configuration) == result)
    #expect(trace.steps.count == result.updateDigests.count && !trace.steps.isEmpty)
    #expect(trace.steps == trace.steps.sorted())
    #expect(trace.steps.allSatisfy { (1...2400).contains($0) })
    #expect(trace.tensors.contains(run.tensor), "\(trace.tensors)")
    #expect(Set(trace.tensors).count == trace.tensors.count)
    #expect(trace.digests.count == trace.steps.count * trace.tensors.count)
    let coarse = UpdateRecorder(notesTensors: false)
    _ = try train(run.configuration, recorder: coarse)
    #expect(coarse.trace.steps == trace.steps)
    #expect(coarse.trace.tensors.isEmpty && coarse.trace.digests.isEmpty)
  }

  @Test(arguments: Self.runs.map(\.name), [1, 2, 3])
  func `a bit flipped in a weight at an update shows there and in that tensor first`(
    name: String, update: Int
  ) throws {
    let run = try #require(Self.runs.first { $0.name == name })
    let sound = try recorded(run.configuration)
    try #require(sound.trace.steps.count >= update)
    for bit in [0, 11, 22] {
      let hit = try recorded(
        run.configuration, fault: WeightFault(update: update, tensor: run.tensor, bit: bit))
      let digests = zip(sound.result.updateDigests, hit.result.updateDigests)
      #expect(digests.enumerated().first { $1.0 != $1.1 }?.offset == update - 1)
      let count = sound.trace.tensors.count
      let different = (0..<count).filter {
        sound.trace.digests[(update - 1) * count + $0]
          != hit.trace.digests[(update - 1) * count + $0]
      }
      #expect(different.map { sound.trace.tensors[$0] } == [run.tensor])
      #expect(
        sound.trace.digests.prefix((update - 1) * count)
          == hit.trace.digests.prefix((update - 1) * count))
    }
  }

  @Test func `a language model's tensors are noted under their names, and a fault in one is found`()
    throws
  {
    let run = languageRun("reinforce")
    let (result, trace) = try recorded(run)
    #expect(trace.steps.count == result.updateDigests.count)
    let position = try #require(
      trace.tensors.firstIndex { $0.contains("embed") }, "\(trace.tensors)")
    let update = trace.steps.count
    try #require(update > 0)
    let hit = try recorded(
      run, fault: WeightFault(update: update, tensor: trace.tensors[position], element: 3))
    #expect(hit.result.updateDigests.dropLast() == result.updateDigests.dropLast())
    #expect(hit.result.updateDigests.last != result.updateDigests.last)
    let differing = zip(trace.digests, hit.trace.digests).enumerated().filter { $1.0 != $1.1 }
    #expect(differing.map(\.offset) == [(update - 1) * trace.tensors.count + position])
  }
}

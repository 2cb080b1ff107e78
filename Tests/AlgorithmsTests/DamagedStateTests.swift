import Algorithms
import Environments
import LanguageTasks
import Settings
import Testing

/// States with a bad value in each of their fields, as a checkpoint with a valid digest may hold them: a run refuses
/// them in a sentence and starts over, or comes to a sound end.
@Suite struct DamagedStateTests {
  /// What became of a run that was to go on from a state.
  private enum Outcome {
    case refused(String)
    case ended(TrainingResult)
    case failed(TrainingError)
  }

  /// Trains a run from a state; one that starts over is ended there, since that is another test.
  private func outcome(
    of configuration: RunConfiguration, weights: StageWeights, from state: [UInt8]
  ) throws -> Outcome {
    var refusals: [String] = []
    let checkpoints = TrainingCheckpoints(
      state: state, isDue: { false }, isOver: { _ in !refusals.isEmpty }, keep: { _, _ in true },
      refused: { refusals.append($0) })
    do throws(TrainingError) {
      let result = try train(configuration, weights: weights, checkpoints: checkpoints)
      #expect(refusals.isEmpty)
      return .ended(result)
    } catch {
      guard let refusal = refusals.first else { return .failed(error) }
      #expect(error == .interrupted(used: nil, unit: unit(of: error)))
      return .refused(refusal)
    }
  }

  private func unit(of error: TrainingError) -> String {
    if case .interrupted(_, let unit) = error { return unit }
    return "none"
  }

  /// Damages every field of a late state of a run, and of those that come often the first and the last.
  private func expectSound(
    _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), _ name: String
  ) throws {
    let kept = Interruptions(after: nil)
    _ = try train(configuration, weights: weights, checkpoints: kept.checkpoints())
    let states = kept.states
    try #require(states.count >= 2, "\(name)")
    let state = StateFields(states[states.count - 2])
    try #require(state.bytes == states[states.count - 2], "\(name)")
    let budget = try #require(configuration.budget.values.first)
    guard case .integer(let steps) = budget else { return }
    var refused = 0
    for (index, field) in state.fields.enumerated() {
      let same = state.fields.indices.filter { state.fields[$0].name == field.name }
      guard index == same.first || index == same.last else { continue }
      for damage in state.damages(at: index) {
        switch try outcome(of: configuration, weights: weights, from: damage.bytes) {
        case .refused(let problem):
          refused += 1
          #expect(problem.contains("it") && !problem.contains("\n"), "\(name): \(problem)")
        case .failed(let error):
          // Numbers that a run could have had may lead to what it cannot have, which is told.
          #expect(!damage.isImpossible, "\(name): \(damage.description): \(error)")
        case .ended(let result):
          #expect(!damage.isImpossible, "\(name): \(damage.description)")
          #expect(
            result.metrics.values.allSatisfy { $0.magnitude <= 1e300 },
            "\(name): \(damage.description)")
          #expect(
            result.curves.allSatisfy { $0.steps.allSatisfy { (0...steps).contains($0) } },
            "\(name): \(damage.description)")
        }
      }
    }
    #expect(refused > state.fields.count, "\(name)")
  }

  @Test(.timeLimit(.minutes(5)), arguments: EnvironmentRegistry.all.map(\.name))
  func `a bad value in an episode under way is refused or harmless`(environment: String) throws {
    var configuration = smallRun(
      "ppo",
      [
        "environments": .integer(2), "rollout_steps": .integer(8), "epochs": .integer(1),
        "minibatches": .integer(1), "observation_normalization": .choice("running"),
        "reward_normalization": .choice("running"),
      ], steps: 64, every: 32, seed: 5)
    configuration.task = environment
    try expectSound(configuration, environment)
  }

  @Test func `what a run knows by itself is not taken from a state`() throws {
    let configuration = smallRun("ppo", ["rollout_steps": .integer(32)], steps: 400, every: 100)
    let kept = Interruptions(after: nil)
    _ = try train(configuration, checkpoints: kept.checkpoints())
    let state = StateFields(try #require(kept.states.dropFirst().first))
    func refusal(_ name: String, _ change: (inout StateFields.Field) -> Void) throws -> String {
      var damaged = state
      let index = try #require(damaged.fields.firstIndex { $0.name == name })
      change(&damaged.fields[index])
      let outcome = try outcome(
        of: configuration, weights: StageWeights(), from: damaged.bytes)
      guard case .refused(let problem) = outcome else { return "\(outcome)" }
      return problem
    }
    func set(_ bits: UInt64) -> (inout StateFields.Field) -> Void {
      { $0.elements = StateFields.bytes(bits, size: $0.size) + $0.elements.dropFirst($0.size) }
    }
    #expect(try refusal("log.used", set(401)) == "its field log.used is 401, expected 0 to 400")
    #expect(
      try refusal("timetable.next", set(UInt64(bitPattern: .min))).hasPrefix(
        "its field timetable.next is -9223372036854775808, expected 100 to 500"))
    #expect(
      try refusal("timetable.next", set(200))
        .hasSuffix("is not the evaluation that follows step 256"))
    #expect(
      try refusal("clock.steps", set(UInt64(bitPattern: -1)))
        == "its field clock.steps is -1, expected 0 to 499")
    #expect(
      try refusal("adam.updates", set(1)).hasPrefix("its field adam.updates is 1, expected "))
    #expect(
      try refusal("adam.beta1_power", set(1.0.bitPattern))
        .hasPrefix("its field adam.beta1_power is 1.0, expected "))
    #expect(
      try refusal("log.pending_counts", set(0.5.bitPattern)).hasPrefix("its field"))
  }
}

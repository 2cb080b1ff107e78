import Algorithms
import Testing

/// Checkpoints of a run that ends at some of its updates and is begun again from what it left.
final class Interruptions {
  /// Updates after which the run ends, counted from where it began last; none: it does not end.
  let updates: Int?
  /// The states that were kept, the latest last.
  private(set) var states: [[UInt8]] = []
  private(set) var refusals: [String] = []
  private(set) var resumptions = 0
  private var sinceBeginning = 0

  init(after updates: Int?) { self.updates = updates }

  /// The checkpoints of the next attempt, from the latest state on or from a given one.
  func checkpoints(from state: [UInt8]? = nil) -> TrainingCheckpoints {
    sinceBeginning = 0
    return TrainingCheckpoints(
      state: state ?? states.last,
      isDue: { [self] in
        sinceBeginning += 1
        return updates.map { sinceBeginning == $0 } ?? true
      },
      keep: { [self] state, _ in
        states.append(state)
        return updates == nil
      },
      resumed: { [self] _ in resumptions += 1 }, refused: { [self] in refusals.append($0) })
  }
}

/// Trains a run that is interrupted again and again, each time after so many updates.
///
/// - Returns: The result, and how often it was interrupted.
func trainInterrupted(
  _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), after updates: Int = 1
) throws -> (result: TrainingResult, count: Int) {
  let interruptions = Interruptions(after: updates)
  while true {
    do throws(TrainingError) {
      let result = try train(
        configuration, weights: weights, checkpoints: interruptions.checkpoints())
      #expect(interruptions.refusals == [])
      #expect(interruptions.resumptions == interruptions.states.count)
      return (result, interruptions.states.count)
    } catch {
      guard case .interrupted = error else { throw error }
    }
  }
}

/// A run that is asked to end in the midst of a long piece of work, at the n-th look up from it.
final class EndedWork {
  /// The look at which the run is to end; none: it is not.
  let end: Int?
  private(set) var looks = 0
  /// What is kept of the run, and the step that it is at.
  private(set) var kept: (state: [UInt8], used: Int)?

  init(at end: Int?) { self.end = end }

  /// The checkpoints of a run whose state is held after every update and written only when it ends.
  var checkpoints: TrainingCheckpoints {
    TrainingCheckpoints(
      isDue: { false }, isWorthHolding: { true },
      isOver: { [self] _ in
        looks += 1
        return end.map { looks >= $0 } ?? false
      },
      keep: { [self] state, used in
        kept = (state, used)
        return false
      })
  }
}

/// Trains a run that is ended once, at a look, and then to its end from what it left.
///
/// - Returns: The result, and the step at which it went on; none where it began anew.
func trainEnded(
  _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), at look: Int
) throws -> (result: TrainingResult, used: Int?) {
  let work = EndedWork(at: look)
  do throws(TrainingError) {
    _ = try train(configuration, weights: weights, checkpoints: work.checkpoints)
    Issue.record("the run did not end at look \(look)")
  } catch {
    guard case .interrupted(let used, _) = error else { throw error }
    #expect(used == work.kept?.used, "look \(look)")
    #expect(work.looks == look, "it went on after look \(look)")
  }
  let next = Interruptions(after: 0)
  let result = try train(
    configuration, weights: weights, checkpoints: next.checkpoints(from: work.kept?.state))
  #expect(next.refusals == [] && next.resumptions == (work.kept == nil ? 0 : 1))
  return (result, work.kept?.used)
}

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

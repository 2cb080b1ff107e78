import Algorithms
import Settings

/// Trains an arm once.
///
/// - Parameters:
///   - arm: The algorithm.
///   - settings: Its settings, presets included.
///   - environment: The name of the environment.
///   - steps: The budget.
///   - seed: The replicate seed.
///   - every: Steps from one evaluation to the next.
///   - episodes: Greedy episodes of an evaluation.
///   - readsPhases: Whether all phases are told apart, which costs a few hundredths of the speed.
/// - Returns: The result, and the time in each phase.
/// - Throws: The reason why training failed.
func trained(
  _ arm: Arm, settings: [String: SettingValue], on environment: String, steps: Int, seed: Int,
  every: Int, episodes: Int = 20, readsPhases: Bool
) throws -> (result: TrainingResult, clock: PhaseClock) {
  let clock = PhaseClock(readsPhases: readsPhases)
  let result = try train(
    RunConfiguration(
      world: .environments, task: environment, budget: ["environment_steps": .integer(steps)],
      evaluation: ["every": .integer(every), "episodes": .integer(episodes)],
      algorithm: arm.algorithm, algorithmSettings: settings, seed: seed),
    enter: { clock.enter($0) })
  clock.enter(nil)
  return (result, clock)
}

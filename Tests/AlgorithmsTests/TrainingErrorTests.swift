import Algorithms
import Settings
import Testing

@Suite struct TrainingErrorTests {
  func problem(_ configuration: RunConfiguration) -> String? {
    do throws(TrainingError) {
      _ = try train(configuration)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `names that do not exist are refused`() {
    #expect(problem(smallRun("sarsa")) == "there is no algorithm 'sarsa'")
    var elsewhere = smallRun("ppo")
    elsewhere.task = "Pong-v5"
    #expect(problem(elsewhere) == "there is no environment 'Pong-v5'")
    #expect(
      problem(smallRun("ppo", ["group_size": .integer(8)])) == "ppo has no setting 'group_size'")
  }

  @Test func `settings that exclude each other are refused`() {
    #expect(
      problem(smallRun("grpo", ["group_size": .integer(1)]))
        == "grpo: baseline group_mean compares the members of a group; group_size is 1")
  }

  @Test func `values out of range are refused`() {
    #expect(
      problem(smallRun("ppo", ["discount": .number(1.5)]))
        == "ppo: discount must be a number in 0...1, got 1.5")
    // PPO has no groups, so it has only some of the scales.
    #expect(
      problem(smallRun("ppo", ["scale": .choice("group_std")]))?.hasPrefix("ppo: scale ") == true)
    #expect(
      problem(smallRun("ppo", steps: 0))
        == "budget: environment_steps must be a whole number in 1...1000000000, got 0")
    var misspelt = smallRun("ppo")
    misspelt.policy = ["hiden": .integers([8])]
    #expect(problem(misspelt) == "policy has no setting 'hiden'")
  }

  @Test func `a log-probability that training does not reproduce is told with both values`() {
    let error = TrainingError.offPolicy(
      row: 3, sampled: -0.5, recomputed: -0.25, used: 512)
    #expect(
      "\(error)"
        == "step 3 of the rollout that ended after 512 environment steps was sampled with log-probability -0.5, but training computes -0.25 before any update"
    )
  }
}

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
    elsewhere.environment = "Pong-v5"
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

  @Test func `a run that diverges says which quantity, where`() throws {
    // A step of 10 makes the policy deterministic at once; e^(−log-ratio) then overflows.
    let settings: [String: SettingValue] = [
      "learning_rate": .number(10), "max_gradient_norm": .none, "kl_placement": .choice("in_loss"),
      "kl_estimator": .choice("k3"), "kl_coefficient": .number(1000), "epochs": .integer(50),
    ]
    do throws(TrainingError) {
      var configuration = smallRun("grpo", settings, steps: 5000)
      configuration.policy = [:]
      _ = try train(configuration)
      Issue.record("the run did not fail")
    } catch {
      guard case .notFinite(let quantity, let value, let update, let steps, _) = error else {
        Issue.record("failed otherwise: \(error)")
        return
      }
      #expect(["loss", "gradient norm"].contains(quantity))
      #expect(["inf", "-inf", "not a number"].contains(value))
      #expect(
        "\(error)"
          == "the \(quantity) is \(value) at update \(update), after \(steps) environment steps")
    }
  }

  @Test func `a last update that ruins the policy fails the run`() throws {
    // Twenty layers and a step of 10: one update overflows every output.
    var configuration = smallRun(
      "dpo",
      ["pairs_per_round": .integer(1), "epochs": .integer(1), "learning_rate": .number(10)],
      steps: 110, every: 110)
    configuration.policy = [
      "hidden": .integers([Int](repeating: 64, count: 20)), "activation": .choice("relu"),
    ]
    do throws(TrainingError) {
      _ = try train(configuration)
      Issue.record("the run did not fail")
    } catch {
      guard case .notFinite(let quantity, _, _, _, _) = error else {
        Issue.record("failed otherwise: \(error)")
        return
      }
      #expect(quantity == "output of the evaluated policy")
    }
  }

  @Test func `a log-probability that training does not reproduce is told with both values`() {
    let error = TrainingError.offPolicy(
      row: 3, sampled: -0.5, recomputed: -0.25, environmentSteps: 512)
    #expect(
      "\(error)"
        == "step 3 of the rollout that ended after 512 environment steps was sampled with log-probability -0.5, but training computes -0.25 before any update"
    )
  }
}

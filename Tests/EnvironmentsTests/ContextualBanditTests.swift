import Environments
import SeededRandom
import Settings
import TestSupport
import Testing

@Suite struct ContextualBanditTests {
  @Test func `an episode shows a context, takes one action and terminates`() {
    var generator = SeededGenerator(key: 1)
    var bandit = ContextualBandit(
      BanditTable(meanRewards: [[0.25, 0.5], [0.75, 1], [0, 0.125]], noise: .none))
    #expect(bandit.observationWidth == 3 && bandit.actionCount == 2 && bandit.stepLimit == 1)
    for _ in 0..<20 {
      bandit.reset(using: &generator)
      var expected: [Float] = [0, 0, 0]
      expected[bandit.context] = 1
      #expect(bandit.observation == expected)
      let reward = bandit.table.meanRewards[bandit.context][1]
      #expect(
        bandit.step(1, using: &generator) == Transition(reward: reward, ending: .terminated))
    }
  }

  @Test func `contexts are equally likely`() {
    var generator = SeededGenerator(key: 2)
    var bandit = ContextualBandit()
    var counts = [0, 0, 0, 0]
    for _ in 0..<8000 {
      bandit.reset(using: &generator)
      counts[bandit.context] += 1
    }
    for count in counts { #expect((1760...2240).contains(count)) }  // deviation 39
  }

  @Test func `Bernoulli rewards are zero or one, with the table's means`() {
    var generator = SeededGenerator(key: 3)
    var bandit = ContextualBandit(
      BanditTable(meanRewards: [[0, 0.3, 1]], noise: .bernoulli))
    var sums = [0.0, 0, 0]
    for action in 0..<3 {
      for _ in 0..<5000 {
        bandit.reset(using: &generator)
        let reward = bandit.step(action, using: &generator).reward
        #expect(reward == 0 || reward == 1)
        sums[action] += reward
      }
    }
    #expect(sums[0] == 0 && sums[2] == 5000)
    #expect((1300...1700).contains(sums[1]))  // 1500 expected, deviation 32
  }

  @Test func `the table depends on the table seed alone, and keeps its beginning when it grows`() {
    func table(_ contexts: Int, _ actions: Int, seed: Int) -> [[Double]] {
      var settings = ContextualBandit.Settings()
      settings.contexts = contexts
      settings.actions = actions
      settings.tableSeed = seed
      return ContextualBandit(settings).table.meanRewards
    }
    let small = table(2, 3, seed: 5)
    let large = table(4, 6, seed: 5)
    #expect(small == large.prefix(2).map { Array($0.prefix(3)) })
    #expect(small != table(2, 3, seed: 6))
    #expect(large.joined().allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(Set(large.joined()).count == 24)
  }

  @Test func `the registry makes bandits from settings and refuses what they do not allow`() throws
  {
    let declaration = try #require(EnvironmentRegistry.declaration(named: "ContextualBandit-v0"))
    let bandit = try declaration.make([
      "contexts": .integer(3), "actions": .integer(7), "reward_noise": .choice("none"),
    ])
    let made = try #require(bandit as? ContextualBandit)
    #expect(made.table.contextCount == 3 && made.table.actionCount == 7)
    #expect(made.table.noise == .none)

    var settings = ContextualBandit.Settings()
    settings.contexts = 3
    settings.actions = 7
    #expect(made.table.meanRewards == ContextualBandit(settings).table.meanRewards)

    #expect(throws: (any Error).self) { try declaration.make(["contexts": .integer(0)]) }
    #expect(throws: (any Error).self) { try declaration.make(["reward_noise": .choice("loud")]) }
    #expect(throws: (any Error).self) { try declaration.make(["arms": .integer(3)]) }
  }

  @Test func `stepping twice in an episode stops the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var bandit = ContextualBandit()
      bandit.reset(using: &generator)
      _ = bandit.step(0, using: &generator)
      _ = bandit.step(0, using: &generator)
    }
  }
}

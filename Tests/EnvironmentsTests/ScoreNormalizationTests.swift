import Environments
import SeededRandom
import TestSupport
import Testing

@Suite struct ScoreNormalizationTests {
  /// The return of an episode in which each action is uniform over all actions, or within the bounds.
  private func randomReturn(
    of environment: any Environment, using generator: inout SeededGenerator
  ) throws -> Double {
    var total = 0.0
    var ending: EpisodeEnding?
    if var discrete = environment as? any DiscreteEnvironment {
      discrete.reset(using: &generator)
      while ending == nil {
        let action = generator.nextIndex(below: discrete.actionCount)
        let transition = discrete.step(action, using: &generator)
        total += transition.reward
        ending = transition.ending
      }
      return total
    }
    var continuous = try #require(environment as? any ContinuousEnvironment)
    continuous.reset(using: &generator)
    while ending == nil {
      let action = continuous.actionBounds.map {
        $0.lowerBound + ($0.upperBound - $0.lowerBound) * generator.nextUnitFloat()
      }
      let transition = continuous.step(actionAt: 0, of: action, using: &generator)
      total += transition.reward
      ending = transition.ending
    }
    return total
  }

  @Test(arguments: EnvironmentRegistry.all.map(\.name))
  func `acting at random returns what is declared, within the declared range`(
    name: String
  ) throws {
    let declaration = try #require(EnvironmentRegistry.declaration(named: name))
    let environment = try declaration.make()
    let streams = RandomStreams(identity: "random returns, again", replicateSeed: 1)
    let returns = try (0..<1000).map { episode in
      var generator = streams.generator(for: .start, episode)
      return try randomReturn(of: environment, using: &generator)
    }
    #expect(returns.allSatisfy(declaration.returnRange.contains))
    let mean = returns.reduce(0, +) / 1000
    let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 999
    // 4 standard errors, and the error of the declared figure itself. A rare success can be missed by all.
    let isRare = declaration.scoreNormalization.random < 0.1 && declaration.returnRange == 0...1
    let error = (variance / 1000).squareRoot()
    expectClose(
      mean, declaration.scoreNormalization.random, tolerance: isRare ? 0.016 : 4.5 * error + 0.05)
  }

  /// The return of an episode with one action throughout; for vectors, one level between the bounds.
  private func constantReturn(
    of environment: any Environment, action: Float, using generator: inout SeededGenerator
  ) throws -> Double {
    var total = 0.0
    var ending: EpisodeEnding?
    if var discrete = environment as? any DiscreteEnvironment {
      discrete.reset(using: &generator)
      while ending == nil {
        let transition = discrete.step(Int(action), using: &generator)
        total += transition.reward
        ending = transition.ending
      }
      return total
    }
    var continuous = try #require(environment as? any ContinuousEnvironment)
    continuous.reset(using: &generator)
    let vector = continuous.actionBounds.map {
      ($0.lowerBound + $0.upperBound) / 2 + action * ($0.upperBound - $0.lowerBound) / 2
    }
    while ending == nil {
      let transition = continuous.step(actionAt: 0, of: vector, using: &generator)
      total += transition.reward
      ending = transition.ending
    }
    return total
  }

  @Test(arguments: EnvironmentRegistry.all.map(\.name))
  func `no action throughout returns more than is declared, and one returns that`(
    name: String
  ) throws {
    let declaration = try #require(EnvironmentRegistry.declaration(named: name))
    let environment = try declaration.make()
    let streams = RandomStreams(identity: "constant returns, again", replicateSeed: 1)
    let last = Float(ScoreNormalization.constantLevels - 1)
    var actions = (0..<ScoreNormalization.constantLevels).map { 2 * Float($0) / last - 1 }
    if let discrete = environment as? any DiscreteEnvironment {
      actions = (0..<discrete.actionCount).map { Float($0) }
    }
    let episodes = 400
    let means = try actions.map { action in
      let returns = try (0..<episodes).map { episode in
        var generator = streams.generator(for: .start, episode)
        return try constantReturn(of: environment, action: action, using: &generator)
      }
      let mean = returns.reduce(0, +) / Double(episodes)
      let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(episodes - 1)
      return (mean: mean, error: (variance / Double(episodes)).squareRoot())
    }
    let ranked = means.sorted { $0.mean > $1.mean }
    let best = try #require(ranked.first)
    expectClose(
      best.mean, declaration.scoreNormalization.constant, tolerance: 4.5 * best.error + 0.05)
  }

  @Test func `the random returns of the small worlds are exact`() throws {
    // The best action throughout has an exact return, too.
    func bestConstant(_ table: TransitionTable, limit: Int, starts: [Int]) -> Double {
      (0..<table.actionCount).map { action in
        var values = [Double](repeating: 0, count: table.stateCount)
        for _ in 0..<limit {
          values = (0..<table.stateCount).map { state in
            table.outcomes(of: action, in: state).reduce(0) {
              $0 + $1.probability * ($1.reward + ($1.terminates ? 0 : values[$1.state]))
            }
          }
        }
        return starts.reduce(0) { $0 + values[$1] } / Double(starts.count)
      }.max() ?? 0
    }
    func exact(_ table: TransitionTable, limit: Int, starts: [Int]) -> Double {
      var values = [Double](repeating: 0, count: table.stateCount)
      for _ in 0..<limit {
        values = (0..<table.stateCount).map { state in
          (0..<table.actionCount).reduce(0.0) { sum, action in
            sum
              + table.outcomes(of: action, in: state).reduce(0) {
                $0 + $1.probability * ($1.reward + ($1.terminates ? 0 : values[$1.state]))
              } / Double(table.actionCount)
          }
        }
      }
      return starts.reduce(0) { $0 + values[$1] } / Double(starts.count)
    }
    let lake = try #require(FrozenLake.largeDeclaration.make() as? FrozenLake)
    let taxiStarts = (0..<500).filter {
      let state = Taxi.State(index: $0)
      return state.passenger < 4 && state.passenger != state.destination
    }
    for (declaration, value, tolerance) in [
      (
        FrozenLake.declaration, bestConstant(FrozenLake().transitions, limit: 100, starts: [0]),
        5e-6
      ),
      (
        FrozenLake.largeDeclaration, bestConstant(lake.transitions, limit: 200, starts: [0]), 5e-8
      ),
      (
        CliffWalking.declaration,
        bestConstant(CliffWalking().transitions, limit: 500, starts: [36]),
        0
      ),
      (Taxi.declaration, bestConstant(Taxi().transitions, limit: 200, starts: taxiStarts), 0),
    ] {
      expectClose(declaration.scoreNormalization.constant, value, tolerance: tolerance)
    }
    for (declaration, value, tolerance) in [
      (FrozenLake.declaration, exact(FrozenLake().transitions, limit: 100, starts: [0]), 5e-6),
      (FrozenLake.largeDeclaration, exact(lake.transitions, limit: 200, starts: [0]), 5e-8),
      (
        CliffWalking.declaration, exact(CliffWalking().transitions, limit: 500, starts: [36]),
        0.05
      ),
      (Taxi.declaration, exact(Taxi().transitions, limit: 200, starts: taxiStarts), 0.05),
    ] {
      expectClose(declaration.scoreNormalization.random, value, tolerance: tolerance)
    }
  }

  @Test func `the bandit's figures are those of its default table`() {
    let table = ContextualBandit().table
    let uniform = [[Double]](
      repeating: [Double](repeating: 0.2, count: 5), count: table.contextCount)
    let declared = ContextualBandit.declaration.scoreNormalization
    expectClose(declared.random, table.expectedReward(of: uniform), tolerance: 5e-5)
    let constants = (0..<5).map { action in
      table.meanRewards.reduce(0) { $0 + $1[action] } / Double(table.contextCount)
    }
    expectClose(declared.constant, constants.max() ?? 0, tolerance: 5e-5)
    expectClose(declared.solved, table.bestExpectedReward, tolerance: 5e-5)
  }

  @Test func `a score is 0 without learning and 1 where solved`() {
    let normalization = ScoreNormalization(random: -300, constant: -200, solved: -110)
    #expect(normalization.score(of: -200) == 0 && normalization.score(of: -110) == 1)
    #expect(normalization.score(of: -155) == 0.5 && normalization.score(of: -65) == 1.5)
  }

  @Test func `giving up is worth nothing`() {
    // With the random policy as zero, it was worth .73 on Taxi and .90 on CliffWalking.
    for (declaration, givingUp) in [(Taxi.declaration, -200.0), (CliffWalking.declaration, -500)] {
      #expect(declaration.scoreNormalization.score(of: givingUp) == 0)
    }
    #expect(MountainCarContinuous.declaration.scoreNormalization.score(of: 0) == 0)
  }

  @Test func `solving CliffWalking is its shortest way`() {
    var cliff = CliffWalking(state: .init(cell: 36))
    var generator = SeededGenerator(key: 0)
    var total = 0.0
    for action in [0] + [Int](repeating: 1, count: 11) + [2] {
      total += cliff.step(action, using: &generator).reward
    }
    #expect(total == -13 && total == CliffWalking.declaration.scoreNormalization.solved)
    #expect(cliff.state.cell == 47)
  }
}

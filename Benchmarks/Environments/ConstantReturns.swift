import Environments
import SeededRandom

/// Prints the mean return of each policy that takes one action throughout, the best first, and the declared
/// figure.
func printConstantReturns(of declarations: [EnvironmentDeclaration]) throws {
  let episodes = 10_000
  for declaration in declarations {
    let environment = try declaration.make()
    let streams = RandomStreams(identity: "constant returns", replicateSeed: 0)
    let results = constantActions(of: environment).map { action in
      let returns = (0..<episodes).map {
        constantReturn(of: environment, action: action, episode: $0, streams: streams)
      }
      let mean = returns.reduce(0, +) / Double(episodes)
      let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double(episodes - 1) / Double(episodes)).squareRoot()
      return (action: action, mean: mean, error: error)
    }
    let best = results.sorted { $0.mean > $1.mean }
    print(
      declaration.name, "best \(best.first?.mean ?? 0)",
      "standard error \(best.first?.error ?? 0)",
      "declared \(declaration.scoreNormalization.constant)",
      "all " + best.map { "\($0.action): \($0.mean)" }.joined(separator: ", "), separator: ", ")
  }
}

/// The actions that are tried: every choice, or levels from one bound to the other.
private func constantActions(of environment: any Environment) -> [Float] {
  if let discrete = environment as? any DiscreteEnvironment {
    return (0..<discrete.actionCount).map(Float.init)
  }
  let levels = ScoreNormalization.constantLevels
  return (0..<levels).map { 2 * Float($0) / Float(levels - 1) - 1 }
}

/// The return of an episode with one action throughout: a choice, or for vectors a level in −1...1 of each
/// component between its bounds.
private func constantReturn(
  of environment: any Environment, action: Float, episode: Int, streams: RandomStreams
) -> Double {
  var generator = streams.generator(for: .start, episode)
  var total = 0.0
  var ending: EpisodeEnding?
  if var discrete = environment as? any DiscreteEnvironment {
    discrete.reset(using: &generator)
    while ending == nil {
      let transition = discrete.step(Int(action), using: &generator)
      total += transition.reward
      ending = transition.ending
    }
  } else if var continuous = environment as? any ContinuousEnvironment {
    continuous.reset(using: &generator)
    let vector = continuous.actionBounds.map {
      ($0.lowerBound + $0.upperBound) / 2 + action * ($0.upperBound - $0.lowerBound) / 2
    }
    while ending == nil {
      let transition = continuous.step(actionAt: 0, of: vector, using: &generator)
      total += transition.reward
      ending = transition.ending
    }
  }
  return total
}

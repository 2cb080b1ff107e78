import Environments
import Foundation
import SeededRandom

/// Prints the mean return of acting uniformly at random, its standard error, and the declared figure.
func printRandomReturns(of declarations: [EnvironmentDeclaration]) throws {
  let episodes = 10_000
  for declaration in declarations {
    let environment = try declaration.make()
    let streams = RandomStreams(identity: "random returns", replicateSeed: 0)
    let returns = (0..<episodes).map {
      randomReturn(of: environment, episode: $0, streams: streams)
    }
    let mean = returns.reduce(0, +) / Double(episodes)
    let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(episodes - 1) / Double(episodes)).squareRoot()
    print(
      declaration.name, "mean \(mean)", "standard error \(error)",
      "range \(returns.min() ?? 0)...\(returns.max() ?? 0)",
      "declared \(declaration.scoreNormalization.random)", separator: ", ")
  }
}

/// The return of an episode in which each action is uniform over all actions, or within the bounds.
func randomReturn(of environment: any Environment, episode: Int, streams: RandomStreams) -> Double {
  var generator = streams.generator(for: .start, episode)
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
  } else if var continuous = environment as? any ContinuousEnvironment {
    continuous.reset(using: &generator)
    let bounds = continuous.actionBounds
    while ending == nil {
      let action = bounds.map {
        $0.lowerBound + ($0.upperBound - $0.lowerBound) * generator.nextUnitFloat()
      }
      let transition = continuous.step(actionAt: 0, of: action, using: &generator)
      total += transition.reward
      ending = transition.ending
    }
  }
  return total
}

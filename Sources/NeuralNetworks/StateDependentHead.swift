import CKernels
public import SeededRandom
public import Tensors

/// A normal distribution over action vectors whose noise is a function of the state: generalized
/// state-dependent exploration (gSDE).
///
///     a = μ(s) + f(s) E,   Eⱼᵢ = σⱼᵢ ξⱼᵢ,   vᵢ(s) = Σⱼ fⱼ(s)² σⱼᵢ² + ε
///     log π(a|s) = −½ Σᵢ ((aᵢ − μᵢ)² / vᵢ + log vᵢ + log 2π),   H = ½ Σᵢ (log vᵢ + 1 + log 2π)
///
/// f(s) is what enters the policy's last layer, and E is drawn once for several steps, so that the noise of
/// neighboring states is alike and a trajectory is smooth. log π is that of the action in its state, whatever was
/// drawn before. No gradient passes from the variance into the features (Stable-Baselines3's default).
///
/// Source: Raffin, Kober & Stulp, "Smooth Exploration for Robotic Reinforcement Learning", CoRL 2021,
/// https://arxiv.org/abs/2005.05719; Stable-Baselines3 `StateDependentNoiseDistribution` with `full_std`.
public final class StateDependentHead: ActionHead {
  /// How many components an action has.
  public let actionWidth: Int
  /// How many features the noise is made from.
  let features: Int
  /// The most rows that one update can take.
  let capacity: Int
  /// log σ, [features, components].
  let logDeviations: ParameterSet.Slice

  /// Added to the variance, so that a state without features still has some.
  static let varianceEpsilon = 1e-6

  private let parameters: ParameterSet
  private let profile: NumericsProfile
  private var means: Tensor
  private var latest: Tensor
  private let squaredFeatures: Tensor
  /// σ and σ², [features, components].
  private let deviations: Tensor
  private let variances: Tensor
  /// Σⱼ fⱼ² σⱼᵢ², [capacity, components], and ∂L/∂ of it.
  private let noiseVariances: Tensor
  private let noiseVarianceGradients: Tensor

  /// Declares the parameters of a head and makes its buffers.
  ///
  /// - Parameters:
  ///   - name: The first part of the parameters' names, such as `policy`.
  ///   - features: How many numbers enter the network's last layer.
  ///   - components: How many components an action has.
  ///   - capacity: The most rows that one update can take.
  ///   - parameters: The set that log σ is declared in, before it is allocated.
  ///   - profile: Who computes the products.
  public init(
    name: String, features: Int, components: Int, capacity: Int, parameters: ParameterSet,
    profile: NumericsProfile = .exact
  ) {
    precondition(
      features >= 1 && components >= 1 && capacity >= 1,
      "\(features) features, \(components) components, \(capacity) rows")
    actionWidth = components
    self.features = features
    self.capacity = capacity
    self.parameters = parameters
    self.profile = profile
    logDeviations = parameters.declare(
      name: "\(name).log_deviation", shape: [features, components])
    means = Tensor(rows: 0, columns: components)
    latest = Tensor(rows: 0, columns: features)
    squaredFeatures = Tensor(rows: capacity, columns: features)
    deviations = Tensor(rows: features, columns: components)
    variances = Tensor(rows: features, columns: components)
    noiseVariances = Tensor(rows: capacity, columns: components)
    noiseVarianceGradients = Tensor(rows: capacity, columns: components)
  }

  public var noiseWidth: Int { features * actionWidth }

  public func initialize(logDeviation value: Double) {
    parameters.values.copy(
      from: [Float](repeating: Float(value), count: noiseWidth), at: logDeviations.offset)
  }

  public func update(after network: MLP, rows: Int) {
    precondition(
      rows <= capacity && network.outputs == actionWidth && network.features.columns == features,
      "\(rows) rows of \(network.outputs) outputs, capacity \(capacity)")
    means = network.output
    latest = network.features
    let values = parameters.values
    for index in 0..<noiseWidth {
      let deviation = lb_exp(Double(values[logDeviations.offset + index]))
      deviations[index] = Float(deviation)
      variances[index] = Float(deviation * deviation)
    }
    writeSquares(of: latest.firstRows(rows), into: squaredFeatures.firstRows(rows))
    multiply(
      squaredFeatures.firstRows(rows), variances.matrix, into: noiseVariances.firstRows(rows),
      profile: profile)
  }

  public func drawNoise(
    using generator: inout SeededGenerator, into noise: inout [Float], at offset: Int
  ) {
    for index in 0..<noiseWidth {
      noise[offset + index] = Float(Double(deviations[index]) * generator.nextNormal())
    }
  }

  public func sampleAction(
    row: Int, using generator: inout SeededGenerator, noise: [Float], at noiseOffset: Int,
    into actions: inout [Float], at offset: Int
  ) {
    for component in 0..<actionWidth {
      var sum = 0.0
      for feature in 0..<features {
        let drawn = noise[noiseOffset + feature * actionWidth + component]
        sum += Double(latest[row, feature]) * Double(drawn)
      }
      actions[offset + component] = Float(Double(means[row, component]) + sum)
    }
  }

  public func writeGreedyAction(
    of output: Tensor, row: Int, into actions: inout [Float], at offset: Int
  ) {
    for component in 0..<actionWidth { actions[offset + component] = output[row, component] }
  }

  public func logProbability(of actions: [Float], at offset: Int, row: Int) -> Float {
    var total = 0.0
    for component in 0..<actionWidth {
      let variance = variance(row: row, component)
      let difference = Double(actions[offset + component]) - Double(means[row, component])
      total += difference * difference / variance + lb_log(variance)
    }
    return Float(-0.5 * total - Double(actionWidth) * halfLogTwoPi)
  }

  public func entropy(row: Int) -> Float {
    var logVariances = 0.0
    for component in 0..<actionWidth { logVariances += lb_log(variance(row: row, component)) }
    return Float(0.5 * logVariances + Double(actionWidth) * (halfLogTwoPi + 0.5))
  }

  public func squaredScoreNorm(of actions: [Float], at offset: Int, row: Int) -> Double {
    var norm = 0.0
    for component in 0..<actionWidth {
      let variance = variance(row: row, component)
      let difference = Double(actions[offset + component]) - Double(means[row, component])
      let ofMean = difference / variance
      norm += ofMean * ofMean
      let ofLogVariance = difference * difference / variance - 1
      for feature in 0..<features {
        let share =
          Double(squaredFeatures[row, feature])
          * Double(variances[feature, component]) / variance
        norm += ofLogVariance * ofLogVariance * share * share
      }
    }
    return norm
  }

  public func writeGradients(
    rows: Int, actions: [Float], logProbabilityGradients: [Float], entropyGradients: [Float],
    into network: MLP
  ) {
    for row in 0..<rows {
      let logProbabilityGradient = Double(logProbabilityGradients[row])
      let entropyGradient = Double(entropyGradients[row])
      for component in 0..<actionWidth {
        let variance = variance(row: row, component)
        let difference =
          Double(actions[row * actionWidth + component]) - Double(means[row, component])
        network.outputGradient[row, component] = Float(
          logProbabilityGradient * difference / variance)
        let ofLogVariance = difference * difference / variance - 1
        noiseVarianceGradients[row, component] = Float(
          (logProbabilityGradient * ofLogVariance + entropyGradient) / (2 * variance))
      }
    }
    // ∂L/∂σ² for now; what σ² owes to log σ is one factor for the whole batch.
    multiply(
      squaredFeatures.firstRows(rows), noiseVarianceGradients.firstRows(rows),
      form: .firstTransposed, into: parameters.gradients(of: logDeviations), mode: .adds,
      profile: profile)
  }

  public func finishGradients() {
    let gradients = parameters.gradients
    for index in 0..<noiseWidth {
      gradients[logDeviations.offset + index] *= 2 * variances[index]
    }
  }

  private func variance(row: Int, _ component: Int) -> Double {
    Double(noiseVariances[row, component]) + Self.varianceEpsilon
  }
}

import CKernels
public import SeededRandom
public import Tensors

/// A normal distribution over action vectors with independent components, whose deviations are parameters.
///
///     a = μ(s) + σ ξ,   log π(a|s) = −Σᵢ (½ zᵢ² + log σᵢ + ½ log 2π),   zᵢ = (aᵢ − μᵢ) / σᵢ
///     H = Σᵢ (log σᵢ + ½ + ½ log 2π)
///     ∂log π/∂μᵢ = zᵢ / σᵢ,   ∂log π/∂log σᵢ = zᵢ² − 1,   ∂H/∂log σᵢ = 1
///
/// μ is what the network puts out; log σ does not depend on the state. Computed in double precision and rounded once.
///
/// Source: CleanRL `ppo_continuous_action.py`; Huang et al., "The 37 Implementation Details of Proximal Policy
/// Optimization", 2022, details 1 to 3 of continuous actions.
public final class GaussianHead: ActionHead {
  /// How many components an action has.
  public let actionWidth: Int
  /// The most rows that one update can take.
  let capacity: Int
  /// log σ, [components].
  let logDeviations: ParameterSet.Slice

  private let parameters: ParameterSet
  private var means: Tensor
  private var deviations: [Double]
  /// Σᵢ (log σᵢ + ½ log 2π).
  private var logNormalizer = 0.0
  /// ∂L/∂log σ of each row, [capacity, components].
  private let deviationGradients: Tensor

  /// Declares the parameters of a head and makes its buffers.
  ///
  /// - Parameters:
  ///   - name: The first part of the parameters' names, such as `policy`.
  ///   - components: How many components an action has.
  ///   - capacity: The most rows that one update can take.
  ///   - parameters: The set that log σ is declared in, before it is allocated.
  public init(name: String, components: Int, capacity: Int, parameters: ParameterSet) {
    precondition(components >= 1 && capacity >= 1, "\(components) components, \(capacity) rows")
    actionWidth = components
    self.capacity = capacity
    self.parameters = parameters
    logDeviations = parameters.declare(name: "\(name).log_deviation", shape: [components])
    means = Tensor(rows: 0, columns: components)
    deviations = [Double](repeating: 1, count: components)
    deviationGradients = Tensor(rows: capacity, columns: components)
  }

  public func initialize(logDeviation value: Double) {
    parameters.values.copy(
      from: [Float](repeating: Float(value), count: actionWidth), at: logDeviations.offset)
  }

  public func update(after network: MLP, rows: Int) {
    precondition(
      rows <= capacity && network.outputs == actionWidth,
      "\(rows) rows of \(network.outputs) outputs, capacity \(capacity)")
    means = network.output
    let values = parameters.values
    logNormalizer = 0
    for component in 0..<actionWidth {
      let logDeviation = Double(values[logDeviations.offset + component])
      deviations[component] = lb_exp(logDeviation)
      logNormalizer += logDeviation + halfLogTwoPi
    }
  }

  public func sampleAction(
    row: Int, using generator: inout SeededGenerator, noise: [Float], at noiseOffset: Int,
    into actions: inout [Float], at offset: Int
  ) {
    for component in 0..<actionWidth {
      actions[offset + component] = Float(
        Double(means[row, component]) + deviations[component] * generator.nextNormal())
    }
  }

  public func writeGreedyAction(
    of output: Tensor, row: Int, into actions: inout [Float], at offset: Int
  ) {
    for component in 0..<actionWidth { actions[offset + component] = output[row, component] }
  }

  public func logProbability(of actions: [Float], at offset: Int, row: Int) -> Float {
    var squares = 0.0
    for component in 0..<actionWidth {
      let z = standardScore(actions[offset + component], row: row, component)
      squares += z * z
    }
    return Float(-0.5 * squares - logNormalizer)
  }

  public func entropy(row: Int) -> Float { Float(logNormalizer + 0.5 * Double(actionWidth)) }

  public func squaredScoreNorm(of actions: [Float], at offset: Int, row: Int) -> Double {
    var norm = 0.0
    for component in 0..<actionWidth {
      let z = standardScore(actions[offset + component], row: row, component)
      let ofMean = z / deviations[component]
      let ofLogDeviation = z * z - 1
      norm += ofMean * ofMean + ofLogDeviation * ofLogDeviation
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
        let z = standardScore(actions[row * actionWidth + component], row: row, component)
        network.outputGradient[row, component] = Float(
          logProbabilityGradient * z / deviations[component])
        deviationGradients[row, component] = Float(
          logProbabilityGradient * (z * z - 1) + entropyGradient)
      }
    }
    addColumnSums(
      of: deviationGradients.firstRows(rows), to: parameters.gradients(of: logDeviations))
  }

  private func standardScore(_ action: Float, row: Int, _ component: Int) -> Double {
    (Double(action) - Double(means[row, component])) / deviations[component]
  }
}

/// ½ log 2π.
let halfLogTwoPi = 0.918_938_533_204_672_8

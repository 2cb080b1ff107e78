public import SeededRandom
public import Tensors

/// A distribution over actions for each row that a policy network puts out.
///
/// An action is stored as ``actionWidth`` f32 numbers: the index of a discrete action, or the components of
/// a vector, as they were drawn and not as an environment clips them. Everything is computed row by row, so that
/// with the profile `exact` sampling and training agree bit for bit.
public protocol ActionHead: AnyObject {
  /// How many f32 numbers an action is stored as.
  var actionWidth: Int { get }

  /// How many f32 numbers of noise an episode keeps from one drawing to the next; 0 for none.
  var noiseWidth: Int { get }

  /// Sets the initial deviations, where they are parameters: every log σ to `logDeviation`.
  func initialize(logDeviation: Double)

  /// Computes the distributions of the first `rows` rows that `network` has just put out.
  func update(after network: MLP, rows: Int)

  /// Draws the noise that an episode keeps, into `noise[offset..<offset + noiseWidth]`.
  func drawNoise(using generator: inout SeededGenerator, into noise: inout [Float], at offset: Int)

  /// Draws the action of a row into `actions[offset..<offset + actionWidth]`.
  ///
  /// - Parameters:
  ///   - row: A row of the last update.
  ///   - generator: The stream of the step.
  ///   - noise: Where the episode's noise lies, from `noiseOffset` on.
  ///   - noiseOffset: Read only if ``noiseWidth`` is above 0.
  ///   - actions: Receives the action.
  ///   - offset: Where it goes.
  func sampleAction(
    row: Int, using generator: inout SeededGenerator, noise: [Float], at noiseOffset: Int,
    into actions: inout [Float], at offset: Int)

  /// Writes the most probable action of a row of a network's output into `actions[offset..<offset + actionWidth]`.
  func writeGreedyAction(
    of output: Tensor, row: Int, into actions: inout [Float], at offset: Int)

  /// Returns log π of the action at `actions[offset...]` in a row of the last update.
  func logProbability(of actions: [Float], at offset: Int, row: Int) -> Float

  /// Returns the entropy of a row of the last update, in nats.
  func entropy(row: Int) -> Float

  /// Returns the squared norm of the gradient of log π(a) with respect to the distribution's parameters: the
  /// logits; or mean and logarithms of deviations.
  func squaredScoreNorm(of actions: [Float], at offset: Int, row: Int) -> Double

  /// Writes the gradient of a loss to the network's ``MLP/outputGradient``, and adds that of the head's own
  /// parameters, for rows 0..<rows of the last update.
  ///
  /// - Parameters:
  ///   - rows: How many rows.
  ///   - actions: [rows · actionWidth] the action taken in each row.
  ///   - logProbabilityGradients: [rows] ∂L/∂log π(a).
  ///   - entropyGradients: [rows] ∂L/∂H; for a loss with the bonus −c·mean(H) it is −c / rows.
  ///   - network: The network of the last update.
  func writeGradients(
    rows: Int, actions: [Float], logProbabilityGradients: [Float], entropyGradients: [Float],
    into network: MLP)

  /// Ends the gradients of a batch that was written in chunks, once, after the last of them.
  func finishGradients()
}

extension ActionHead {
  public var noiseWidth: Int { 0 }

  public func initialize(logDeviation: Double) {}

  public func drawNoise(
    using generator: inout SeededGenerator, into noise: inout [Float], at offset: Int
  ) {}

  public func finishGradients() {}
}

import Tensors

/// The feed-forward part of a block: up, nonlinearity, down.
struct FeedForward {
  /// Present with SwiGLU.
  let gate: LinearMap?
  let up: LinearMap
  let down: LinearMap
  let inner: Int

  init(
    name: String, settings: TransformerSettings, parameters: ParameterSet,
    profile: NumericsProfile
  ) {
    let inner = settings.feedForwardWidth
    func map(_ part: String, _ inputs: Int, _ outputs: Int) -> LinearMap {
      LinearMap(
        name: "\(name).\(part)_proj.weight", inputs: inputs, outputs: outputs,
        parameters: parameters, profile: profile)
    }
    gate = settings.activation == .swiglu ? map("gate", settings.width, inner) : nil
    up = map("up", settings.width, inner)
    down = map("down", inner, settings.width)
    self.inner = inner
  }

  /// The width of what ``forward(_:expanded:activated:addingTo:)`` keeps before the nonlinearity.
  var expandedWidth: Int { gate == nil ? inner : 2 * inner }

  /// Adds the feed-forward part of x to the residual stream, chains continuing from it.
  ///
  /// - Parameters:
  ///   - x: [rows, width], normalized.
  ///   - expanded: [rows, expanded width] gets the gates and the inputs of the nonlinearity.
  ///   - activated: [rows, inner] without gaps gets what the down projection reads.
  ///   - residual: [rows, width].
  func forward(
    _ x: Matrix, expanded: Matrix, activated: Matrix, addingTo residual: Matrix
  ) {
    if let gate {
      let (gates, ups) = parts(expanded)
      gate.forward(x, into: gates)
      up.forward(x, into: ups)
      swiGLU(gate: gates, up: ups, into: activated)
    } else {
      up.forward(x, into: expanded)
      gelu(of: expanded, into: activated)
    }
    down.forward(activated, into: residual, mode: .continues)
  }

  /// Writes ∂L/∂x from the residual stream's gradient, and adds the gradients of the parameters.
  ///
  /// - Parameters:
  ///   - x: As in the forward pass.
  ///   - expanded: As in the forward pass.
  ///   - activated: [rows, inner] without gaps, computed anew.
  ///   - gradient: ∂L/∂residual, [rows, width]; it stays.
  ///   - sequences: The rows of each sequence.
  ///   - activatedGradient: [rows, inner], overwritten.
  ///   - expandedGradient: [rows, expanded width], overwritten.
  ///   - dx: [rows, width], overwritten.
  func backward(
    _ x: Matrix, expanded: Matrix, activated: Matrix, gradient: Matrix,
    sequences: ArraySlice<Range<Int>>, activatedGradient: Matrix, expandedGradient: Matrix,
    into dx: Matrix
  ) {
    down.writeInputGradient(gradient, into: activatedGradient)
    if let gate {
      let (gates, ups) = parts(expanded)
      swiGLU(gate: gates, up: ups, into: activated)
      down.addWeightGradient(activated, gradient, sequences: sequences)
      let (gateGradients, upGradients) = parts(expandedGradient)
      writeSwiGLUGradients(
        gate: gates, up: ups, gradient: activatedGradient, gateGradient: gateGradients,
        upGradient: upGradients)
      gate.addWeightGradient(x, gateGradients, sequences: sequences)
      up.addWeightGradient(x, upGradients, sequences: sequences)
      gate.writeInputGradient(gateGradients, into: dx)
      up.writeInputGradient(upGradients, into: dx, mode: .continues)
    } else {
      gelu(of: expanded, into: activated)
      down.addWeightGradient(activated, gradient, sequences: sequences)
      applyGELUBackward(x: expanded, gradient: activatedGradient)
      up.addWeightGradient(x, activatedGradient, sequences: sequences)
      up.writeInputGradient(activatedGradient, into: dx)
    }
  }

  private func parts(_ expanded: Matrix) -> (gates: Matrix, ups: Matrix) {
    (expanded.columns(0..<inner), expanded.columns(inner..<2 * inner))
  }
}

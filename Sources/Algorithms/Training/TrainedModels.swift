/// The models that a world trains, and how rows of a batch pass through them.
///
/// A minibatch passes in pieces, a few of them at a time: forward, then the objective reads each piece of the
/// pass and writes its gradients, then backward. `place` counts the pieces of the latest pass from 0 on.
package protocol TrainedModels: AnyObject {
  associatedtype Run: TrainingRun

  var run: Run { get }
  /// The batch that is trained on.
  var steps: StepBuffer { get }
  /// Rows in a piece; none: a piece is a sequence.
  var rowsPerPiece: Int? { get }
  /// How many pieces pass through a model together.
  var piecesPerPass: Int { get }
  /// Whether a piece whose gradients are all exactly 0 takes no backward pass. It would add zeros, which changes
  /// no bit of the weights, but what is counted.
  var leavesOutSilentPieces: Bool { get }
  /// Whether a value model is trained beside the policy.
  var hasValueModel: Bool { get }

  /// Sets the gradients of all parameters to 0.
  func zeroGradients()

  /// Runs the policy on the pieces `chosen` of a minibatch.
  func forward(_ chosen: [Int], of minibatch: Minibatch, for purpose: PassPurpose)
  /// Writes log π(a|s) of the rows of a piece.
  func readLogProbabilities(at place: Int, into rows: inout MinibatchRows)
  /// Writes the entropies of the rows of a piece.
  func readEntropies(at place: Int, into rows: inout MinibatchRows)
  /// Takes ∂L/∂log π(a|s) and ∂L/∂H of the rows of a piece.
  func writeGradients(at place: Int, _ gradients: [Float], entropies: [Float])
  /// Adds the gradients of the latest pass to those of the policy's parameters.
  func backward()

  /// Runs the value model on consecutive pieces of a minibatch, which the policy has just seen.
  func forwardValues(_ pieces: Range<Int>, of minibatch: Minibatch)
  /// Writes V(s) of the rows of a piece.
  func readValues(at place: Int, into rows: inout MinibatchRows)
  /// Takes ∂L/∂V(s) of the rows of a piece.
  func writeValueGradients(at place: Int, _ gradients: [Float])
  /// Adds the gradients of the latest pass to those of the value model's parameters.
  func backwardValues()

  /// Ends the backward passes of a minibatch.
  func finishGradients()
}

/// The purpose of a forward pass of the policy.
package enum PassPurpose {
  /// A backward pass follows.
  case training
  /// The objective reads all log-probabilities before it gives gradients.
  case objective
  /// Diagnostics alone read it.
  case diagnostics
}

extension TrainedModels {
  package func finishGradients() {}

  /// Passes a minibatch through the models, forward and backward, and leaves the gradients of their parameters.
  ///
  /// The closures do not escape, so that a pass allocates nothing.
  ///
  /// - Parameters:
  ///   - minibatch: Every piece of it passes.
  ///   - count: How many pieces pass together, if not as many as the models say.
  ///   - isLeftOut: Whether the policy leaves out a piece, by piece; empty: it leaves out none.
  ///   - passing: The pieces of a pass that go through the policy; the memory is used again.
  ///   - read: Reads the pieces of a pass that went forward, and hands their gradients to the models. Pieces that
  ///     were left out are in its range, too, but have no place.
  ///   - trainsValues: Whether every piece passes through the value model, too.
  ///   - readValues: Does for the value model what `read` does for the policy.
  /// - Throws: The errors of `read`, or that training is to end.
  func differentiate(
    _ minibatch: Minibatch, together count: Int? = nil, leavingOut isLeftOut: [Bool] = [],
    passing: inout [Int], read: (Range<Int>) throws(TrainingError) -> Void,
    trainsValues: Bool = false, readValues: (Range<Int>) -> Void = { _ in }
  ) throws(TrainingError) {
    zeroGradients()
    let size = count ?? piecesPerPass
    var start = 0
    while start < minibatch.pieces.count {
      try run.state.lookUp(from: .update)
      let pass = start..<min(start + size, minibatch.pieces.count)
      start = pass.upperBound
      run.enter(.forward)
      passing.removeAll(keepingCapacity: true)
      for piece in pass where isLeftOut.isEmpty || !isLeftOut[piece] { passing.append(piece) }
      if !passing.isEmpty { forward(passing, of: minibatch, for: .training) }
      try read(pass)
      if !passing.isEmpty {
        run.enter(.backward)
        backward()
      }
      guard trainsValues else { continue }
      run.enter(.forward)
      forwardValues(pass, of: minibatch)
      readValues(pass)
      run.enter(.backward)
      backwardValues()
    }
    finishGradients()
  }

  /// Runs the policy on pieces of a minibatch that take no backward pass, or none yet.
  ///
  /// - Parameters:
  ///   - minibatch: The minibatch.
  ///   - purpose: Why it is run.
  ///   - passing: The pieces of a pass; the memory is used again.
  ///   - isChosen: Whether a piece passes.
  ///   - read: Reads the pieces of a pass.
  /// - Throws: The errors of `read`.
  func forward<Failure: Error>(
    _ minibatch: Minibatch, for purpose: PassPurpose, passing: inout [Int],
    where isChosen: (Int) -> Bool, read: ([Int]) throws(Failure) -> Void
  ) throws(Failure) {
    run.enter(.forward)
    var next = 0
    while next < minibatch.pieces.count {
      passing.removeAll(keepingCapacity: true)
      while next < minibatch.pieces.count && passing.count < piecesPerPass {
        if isChosen(next) { passing.append(next) }
        next += 1
      }
      guard !passing.isEmpty else { return }
      forward(passing, of: minibatch, for: purpose)
      try read(passing)
    }
  }
}

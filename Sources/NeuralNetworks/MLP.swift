public import SeededRandom
public import Tensors

/// A multilayer perceptron: y = f(… f(x W₁ + b₁) … ) Wₙ + bₙ, with no activation after the last layer.
///
/// Forward and backward are explicit and write to buffers made at the start, so a training step allocates
/// nothing. With the profile `exact`, the output of a row does not depend on the other rows of the batch.
public final class MLP {
  /// Raised by hand when, and only when, a bit of an MLP's result changes.
  public static let revision = 1

  /// The width of an input row.
  public let inputs: Int
  /// The width of an output row.
  let outputs: Int
  /// The most rows that one pass can take.
  let capacity: Int
  /// The nonlinearity after each hidden layer.
  public let activation: Activation
  /// The library that computes the products.
  let profile: NumericsProfile

  /// x, [capacity, inputs]: written by the caller before ``forward(rows:)``.
  public let input: Tensor
  /// y, [capacity, outputs]: written by ``forward(rows:)``.
  public var output: Tensor { layers[layers.count - 1].output }
  /// The input of the last layer, [capacity, width of the last hidden layer]: written by ``forward(rows:)``.
  public var features: Tensor { layers[layers.count - 1].input }
  /// ∂L/∂y, [capacity, outputs]: written by the caller before ``backward(rows:)``.
  public var outputGradient: Tensor { layers[layers.count - 1].outputGradient }

  private let parameters: ParameterSet
  private let layers: [Layer]

  /// One affine layer with the buffers for what it puts out.
  ///
  /// A class, so that a pass counts one reference for each layer and not one for all that it holds.
  private final class Layer {
    let weight: ParameterSet.Slice  // [inputs, outputs]
    let bias: ParameterSet.Slice  // [outputs]
    let input: Tensor
    let output: Tensor
    let outputGradient: Tensor

    init(
      weight: ParameterSet.Slice, bias: ParameterSet.Slice, input: Tensor, output: Tensor,
      outputGradient: Tensor
    ) {
      self.weight = weight
      self.bias = bias
      self.input = input
      self.output = output
      self.outputGradient = outputGradient
    }
  }

  /// Declares the parameters of a network and makes its buffers.
  ///
  /// - Parameters:
  ///   - name: The first part of the parameters' names, such as `policy`.
  ///   - inputs: The width of an input row.
  ///   - hidden: The widths of the hidden layers, first to last; may be empty.
  ///   - outputs: The width of an output row.
  ///   - activation: The function after each hidden layer.
  ///   - capacity: The most rows that one pass can take.
  ///   - parameters: The set that the parameters are declared in, before it is allocated.
  ///   - profile: Who computes the products.
  public init(
    name: String, inputs: Int, hidden: [Int], outputs: Int, activation: Activation, capacity: Int,
    parameters: ParameterSet, profile: NumericsProfile = .exact
  ) {
    precondition(
      inputs >= 1 && outputs >= 1 && capacity >= 1 && hidden.allSatisfy { $0 >= 1 },
      "a network of \(inputs) inputs, \(hidden) hidden, \(outputs) outputs, \(capacity) rows")
    self.inputs = inputs
    self.outputs = outputs
    self.capacity = capacity
    self.activation = activation
    self.profile = profile
    self.parameters = parameters
    input = Tensor(rows: capacity, columns: inputs)
    var layers: [Layer] = []
    var layerInput = input
    for (index, width) in (hidden + [outputs]).enumerated() {
      let prefix = index < hidden.count ? "\(name).hidden.\(index)" : "\(name).output"
      let layer = Layer(
        weight: parameters.declare(
          name: "\(prefix).weight", shape: [layerInput.columns, width]),
        bias: parameters.declare(name: "\(prefix).bias", shape: [width]),
        input: layerInput,
        output: Tensor(rows: capacity, columns: width),
        outputGradient: Tensor(rows: capacity, columns: width))
      layers.append(layer)
      layerInput = layer.output
    }
    self.layers = layers
  }

  /// Sets the weights to random orthogonal matrices and the biases to 0.
  ///
  /// Each weight has its own stream, named after it, so another network's shape has no influence.
  ///
  /// - Parameters:
  ///   - hiddenGain: The scale of the hidden weights; √2 by convention.
  ///   - outputGain: The scale of the last weight, such as 0.01 for a policy and 1 for a value.
  ///   - streams: The run's random streams.
  public func initializeOrthogonally(
    hiddenGain: Double = 2.0.squareRoot(), outputGain: Double, streams: RandomStreams
  ) {
    for (index, layer) in layers.enumerated() {
      var generator = streams.generator(for: .initialisation, named: layer.weight.name)
      let gain = index == layers.count - 1 ? outputGain : hiddenGain
      let weight = orthogonalMatrix(
        rows: layer.weight.shape[0], columns: layer.weight.shape[1], using: &generator)
      parameters.values.copy(from: weight.map { Float(gain * $0) }, at: layer.weight.offset)
      parameters.values.copy(
        from: [Float](repeating: 0, count: layer.bias.count), at: layer.bias.offset)
    }
  }

  /// Sets the weights and biases of each layer to numbers uniform in ±1/√(its inputs).
  ///
  /// Each weight and bias has its own stream, named after it.
  ///
  /// - Parameter streams: The run's random streams.
  ///
  /// Source: PyTorch `nn.Linear.reset_parameters`, which calls He's initialization with a = √5.
  public func initializeUniformly(streams: RandomStreams) {
    for layer in layers {
      let bound = 1 / Double(layer.weight.shape[0]).squareRoot()
      for slice in [layer.weight, layer.bias] {
        var generator = streams.generator(for: .initialisation, named: slice.name)
        let values = (0..<slice.count).map { _ in Float(generator.nextUniform(in: -bound..<bound)) }
        parameters.values.copy(from: values, at: slice.offset)
      }
    }
  }

  /// Computes ``output`` from the first `rows` rows of ``input``.
  ///
  /// - Precondition: `rows` is in 1…capacity.
  public func forward(rows: Int) {
    precondition(rows >= 1 && rows <= capacity, "\(rows) rows, capacity \(capacity)")
    let last = layers.count - 1
    for index in layers.indices {
      let layer = layers[index]
      let output = layer.output.firstRows(rows)
      multiply(
        layer.input.firstRows(rows), parameters.values(of: layer.weight),
        bias: parameters.values(of: layer.bias), into: output, profile: profile)
      if index < last { activation.apply(to: output) }
    }
  }

  /// Adds the gradients of the loss to those of the parameters, from ``outputGradient``.
  ///
  /// Sums over rows are cut into leaves of 1024 rows that are added in ascending order. A batch that is
  /// fed in chunks whose sizes are multiples of 1024 therefore gives the same bits as the whole.
  ///
  /// - Precondition: ``forward(rows:)`` was called for the same rows, and nothing changed since.
  public func backward(rows: Int) {
    precondition(rows >= 1 && rows <= capacity, "\(rows) rows, capacity \(capacity)")
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let gradient = layer.outputGradient.firstRows(rows)
      multiply(
        layer.input.firstRows(rows), gradient, form: .firstTransposed,
        into: parameters.gradients(of: layer.weight), mode: .adds, profile: profile)
      addColumnSums(of: gradient, to: parameters.gradients(of: layer.bias))
      guard index > 0 else { continue }
      let inputGradient = layers[index - 1].outputGradient.firstRows(rows)
      multiply(
        gradient, parameters.values(of: layer.weight), form: .secondTransposed,
        into: inputGradient, profile: profile)
      activation.applyBackward(output: layer.input.firstRows(rows), gradient: inputGradient)
    }
  }

  /// Floating-point operations of the matrix products of a forward pass, for each row.
  public var forwardOperationsPerRow: Int {
    layers.reduce(0) { $0 + 2 * $1.weight.count }
  }

  /// Floating-point operations of the matrix products of a backward pass, for each row.
  public var backwardOperationsPerRow: Int {
    // The gradient of the network's own input is not computed.
    layers.enumerated().reduce(0) { $0 + ($1.offset == 0 ? 2 : 4) * $1.element.weight.count }
  }
}

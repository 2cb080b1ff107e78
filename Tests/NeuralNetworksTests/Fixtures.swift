import NeuralNetworks
import SeededRandom
import Tensors

/// A network with its parameters, initialised from a stream that is the same in every run.
struct Fixture {
  let parameters = ParameterSet()
  let network: MLP

  init(
    inputs: Int = 4, hidden: [Int] = [64, 64], outputs: Int = 2, activation: Activation = .tanh,
    capacity: Int, profile: NumericsProfile = .exact, outputGain: Double = 1
  ) {
    network = MLP(
      name: "policy", inputs: inputs, hidden: hidden, outputs: outputs, activation: activation,
      capacity: capacity, parameters: parameters, profile: profile)
    network.initializeOrthogonally(
      outputGain: outputGain, streams: RandomStreams(identity: "tests", replicateSeed: 0))
  }

  /// The values of all parameters without the gaps, in the order of their declaration.
  var values: [Float] {
    parameters.slices.flatMap { parameters.values(of: $0).array }
  }

  /// The gradients of all parameters without the gaps, in the order of their declaration.
  var gradients: [Float] {
    parameters.slices.flatMap { parameters.gradients(of: $0).array }
  }

  /// Sets the values of all parameters, in the order of their declaration.
  func setValues(_ values: [Float]) {
    var start = 0
    for slice in parameters.slices {
      parameters.values.copy(from: Array(values[start..<(start + slice.count)]), at: slice.offset)
      start += slice.count
    }
  }
}

/// `count` numbers in −1…1, the same in every run.
func numbers(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(key: seed)
  return (0..<count).map { _ in Float(generator.nextUniform(in: -1..<1)) }
}

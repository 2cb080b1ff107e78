import NeuralNetworks

/// The policy of a run on an environment, as its final weights hold it.
struct StoredPolicy {
  private let tensors: [NamedTensor]

  /// Reads the weights of a run.
  init(_ weights: [UInt8]) throws(TrainingError) {
    do throws(SafetensorsProblem) {
      tensors = try NeuralNetworks.tensors(ofSafetensors: weights)
    } catch { throw Self.misfit(error) }
  }

  /// Whether it sees observations by their mean and deviation, which the weights hold.
  var normalizesObservations: Bool { tensors.contains { $0.name == "observation.mean" } }

  /// Returns the elements of a tensor.
  ///
  /// - Throws: If there is none with the name and shape.
  func elements(of name: String, _ shape: [Int]) throws(TrainingError) -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw Self.misfit(.missing(tensor: name))
    }
    guard tensor.shape == shape else {
      throw Self.misfit(.wrongShape(tensor: name, expected: shape, found: tensor.shape))
    }
    return tensor.elements
  }

  private static func misfit(_ problem: SafetensorsProblem) -> TrainingError {
    .invalidConfiguration(
      "the weights to start from do not fit the policy's network: \(problem)")
  }
}

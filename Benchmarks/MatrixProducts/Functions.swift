import NeuralNetworks
import SeededRandom
import Tensors

/// Prints nanoseconds per element of the elementwise functions.
func printFunctions() {
  let names: [(String, ElementwiseFunction)] = [
    ("exp", .exp), ("log", .log), ("tanh", .tanh), ("sin", .sin), ("cos", .cos),
  ]
  let tensor = Tensor(rows: 1, columns: 8192)
  for (name, function) in names {
    let times = mediansInTurns(seconds: 0.1) {
      for index in 0..<tensor.count { tensor[index] = Float(index & 1023) * 0x1p-8 }
    } _: {
      for index in 0..<tensor.count { tensor[index] = Float(index & 1023) * 0x1p-8 }
      apply(function, to: tensor.matrix)
    }
    print("\(name): \(decimal((times[1] - times[0]) / 8192 * 1e9, 3)) ns per element")
  }
}

/// Prints microseconds of the passes of a 4→64→64→2 network with tanh.
func printNetworks() {
  for rows in [4, 128] {
    let parameters = ParameterSet()
    let network = MLP(
      name: "policy", inputs: 4, hidden: [64, 64], outputs: 2, activation: .tanh, capacity: rows,
      parameters: parameters)
    network.initializeOrthogonally(
      outputGain: 1, streams: RandomStreams(identity: "benchmark", replicateSeed: 0))
    let adam = Adam(parameters)
    network.input.fill(with: 0.5)
    network.outputGradient.fill(with: 0.01)
    let times = mediansInTurns(
      seconds: 0.3, { network.forward(rows: rows) }, { network.backward(rows: rows) },
      {
        parameters.zeroGradients()
        clipGradients(of: parameters, toGlobalNorm: 0.5)
        adam.update(learningRate: 0)
      })
    let operations = [network.forwardOperationsPerRow, network.backwardOperationsPerRow]
    for (index, name) in ["forward", "backward"].enumerated() {
      let gigaflops = Double(operations[index] * rows) / times[index] * 1e-9
      print(
        "MLP 4→64→64→2, batch \(rows), \(name): \(decimal(times[index] * 1e6, 2)) µs,",
        "\(decimal(gigaflops, 1)) GFLOP/s")
    }
    print("norm, clipping and Adam of it: \(decimal(times[2] * 1e6, 2)) µs")
  }
}

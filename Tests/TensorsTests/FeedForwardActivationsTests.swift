import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct FeedForwardActivationsTests {
  private func gated(_ gate: [Float], _ up: [Float]) -> [Float] {
    let count = gate.count
    let both = Tensor(rows: 1, columns: 2 * count, elements: gate + up)
    let out = Tensor(rows: 1, columns: count)
    swiGLU(
      gate: both.matrix.columns(0..<count), up: both.matrix.columns(count..<2 * count),
      into: out.matrix)
    return out.array
  }

  @Test func `SwiGLU agrees with double precision`() {
    let gate = stride(from: Float(-20), to: 20, by: 0.37).map { $0 }
    let up = gate.map { 1 + $0 / 10 }
    let expected = zip(gate, up).map {
      Float(Double($0) / (1 + Foundation.exp(-Double($0))) * Double($1))
    }
    expectClose(gated(gate, up), expected, tolerance: 5e-6)
  }

  @Test func `SwiGLU of extreme gates is finite or infinite as its limits`() {
    #expect(gated([-200, 200, 0], [2, 2, 2]) == [0, 400, 0])
    #expect(gated([-.greatestFiniteMagnitude], [1]) == [0])
  }

  @Test func `GELU agrees with double precision`() {
    let x = stride(from: Float(-9), to: 9, by: 0.11).map { $0 }
    let tensor = Tensor(rows: 1, columns: x.count, elements: x)
    gelu(of: tensor.matrix, into: tensor.matrix)
    let expected = x.map { element in
      let x = Double(element)
      let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      return Float(0.5 * x * (1 + Foundation.tanh(inner)))
    }
    expectClose(tensor.array, expected, tolerance: 2e-6)
  }

  @Test func `gradients of SwiGLU match central differences`() {
    var numbers = Numbers(seed: 83)
    let (start, c) = (numbers.tensor(1, 38).array.map { 3 * $0 }, numbers.tensor(1, 19))
    let both = Tensor(rows: 1, columns: 38, elements: start)
    let gradient = Tensor(rows: 1, columns: 38)
    writeSwiGLUGradients(
      gate: both.matrix.columns(0..<19), up: both.matrix.columns(19..<38), gradient: c.matrix,
      gateGradient: gradient.matrix.columns(0..<19), upGradient: gradient.matrix.columns(19..<38))
    func loss(_ elements: [Float]) -> Float {
      zip(gated(Array(elements.prefix(19)), Array(elements.suffix(19))), c.array)
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    expectGradient(gradient.array, matches: loss, at: start, step: 1e-2, tolerance: 2e-3)
  }

  @Test func `gradients of GELU match central differences`() {
    var numbers = Numbers(seed: 84)
    let (start, c) = (numbers.tensor(1, 37).array.map { 4 * $0 }, numbers.tensor(1, 37))
    let gradient = Tensor(rows: 1, columns: 37, elements: c.array)
    applyGELUBackward(
      x: Tensor(rows: 1, columns: 37, elements: start).matrix, gradient: gradient.matrix)
    func loss(_ elements: [Float]) -> Float {
      let x = Tensor(rows: 1, columns: 37, elements: elements)
      gelu(of: x.matrix, into: x.matrix)
      return zip(x.array, c.array).reduce(0) { $0 + $1.0 * $1.1 }
    }
    expectGradient(gradient.array, matches: loss, at: start, step: 1e-2, tolerance: 2e-3)
  }

  @Test func `all variants give the same bits`() {
    let x = (0..<4001).map { Float($0 - 2000) / 97 }
    func results() -> [UInt32] {
      let (tensor, gradient) = (
        Tensor(rows: 1, columns: x.count, elements: x),
        Tensor(rows: 1, columns: x.count, elements: x.reversed())
      )
      applyGELUBackward(x: tensor.matrix, gradient: gradient.matrix)
      gelu(of: tensor.matrix, into: tensor.matrix)
      let (gates, ups) = (
        Tensor(rows: 1, columns: x.count), Tensor(rows: 1, columns: x.count)
      )
      writeSwiGLUGradients(
        gate: Tensor(rows: 1, columns: x.count, elements: x).matrix,
        up: Tensor(rows: 1, columns: x.count, elements: x.reversed()).matrix,
        gradient: tensor.matrix, gateGradient: gates.matrix, upGradient: ups.matrix)
      return bits(
        tensor.array + gradient.array + gates.array + ups.array + gated(x, x.reversed()))
    }
    let expected = results()
    for instructionSet in availableInstructionSets {
      #expect(Kernels.using(instructionSet) { results() } == expected, "\(instructionSet)")
    }
  }
}

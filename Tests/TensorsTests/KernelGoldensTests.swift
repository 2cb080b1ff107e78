import Tensors
import TestSupport
import Testing

@Suite struct KernelGoldensTests {
  /// One golden for each form and mode, function, reduction, softmax and Adam.
  private func golden() -> ComponentGolden {
    var golden = ComponentGolden(component: "kernels", revision: Kernels.revision)
    for form in ProductForm.allCases {
      for mode in ProductMode.allCases {
        golden.add("product.\(form).\(mode)", products(form: form, mode: mode))
      }
    }
    for function in ElementwiseFunction.allCases {
      let inputs = stride(from: 0, to: 1 << 32, by: 1_000_003).map {
        Float(bitPattern: UInt32($0))
      }
      golden.add("\(function)", values(of: function, at: inputs))
    }
    var numbers = Numbers(seed: 21)
    let (x, y) = (numbers.tensor(3, 67), numbers.tensor(3, 67))
    golden.add("sum", [sum(of: x.matrix), sum(of: y.matrix)])
    golden.add("dot", [dotProduct(x.matrix, y.matrix)])
    golden.add("sumOfSquares", [Float(sumOfSquares(of: x.matrix))])
    let sums = Tensor(rows: 1, columns: 67)
    addColumnSums(of: x.matrix, to: sums.matrix)
    golden.add("columnSums", sums.array)
    for columns in [2, 67] {
      let logits = numbers.tensor(5, columns)
      let (log, probabilities) = (
        Tensor(rows: 5, columns: columns), Tensor(rows: 5, columns: columns)
      )
      let entropies = Tensor(rows: 5, columns: 1)
      logSoftmax(
        of: logits.matrix, logProbabilities: log.matrix, probabilities: probabilities.matrix,
        entropies: entropies.matrix)
      golden.add("logSoftmax.\(columns)", log.array + probabilities.array + entropies.array)
    }
    applyTanhBackward(output: x.matrix, gradient: y.matrix)
    golden.add("tanhBackward", y.array)
    applyReLUBackward(output: x.matrix, gradient: y.matrix)
    golden.add("reluBackward", y.array)
    let (p, m, v) = (numbers.tensor(3, 67), numbers.tensor(3, 67), Tensor(rows: 3, columns: 67))
    take(
      AdamStep(beta1: 0.9, beta2: 0.999, stepSize: 1e-3, rootScale: 1.5, epsilon: 1e-5),
      gradients: x.matrix, firstMoments: m.matrix, secondMoments: v.matrix, parameters: p.matrix)
    golden.add("adam", p.array + m.array + v.array)
    return golden
  }

  /// Products of shapes that take every path: tails, narrow results, packed panels, several leaves.
  private func products(form: ProductForm, mode: ProductMode) -> [Float] {
    var numbers = Numbers(seed: 22)
    return [(4, 64, 4), (128, 2, 64), (37, 41, 300), (20, 70, 1500)].flatMap { m, n, k in
      let a = form == .firstTransposed ? numbers.tensor(k, m) : numbers.tensor(m, k)
      let b = form == .secondTransposed ? numbers.tensor(n, k) : numbers.tensor(k, n)
      let c = numbers.tensor(m, n)
      let bias = mode == .overwrites ? numbers.tensor(1, n).matrix : nil
      multiply(a.matrix, b.matrix, form: form, bias: bias, into: c.matrix, mode: mode)
      return c.array
    }
  }

  @Test(arguments: availableInstructionSets)
  func `no bit changes without a raised revision`(instructionSet: Kernels.InstructionSet) throws {
    try Kernels.using(instructionSet) { try golden().expectUnchanged() }
  }
}

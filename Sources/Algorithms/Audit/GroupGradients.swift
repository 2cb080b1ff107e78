/// The sums over an estimator's group gradients that its moments are made of.
///
/// Memory grows with prompts and projections, not with groups.
package struct GroupGradients {
  package let prompts: Int
  package let dimension: Int
  /// [prompts · dimension] the sum of each prompt's gradients.
  private var sums: [Double]
  /// [prompts] the sum of their squared norms.
  private var squares: [Double]
  /// [prompts]
  private var counts: [Int]

  /// Creates the sums of no gradients.
  package init(prompts: Int, dimension: Int) {
    self.prompts = prompts
    self.dimension = dimension
    sums = [Double](repeating: 0, count: prompts * dimension)
    squares = [Double](repeating: 0, count: prompts)
    counts = [Int](repeating: 0, count: prompts)
  }

  /// Adds the gradient of one group.
  package mutating func add(_ gradient: [Double], ofPrompt prompt: Int) {
    let offset = prompt * dimension
    var square = 0.0
    for index in 0..<dimension {
      sums[offset + index] += gradient[index]
      square += gradient[index] * gradient[index]
    }
    squares[prompt] += square
    counts[prompt] += 1
  }

  /// Returns the inner products of the prompts' mean gradients with each other's and with those of a reference.
  package func products(with reference: GroupGradients) -> PromptProducts {
    let (own, other) = (means, reference.means)
    var (total, otherTotal) = (zeros, zeros)
    for prompt in 0..<prompts {
      let offset = prompt * dimension
      for index in 0..<dimension {
        total[index] += own[offset + index]
        otherTotal[index] += other[offset + index]
      }
    }
    var products = PromptProducts(groupsPerPrompt: counts[0])
    for prompt in 0..<prompts {
      let rows = (prompt * dimension)..<((prompt + 1) * dimension)
      products.append(
        PromptProducts.Prompt(
          square: dot(own[rows], own[rows]), cross: dot(own[rows], other[rows]),
          referenceSquare: dot(other[rows], other[rows]),
          groupSquare: squares[prompt] / Double(counts[prompt]),
          withTotal: dot(own[rows], total[...]),
          withReferenceTotal: dot(own[rows], otherTotal[...]),
          referenceWithTotal: dot(other[rows], total[...]),
          referenceWithReferenceTotal: dot(other[rows], otherTotal[...])))
    }
    return products
  }

  private var zeros: [Double] { [Double](repeating: 0, count: dimension) }

  /// [prompts · dimension]
  private var means: [Double] {
    var means = sums
    for prompt in 0..<prompts {
      let count = Double(max(counts[prompt], 1))
      for index in (prompt * dimension)..<((prompt + 1) * dimension) { means[index] /= count }
    }
    return means
  }
}

private func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  let offset = b.startIndex - a.startIndex
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index + offset] }
  return sum
}

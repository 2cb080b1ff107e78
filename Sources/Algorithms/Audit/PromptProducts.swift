/// Inner products of prompts' mean gradients: all that moments without bias and their errors need.
package struct PromptProducts {
  /// Those of one prompt's mean gradient v and of the reference's r.
  package struct Prompt {
    /// v · v, v · r and r · r.
    var square: Double
    var cross: Double
    var referenceSquare: Double
    /// The mean squared norm of the gradients that v is a mean of.
    var groupSquare: Double
    /// v · V and v · R with V and R the sums over all prompts, then r · V and r · R.
    var withTotal: Double
    var withReferenceTotal: Double
    var referenceWithTotal: Double
    var referenceWithReferenceTotal: Double

    static func += (sum: inout Prompt, other: Prompt) {
      sum.square += other.square
      sum.cross += other.cross
      sum.referenceSquare += other.referenceSquare
      sum.groupSquare += other.groupSquare
      sum.withTotal += other.withTotal
      sum.withReferenceTotal += other.withReferenceTotal
      sum.referenceWithTotal += other.referenceWithTotal
      sum.referenceWithReferenceTotal += other.referenceWithReferenceTotal
    }
  }

  /// How many gradients each mean is of.
  let groupsPerPrompt: Int
  private var prompts: [Prompt] = []
  private var sums = Prompt(
    square: 0, cross: 0, referenceSquare: 0, groupSquare: 0, withTotal: 0, withReferenceTotal: 0,
    referenceWithTotal: 0, referenceWithReferenceTotal: 0)

  init(groupsPerPrompt: Int) { self.groupsPerPrompt = groupsPerPrompt }

  mutating func append(_ prompt: Prompt) {
    prompts.append(prompt)
    sums += prompt
  }

  /// How many prompts there are.
  var count: Int { prompts.count }

  /// Returns the moments, of all prompts or of all but one.
  ///
  /// Expectations are multiplied over pairs of different prompts p ≠ q, whose samples have nothing in common:
  ///
  ///     ‖E ĝ‖² ≈ (‖V‖² − Σ ‖v_p‖²) / (P (P − 1))
  ///
  /// Baselines that compare groups of a batch with each other tie its prompts by O(1/P), which is neglected.
  ///
  /// - Precondition: At least two prompts are left.
  package func moments(leavingOut left: Int? = nil) -> GradientMoments {
    let one = left.map { prompts[$0] }
    let count = Double(prompts.count - (one == nil ? 0 : 1))
    precondition(count >= 2, "moments of \(count) prompts")
    func sum(_ term: (Prompt) -> Double) -> Double {
      term(sums) - (one.map(term) ?? 0)
    }
    /// The product of two totals, of the prompts that are left.
    func total(
      _ all: (Prompt) -> Double, _ first: (Prompt) -> Double, _ second: (Prompt) -> Double,
      _ own: (Prompt) -> Double
    ) -> Double {
      guard let one else { return all(sums) }
      return all(sums) - first(one) - second(one) + own(one)
    }
    let pairs = count * (count - 1)
    let square = total(\.withTotal, \.withTotal, \.withTotal, \.square)
    let cross = total(
      \.withReferenceTotal, \.withReferenceTotal, \.referenceWithTotal, \.cross)
    let referenceSquare = total(
      \.referenceWithReferenceTotal, \.referenceWithReferenceTotal, \.referenceWithReferenceTotal,
      \.referenceSquare)
    let groupSquare = sum(\.groupSquare) / count
    var promptSquare: Double?
    if groupsPerPrompt > 1 {
      let groups = Double(groupsPerPrompt)
      promptSquare = (groups * sum(\.square) / count - groupSquare) / (groups - 1)
    }
    return GradientMoments(
      squaredMean: (square - sum(\.square)) / pairs, cross: (cross - sum(\.cross)) / pairs,
      squaredReference: (referenceSquare - sum(\.referenceSquare)) / pairs,
      secondMoment: groupSquare, promptSecondMoment: promptSquare)
  }

  /// Returns a number that is made of the moments, with the standard error that another draw of prompts gives it.
  ///
  /// - Returns: The number, `nil` where the moments do not give one; its error, `nil` where those without one of the
  ///   prompts do not.
  ///
  /// Source: Efron & Stein, "The Jackknife Estimate of Variance", Annals of Statistics 9(3), 1981,
  /// https://doi.org/10.1214/aos/1176345462.
  package func estimate(
    _ quantity: (GradientMoments) -> Double?
  ) -> (value: Double, standardError: Double?)? {
    guard let value = quantity(moments()), value.isFinite else { return nil }
    guard count > 2 else { return (value, nil) }
    var others: [Double] = []
    for prompt in 0..<count {
      guard let other = quantity(moments(leavingOut: prompt)), other.isFinite else {
        return (value, nil)
      }
      others.append(other)
    }
    let mean = others.reduce(0, +) / Double(count)
    let squares = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (value, (squares * Double(count - 1) / Double(count)).squareRoot())
  }
}

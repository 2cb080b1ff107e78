import Tensors
import TestSupport
import Testing

/// A product to try: extents, form, mode and whether there is a bias.
private struct Case {
  var m: Int
  var n: Int
  var k: Int
  var form: ProductForm
  var mode: ProductMode = .overwrites
  var hasBias = false
  /// What each operand's rows are apart beyond their length.
  var gap = 0

  /// The operands, the bias and the earlier content of the result.
  struct Operands {
    var a: Matrix
    var b: Matrix
    var bias: Matrix?
    var c: Tensor
    var result: Matrix
  }

  func operands(seed: UInt64 = 1) -> Operands {
    var numbers = Numbers(seed: seed)
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      let tensor = numbers.tensor(rows, columns + gap)
      return Matrix(tensor, offset: 0, rows: rows, columns: columns, stride: columns + gap)
    }
    let a = form == .firstTransposed ? matrix(k, m) : matrix(m, k)
    let b = form == .secondTransposed ? matrix(n, k) : matrix(k, n)
    let bias = hasBias ? matrix(1, n) : nil
    let c = numbers.tensor(m, n + gap)
    return Operands(
      a: a, b: b, bias: bias, c: c,
      result: Matrix(c, offset: 0, rows: m, columns: n, stride: n + gap))
  }

  /// A[i, k] and B[k, j], whatever is transposed.
  func factors(_ operands: Operands, i: Int, j: Int, k: Int) -> (Float, Float) {
    (
      form == .firstTransposed ? operands.a[k, i] : operands.a[i, k],
      form == .secondTransposed ? operands.b[j, k] : operands.b[k, j]
    )
  }

  /// The whole memory of C after the product, by one f32 chain for each element.
  func expected() -> [Float] {
    let operands = operands()
    let memory = Tensor(rows: operands.c.rows, columns: operands.c.columns)
    memory.copy(from: operands.c)
    for i in 0..<m {
      for j in 0..<n {
        let earlier = operands.result[i, j]
        var total = earlier
        var chain = mode == .continues ? earlier : operands.bias.map { $0[0, j] } ?? 0
        for k in 0..<k {
          if mode == .adds && k > 0 && k.isMultiple(of: 1024) {
            total += chain
            chain = 0
          }
          let (x, y) = factors(operands, i: i, j: j, k: k)
          chain = chain.addingProduct(x, y)
        }
        memory[i, j] = mode == .adds ? total + chain : chain
      }
    }
    return memory.array
  }

  /// The whole memory of C after the product by the kernels.
  func computed(profile: NumericsProfile = .exact) -> [Float] {
    let operands = operands()
    multiply(
      operands.a, operands.b, form: form, bias: operands.bias, into: operands.result, mode: mode,
      profile: profile)
    return operands.c.array
  }
}

@Suite struct MatrixProductTests {
  /// Expects every variant to give the chains of fused multiply-adds and to leave gaps alone.
  private func expectChains(_ cases: [Case]) {
    for product in cases {
      let expected = bits(product.expected())
      for instructionSet in availableInstructionSets {
        let computed = Kernels.using(instructionSet) { bits(product.computed()) }
        #expect(computed == expected, "\(instructionSet) \(product)")
      }
    }
  }

  @Test(arguments: ProductForm.allCases)
  func `an element is one ascending chain at every size up to 40`(form: ProductForm) {
    expectChains(
      (1...40).flatMap { size in
        let (second, third) = (41 - size, size * 7 % 40 + 1)
        return [
          Case(m: size, n: second, k: third, form: form),
          Case(m: second, n: third, k: size, form: form, hasBias: true),
          Case(m: third, n: size, k: second, form: form, mode: .continues, gap: 3),
          Case(m: 40, n: size, k: third, form: form, mode: .adds),
        ]
      })
  }

  @Test(arguments: ProductForm.allCases)
  func `narrow and wide results are chains too`(form: ProductForm) {
    let extents = [
      (65, 1), (130, 2), (33, 3), (70, 4), (67, 5), (17, 7), (3, 129), (1, 200), (9, 97),
    ]
    expectChains(
      extents.flatMap { m, n in
        ProductMode.allCases.map { mode in
          Case(m: m, n: n, k: 71, form: form, mode: mode, hasBias: mode == .overwrites, gap: 1)
        }
      })
  }

  @Test(arguments: ProductForm.allCases)
  func `blocks of a long chain and leaves are in order`(form: ProductForm) {
    expectChains(
      [255, 256, 257, 1023, 1024, 1025, 2500].flatMap { k in
        ProductMode.allCases.flatMap { mode in
          [
            Case(m: 5, n: 3, k: k, form: form, mode: mode),
            Case(m: 3, n: 21, k: k, form: form, mode: mode),
            Case(m: 18, n: 2, k: k, form: form, mode: mode),
          ]
        }
      })
  }

  @Test(arguments: ProductForm.allCases)
  func `wide strides are packed without changing bits`(form: ProductForm) {
    expectChains([
      Case(m: 35, n: 66, k: 20, form: form, gap: 200),
      Case(m: 33, n: 2, k: 20, form: form, mode: .continues, gap: 200),
    ])
  }

  @Test(arguments: ProductForm.allCases)
  func `large operands are cut into blocks without changing bits`(form: ProductForm) {
    expectChains([
      Case(m: 66, n: 257, k: 1025, form: form, mode: .adds, gap: 200),
      Case(m: 1030, n: 9, k: 257, form: form, hasBias: true),
    ])
  }

  @Test(arguments: ProductForm.allCases)
  func `an empty chain is its start`(form: ProductForm) {
    expectChains(
      ProductMode.allCases.flatMap { mode in
        [
          Case(m: 5, n: 18, k: 0, form: form, mode: mode),
          Case(m: 20, n: 2, k: 0, form: form, mode: mode, hasBias: mode == .overwrites),
        ]
      })
  }

  @Test func `a hand-worked product`() {
    let a = Tensor(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    let b = Tensor(rows: 3, columns: 2, elements: [1, 0, 0, 1, 2, -1])
    let bias = Tensor(rows: 1, columns: 2, elements: [10, 20])
    let c = Tensor(rows: 2, columns: 2)
    multiply(a.matrix, b.matrix, bias: bias.matrix, into: c.matrix)
    #expect(c.array == [17, 19, 26, 19])
    let square = Tensor(rows: 3, columns: 3)
    multiply(a.matrix, a.matrix, form: .firstTransposed, into: square.matrix)
    #expect(square.array == [17, 22, 27, 22, 29, 36, 27, 36, 45])
    multiply(a.matrix, a.matrix, form: .secondTransposed, into: c.matrix)
    #expect(c.array == [14, 32, 32, 77])
  }

  @Test(arguments: [1, 2, 4, 5, 7, 63, 64, 100])
  func `a row does not depend on the other rows of the batch`(n: Int) {
    var numbers = Numbers(seed: 3)
    let (a, b) = (numbers.tensor(41, 37), numbers.tensor(37, n))
    let all = Tensor(rows: 41, columns: n)
    multiply(a.matrix, b.matrix, into: all.matrix)
    for instructionSet in availableInstructionSets {
      for rows in 1...41 {
        let some = Tensor(rows: rows, columns: n)
        let first = 41 - rows
        Kernels.using(instructionSet) {
          multiply(a.rows(first..<41), b.matrix, into: some.matrix)
        }
        #expect(bits(some.array) == bits(all.rows(first..<41).array), "\(rows) rows")
      }
    }
  }

  @Test func `a chain may be continued where it was left`() {
    var numbers = Numbers(seed: 4)
    let (a, b) = (numbers.tensor(30, 9), numbers.tensor(30, 70))
    let whole = Tensor(rows: 9, columns: 70)
    multiply(a.matrix, b.matrix, form: .firstTransposed, into: whole.matrix)
    let parts = Tensor(rows: 9, columns: 70)
    for range in [0..<1, 1..<12, 12..<30] {
      multiply(
        a.rows(range), b.rows(range), form: .firstTransposed, into: parts.matrix, mode: .continues)
    }
    #expect(bits(parts.array) == bits(whole.array))
  }

  @Test(arguments: [2, 40])
  func `chunks of whole leaves give the bits of the whole batch`(n: Int) {
    var numbers = Numbers(seed: 5)
    let (a, b) = (numbers.tensor(3500, 20), numbers.tensor(3500, n))
    func gradient(_ chunks: [Range<Int>]) -> [UInt32] {
      let product = Tensor(rows: 20, columns: n)
      let sums = Tensor(rows: 1, columns: n)
      for chunk in chunks {
        multiply(
          a.rows(chunk), b.rows(chunk), form: .firstTransposed, into: product.matrix, mode: .adds)
        addColumnSums(of: b.rows(chunk), to: sums.matrix)
      }
      return bits(product.array + sums.array)
    }
    let whole = gradient([0..<3500])
    #expect(gradient([0..<1024, 1024..<3072, 3072..<3500]) == whole)
    #expect(gradient([0..<2048, 2048..<3500]) == whole)
    // Not a rule of the kernels but of floating-point numbers: the test above can fail.
    #expect(gradient([0..<1000, 1000..<3500]) != whole)
  }

  @Test(arguments: NumericsProfile.allCases, ProductForm.allCases)
  func `the error stays within the bound of a chain`(profile: NumericsProfile, form: ProductForm) {
    let product = Case(m: 33, n: 47, k: 300, form: form)
    let operands = product.operands()
    let computed = product.computed(profile: profile)
    for i in 0..<product.m {
      for j in 0..<product.n {
        var sum = 0.0
        var magnitudes = 0.0
        for k in 0..<product.k {
          let (x, y) = product.factors(operands, i: i, j: j, k: k)
          sum += Double(x) * Double(y)
          magnitudes += (Double(x) * Double(y)).magnitude
        }
        // Higham, "Accuracy and Stability of Numerical Algorithms", §3.1: |error| ≤ k u Σ|xy|, to first order,
        // for a chain; for OpenBLAS's order of additions too.
        let bound = Double(product.k) * 0x1p-24 * magnitudes * 1.001
        #expect(abs(Double(computed[i * product.n + j]) - sum) <= bound)
      }
    }
  }

  @Test(arguments: ProductForm.allCases, ProductMode.allCases)
  func `the profiles agree`(form: ProductForm, mode: ProductMode) {
    for (m, n, k) in [(1, 1, 1), (4, 64, 64), (128, 2, 64), (37, 41, 43)] {
      let product = Case(
        m: m, n: n, k: k, form: form, mode: mode, hasBias: mode == .overwrites, gap: 2)
      expectClose(
        product.computed(profile: .exact), product.computed(profile: .openblas), tolerance: 2e-5)
    }
  }

  @Test func `extents that disagree are refused`() async {
    await #expect(processExitsWith: .failure) {
      multiply(
        Tensor(rows: 2, columns: 3).matrix, Tensor(rows: 2, columns: 3).matrix,
        into: Tensor(rows: 2, columns: 3).matrix)
    }
  }

  @Test func `column sums are chains in leaves`() {
    var numbers = Numbers(seed: 6)
    for columns in [1, 2, 15, 16, 17, 64, 83] {
      let matrix = numbers.tensor(1030, columns)
      let start = numbers.array(columns)
      let expected = (0..<columns).map { column in
        var first: Float = 0
        var second: Float = 0
        for row in 0..<1024 { first += matrix[row, column] }
        for row in 1024..<1030 { second += matrix[row, column] }
        return (start[column] + first) + second
      }
      for instructionSet in availableInstructionSets {
        let sums = Tensor(rows: 1, columns: columns, elements: start)
        Kernels.using(instructionSet) { addColumnSums(of: matrix.matrix, to: sums.matrix) }
        #expect(bits(sums.array) == bits(expected), "\(instructionSet), \(columns) columns")
      }
    }
  }
}

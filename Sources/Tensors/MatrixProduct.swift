import CKernels

/// Which operand of a product is transposed as it is stored.
public enum ProductForm: CaseIterable, Sendable {
  /// C[m, n] = A[m, k] · B[k, n]
  case plain
  /// C[m, n] = A[k, m]ᵀ · B[k, n]
  case firstTransposed
  /// C[m, n] = A[m, k] · B[n, k]ᵀ
  case secondTransposed
}

/// How a product treats the earlier content of its result.
public enum ProductMode: CaseIterable, Sendable {
  /// Each chain starts from +0, or from the bias.
  case overwrites
  /// Each chain starts from the earlier element.
  case continues
  /// k is cut into leaves of 1024 steps, each a chain from +0; leaves are added in ascending order.
  case adds
}

/// Computes a matrix product into `result`.
///
/// With the profile `exact` each element is one chain of fused multiply-adds, k ascending: the same bits on
/// every processor, and a row's result does not depend on the other rows. With `openblas` neither holds.
///
/// - Parameters:
///   - first: A as stored: [m, k], or [k, m] if `form` is `firstTransposed`.
///   - second: B as stored: [k, n], or [n, k] if `form` is `secondTransposed`.
///   - form: Which operand is transposed as it is stored.
///   - bias: [1, n], where each chain starts, or `nil` for +0.
///   - result: C, [m, n]; it shares no memory with the operands.
///   - mode: What happens to the earlier content of C.
///   - profile: Who computes it.
/// - Precondition: The extents agree; a bias comes only with `overwrites`.
public func multiply(
  _ first: Matrix, _ second: Matrix, form: ProductForm = .plain, bias: Matrix? = nil,
  into result: Matrix, mode: ProductMode = .overwrites, profile: NumericsProfile = .exact
) {
  let (m, k) =
    form == .firstTransposed ? (first.columns, first.rows) : (first.rows, first.columns)
  let (depth, n) =
    form == .secondTransposed ? (second.columns, second.rows) : (second.rows, second.columns)
  precondition(
    k == depth && result.rows == m && result.columns == n,
    "[\(m), \(k)] times [\(depth), \(n)] into [\(result.rows), \(result.columns)]")
  precondition(
    bias.map { $0.count == n && mode == .overwrites } ?? true,
    "a bias of \(bias?.count ?? 0) for \(n) columns, mode \(mode)")
  switch profile {
  case .exact:
    lb_product(
      form.kernelForm, mode.kernelMode, m, n, k, first.base, first.stride, second.base,
      second.stride, bias?.base, result.base, result.stride)
  case .openblas:
    if let bias {
      for row in 0..<m {
        (result.base + row * result.stride).update(from: bias.base, count: n)
      }
    }
    guard m > 0 && n > 0 else { return }
    openBLASProduct(
      transposesA: form == .firstTransposed, transposesB: form == .secondTransposed, rows: m,
      columns: n, depth: k, a: first, b: second,
      beta: bias != nil || mode != .overwrites ? 1 : 0, into: result)
  }
}

/// Adds the sum of each column of `matrix` to `sums`, in leaves of 1024 rows, rows ascending.
///
/// - Parameters:
///   - matrix: [rows, n].
///   - sums: [1, n].
public func addColumnSums(of matrix: Matrix, to sums: Matrix) {
  precondition(
    sums.count == matrix.columns && sums.isContiguous,
    "sums of \(matrix.columns) columns into \(sums.count) elements")
  lb_add_column_sums(matrix.rows, matrix.columns, matrix.base, matrix.stride, sums.base)
}

extension ProductForm {
  fileprivate var kernelForm: lb_product_form {
    switch self {
    case .plain: lb_product_plain
    case .firstTransposed: lb_product_a_transposed
    case .secondTransposed: lb_product_b_transposed
    }
  }
}

extension ProductMode {
  var kernelMode: lb_product_mode {
    switch self {
    case .overwrites: lb_product_overwrites
    case .continues: lb_product_continues
    case .adds: lb_product_adds
    }
  }
}

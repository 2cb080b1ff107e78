import COpenBLAS

/// The one OpenBLAS configuration whose results the profile `openblas` stands for.
///
/// OpenBLAS chooses its kernel set when the library is loaded, so the pin is set in the environment of
/// a worker process before it starts, and asserted there.
public enum OpenBLAS {
  /// The pinned kernel set; every processor with AVX2 can run it.
  public static let pinnedCore = "Haswell"

  /// The environment variables with which a worker process gets the pinned configuration.
  public static let workerEnvironment = [
    "OPENBLAS_CORETYPE": pinnedCore, "OPENBLAS_NUM_THREADS": "1",
  ]

  /// The kernel set of the loaded library, such as `SkylakeX`.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The version of the loaded library, such as `0.3.21`.
  public static var version: String {
    // The configuration starts with the name and the version: "OpenBLAS 0.3.21 NO_LAPACKE …".
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.count > 1 ? String(words[1]) : "unknown"
  }

  /// The library in a run key: its version and the pinned kernel set.
  public static var keyText: String { "OpenBLAS \(version) \(pinnedCore)" }

  /// Makes the library use one thread, as everything here does; parallelism is across runs.
  public static func useOneThread() {
    openblas_set_num_threads(1)
  }

  /// Makes sure that products by OpenBLAS are what the run key says.
  ///
  /// - Throws: ``OpenBLASProblem``, if the library uses another kernel set or several threads.
  public static func requirePinnedConfiguration() throws(OpenBLASProblem) {
    useOneThread()
    let threads = Int(openblas_get_num_threads())
    guard threads == 1 else { throw .threads(threads) }
    guard core == pinnedCore else { throw .core(core) }
  }
}

/// Why OpenBLAS cannot give the results that a run key promises.
public enum OpenBLASProblem: Error, Equatable, Sendable {
  /// The library has another kernel set than the pinned one.
  case core(String)
  /// The library insists on several threads.
  case threads(Int)
}

extension OpenBLASProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .core(let name):
      """
      OpenBLAS uses its \(name) kernels, but the profile openblas is pinned to \
      \(OpenBLAS.pinnedCore); set OPENBLAS_CORETYPE=\(OpenBLAS.pinnedCore) before the program starts
      """
    case .threads(let count):
      """
      OpenBLAS uses \(count) threads, but the profile openblas needs 1; set OPENBLAS_NUM_THREADS=1 \
      before the program starts
      """
    }
  }
}

/// A product by OpenBLAS, C = op(A) · op(B) + β C, all row after row.
func openBLASProduct(
  transposesA: Bool, transposesB: Bool, rows: Int, columns: Int, depth: Int, a: Matrix, b: Matrix,
  beta: Float, into c: Matrix
) {
  cblas_sgemm(
    CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
    blasint(rows), blasint(columns), blasint(depth), 1, a.base, blasint(max(a.stride, 1)), b.base,
    blasint(max(b.stride, 1)), beta, c.base, blasint(max(c.stride, 1)))
}

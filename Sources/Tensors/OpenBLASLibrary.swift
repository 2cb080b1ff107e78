internal import Glibc

/// The functions of OpenBLAS, whose library is loaded when one of them is first asked for.
///
/// The program is not linked with it: a loaded OpenBLAS starts a thread for each further processor, which turns in
/// circles for 25 ms before it sleeps, and nearly every command of labbook multiplies nothing.
struct OpenBLASLibrary: Sendable {
  /// `cblas_sgemm`, with the enumerations of `cblas.h` as the whole numbers that they are.
  typealias Product =
    @convention(c) @Sendable (
      _ order: CInt, _ transposesA: CInt, _ transposesB: CInt, _ m: CInt, _ n: CInt, _ k: CInt,
      _ alpha: Float, _ a: UnsafePointer<Float>?, _ strideOfA: CInt, _ b: UnsafePointer<Float>?,
      _ strideOfB: CInt, _ beta: Float, _ c: UnsafeMutablePointer<Float>?, _ strideOfC: CInt
    ) -> Void

  let product: Product
  let setThreads: @convention(c) @Sendable (CInt) -> Void
  let threads: @convention(c) @Sendable () -> CInt
  /// The kernel set that the library chose for this processor.
  let core: String
  /// Name, version and options of the library.
  let configuration: String

  /// The library of this process.
  static let loaded = Result { () throws(OpenBLASProblem) in try OpenBLASLibrary() }

  private init() throws(OpenBLASProblem) {
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL) else {
      throw .absent(Self.reason)
    }
    func function<Function>(_ name: String, as type: Function.Type) throws(OpenBLASProblem)
      -> Function
    {
      guard let address = dlsym(library, name) else { throw .absent(Self.reason) }
      return unsafeBitCast(address, to: type)
    }
    typealias Text = @convention(c) () -> UnsafePointer<CChar>
    product = try function("cblas_sgemm", as: Product.self)
    setThreads = try function(
      "openblas_set_num_threads", as: (@convention(c) @Sendable (CInt) -> Void).self)
    threads = try function(
      "openblas_get_num_threads", as: (@convention(c) @Sendable () -> CInt).self)
    core = String(cString: try function("openblas_get_corename", as: Text.self)())
    configuration = String(cString: try function("openblas_get_config", as: Text.self)())
  }

  private static var reason: String {
    dlerror().map { String(cString: $0) } ?? "no reason is given"
  }
}

/// A product by OpenBLAS, C = op(A) · op(B) + β C, all row after row.
///
/// - Precondition: The library is there.
func openBLASProduct(
  transposesA: Bool, transposesB: Bool, rows: Int, columns: Int, depth: Int, a: Matrix, b: Matrix,
  beta: Float, into c: Matrix
) {
  let library: OpenBLASLibrary
  do throws(OpenBLASProblem) { library = try OpenBLASLibrary.loaded.get() } catch {
    preconditionFailure("\(error)")
  }
  // CblasRowMajor, CblasNoTrans and CblasTrans of cblas.h.
  let (rowMajor, plain, transposed): (CInt, CInt, CInt) = (101, 111, 112)
  library.product(
    rowMajor, transposesA ? transposed : plain, transposesB ? transposed : plain, CInt(rows),
    CInt(columns), CInt(depth), 1, a.base, CInt(max(a.stride, 1)), b.base, CInt(max(b.stride, 1)),
    beta, c.base, CInt(max(c.stride, 1)))
}

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

  /// The kernel set of the library, such as `SkylakeX`; `unknown` where it is not installed.
  public static var core: String { (try? OpenBLASLibrary.loaded.get())?.core ?? unknown }

  /// The version of the library, such as `0.3.21`; `unknown` where it is not installed.
  public static var version: String {
    // The configuration starts with the name and the version: "OpenBLAS 0.3.21 NO_LAPACKE …".
    let words = (try? OpenBLASLibrary.loaded.get())?.configuration.split(separator: " ") ?? []
    return words.count > 1 ? String(words[1]) : unknown
  }

  private static let unknown = "unknown"

  /// The library in a run key: its version and the pinned kernel set.
  public static var keyText: String { "OpenBLAS \(version) \(pinnedCore)" }

  /// Makes the library use one thread, as everything here does; parallelism is across runs.
  public static func useOneThread() {
    try? OpenBLASLibrary.loaded.get().setThreads(1)
  }

  /// Makes sure that products by OpenBLAS are what the run key says.
  ///
  /// - Throws: ``OpenBLASProblem``, if the library is not there, or uses another kernel set or several threads.
  public static func requirePinnedConfiguration() throws(OpenBLASProblem) {
    let library = try OpenBLASLibrary.loaded.get()
    useOneThread()
    let threads = Int(library.threads())
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
  /// The library cannot be loaded, for this reason.
  case absent(String)
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
    case .absent(let reason):
      "the profile openblas needs the library OpenBLAS, of the Debian package libopenblas0: \(reason)"
    }
  }
}

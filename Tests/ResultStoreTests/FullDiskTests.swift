import Foundation
import ResultStore
import Testing

/// A file larger than the process may write stands for a full disk: `write` fails half-way.
///
/// The limit is of a whole process, so it is set in one of its own: other tests write meanwhile.
@Suite struct FullDiskTests {
  @Test func `a record that does not fit is reported and leaves nothing visible`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let store = ResultStore(root: folder.url)
      var record = Fixture.record
      record.weights = [UInt8](repeating: 1, count: 33 << 20)

      signal(SIGXFSZ, SIG_IGN)
      var limited = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limited)
      limited.rlim_cur = 32 << 20
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limited) == 0)

      let error = try #require(throws: StoreError.self) {
        try store.store(record, for: Fixture.preimage(), provenance: nil)
      }
      guard case .cannot("write", let path, "File too large") = error else { throw error }
      try #require(path.hasSuffix("/weights.safetensors"))
      try #require(folder.files == [])
      try #require(try store.record(for: Fixture.preimage().key) == nil)
    }
  }
}

import Foundation
import ResultStore
import Testing

/// A file larger than the process may write stands for a full disk: `write` fails half-way.
@Suite(.serialized) struct FullDiskTests {
  @Test func `a record that does not fit is reported and leaves nothing visible`() throws {
    let folder = try TemporaryFolder()
    let store = ResultStore(root: folder.url)
    var record = Fixture.record
    record.weights = [UInt8](repeating: 1, count: 33 << 20)

    var before = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
    let handler = signal(SIGXFSZ, SIG_IGN)
    var limited = rlimit(rlim_cur: 32 << 20, rlim_max: before.rlim_max)
    #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limited) == 0)
    defer {
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
      signal(SIGXFSZ, handler)
    }

    let error = #expect(throws: StoreError.self) {
      try store.store(record, for: Fixture.preimage(), provenance: nil)
    }
    guard case .cannot("write", let path, "File too large")? = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(path.hasSuffix("/weights.safetensors"))
    #expect(folder.files == [])
    #expect(try store.record(for: Fixture.preimage().key) == nil)
  }
}

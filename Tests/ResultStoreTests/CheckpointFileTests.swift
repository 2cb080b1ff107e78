import Foundation
import ResultStore
import Testing

/// The file of a checkpoint: whole or not at all, of this run or not used.
@Suite struct CheckpointFileTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let key = Fixture.preimage().key
  let state: [UInt8] = Array("state of a run\nwith a line break".utf8) + [0, 255]

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook", directoryHint: .isDirectory))
  }

  private var basis: String { "\(key.hex) start=0a3f" }
  private var file: URL { folder.url.appending(path: ".labbook/checkpoints/\(key.hex)") }

  private func keep(_ state: [UInt8], basis: String? = nil) throws {
    let session = try store.makeSession()
    defer { withExtendedLifetime(session) {} }
    try store.keepCheckpoint(
      state, for: key, basis: basis ?? self.basis, session: session.path)
    #expect(folder.files.filter { $0.contains("checkpoint-") } == [])
  }

  private var found: FoundCheckpoint { store.checkpoint(for: key, basis: basis) }

  @Test func `a checkpoint is found as it was kept, the latest in place of those before`() throws {
    #expect(found == .none)
    try keep([1, 2])
    try keep(state)
    #expect(found == .usable(state))
    try keep([])
    #expect(found == .usable([]))
    #expect(folder.files == [".labbook/checkpoints/\(key.hex)"])
    store.removeCheckpoint(of: key)
    #expect(found == .none)
  }

  @Test func `a checkpoint that is cut off, longer or has a flipped bit anywhere is not used`()
    throws
  {
    try keep(state)
    let whole = try Array(Data(contentsOf: file))
    let damages =
      whole.indices.map { Array(whole.prefix($0)) } + [whole + [0]]
      + whole.indices.flatMap { index in
        [0, 3, 7].map { bit in
          var damaged = whole
          damaged[index] ^= 1 << UInt8(bit)
          return damaged
        }
      }
    for damaged in damages {
      try Data(damaged).write(to: file)
      guard case .unusable(let problem) = found else {
        Issue.record("\(damaged.count) bytes: \(found)")
        continue
      }
      #expect(problem == "it is damaged" || problem.hasPrefix("it has the format "), "\(problem)")
    }
  }

  @Test func `a checkpoint of another format, of another run or from other weights is not used`()
    throws
  {
    try keep(state, basis: "\(key.hex) start=ffff")
    #expect(
      found == .unusable("it is of another run, or of one that started from other weights"))
    try Data("labbook checkpoint 0\n…".utf8).write(to: file)
    #expect(found == .unusable("it has the format 0, and this version reads 1"))
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    guard case .unusable(let problem) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(problem.hasSuffix("it is a folder"))
  }

  @Test func `two processes that keep checkpoints of one run leave that of one of them`()
    async throws
  {
    let states = (0..<2).map { writer in [UInt8](repeating: UInt8(writer), count: 100_000) }
    let (store, key, basis) = (store, key, basis)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for state in states {
        group.addTask {
          for _ in 0..<5 {
            let session = try store.makeSession()
            defer { withExtendedLifetime(session) {} }
            try store.keepCheckpoint(state, for: key, basis: basis, session: session.path)
          }
        }
      }
      for _ in 0..<20 {
        let found = store.checkpoint(for: key, basis: basis)
        #expect(found == .none || states.contains { found == .usable($0) })
      }
      try await group.waitForAll()
    }
    #expect(states.contains { found == .usable($0) })
  }

  @Test func `a checkpoint goes once its run has a record, and no sweep takes it before`() throws {
    try keep(state)
    try store.removeLeftovers()
    try store.removeFinishedCheckpoints()
    #expect(found == .usable(state))
    _ = try store.store(
      Fixture.record, for: Fixture.preimage(), provenance: Fixture.provenance)
    try store.removeFinishedCheckpoints()
    #expect(found == .none)
  }
}

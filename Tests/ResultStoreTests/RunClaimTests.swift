import Foundation
import ResultStore
import Testing

@Suite struct RunClaimTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let key = Fixture.preimage().key

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook"))
  }

  private var file: String { "\(store.root.path)/temporary/claim-\(key.hex)" }

  @Test func `one holder at a time has the claim of a run, and its end frees it`() throws {
    var first = try store.claim(key)
    #expect(first != nil)
    #expect(try store.claim(key) == nil)
    let other = try #require(try store.claim(Fixture.preimage(seed: 7).key))
    first = nil
    #expect(FileManager.default.fileExists(atPath: file) == false)
    #expect(try store.claim(key) != nil)
    withExtendedLifetime(other) {}
  }

  @Test func `the claim of a process that was killed is free at once, whatever the clocks say`()
    throws
  {
    try FileManager.default.createDirectory(
      atPath: store.root.path + "/temporary", withIntermediateDirectories: true)
    for days in [-2.0, 0, 2] {
      try Data("12 3\n".utf8).write(to: URL(filePath: file))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: days * 86_400)], ofItemAtPath: file)
      #expect(try store.claim(key) != nil)
    }
  }

  @Test func `a pulse changes with each renewal and with each holder`() throws {
    #expect(store.pulse(of: key) == [])
    var pulses: Set<[UInt8]> = []
    for _ in 0..<2 {
      let claim = try #require(try store.claim(key))
      pulses.insert(store.pulse(of: key))
      claim.renew(1)
      pulses.insert(store.pulse(of: key))
    }
    #expect(pulses.count == 4)
  }

  @Test func `sweeping removes the claims of the dead and leaves those of the living`() throws {
    let claim = try #require(try store.claim(key))
    let dead = "\(store.root.path)/temporary/claim-dead"
    try Data().write(to: URL(filePath: dead))
    #expect(try store.removeLeftovers() == 1)
    #expect(FileManager.default.fileExists(atPath: dead) == false)
    #expect(try store.claim(key) == nil)
    withExtendedLifetime(claim) {}
  }

  @Test func `a store that cannot be written is an error`() throws {
    try folder.write(Array("".utf8), to: ".labbook")
    #expect(throws: StoreError.self) { try store.claim(key) }
  }
}

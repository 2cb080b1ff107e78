import Foundation
import ResultStore
import Testing

/// What a store keeps, and what of it nothing needs.
@Suite struct StoreUseTests {
  let folder: TemporaryFolder
  private let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
  }

  private static let keys = (0..<6).map { Fixture.preimage(seed: $0).key }

  @Test func `locks, experiments, age and what these stand on keep a run`() {
    let keys = Self.keys
    let runs = keys.enumerated().map {
      StoredRun(key: $1, hasRecord: true, bytes: 1, arrival: $0)
    }
    let needs = StoreNeeds(locked: [keys[0]], planned: [keys[1], Fixture.preimage(seed: 9).key])
    // The first stands on the third, and that on the fourth.
    let stages = [keys[0]: [keys[2]], keys[2]: [keys[3]]]
    func unneeded(_ time: Int?) -> [RunKey] {
      needs.unneeded(among: runs, arrivedAfter: time) { stages[$0] ?? [] }.map(\.key)
    }
    #expect(unneeded(nil) == [keys[4], keys[5]])
    #expect(unneeded(4) == [keys[4]])
    #expect(unneeded(3) == [])
    #expect(
      StoreNeeds().unneeded(among: runs, arrivedAfter: nil) { _ in [] }.count == runs.count)
  }

  @Test func `a run goes with all that is kept of it, but the decisions`() throws {
    let (gone, kept) = (Fixture.preimage(seed: 1), Fixture.preimage(seed: 2))
    var differing = Fixture.record
    differing.metrics["evaluation_return"] = 3
    for preimage in [gone, kept] {
      _ = try store.store(Fixture.record, for: preimage, provenance: nil)
      _ = try store.store(differing, for: preimage, provenance: nil)
    }
    _ = try store.resolve(
      gone.key, keeping: Fixture.record.digest.all, reason: "A reason.", named: "a")
    try folder.write([1], to: "loose")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "logs"), withIntermediateDirectories: true)
    try folder.write([1, 2, 3], to: "logs/\(gone.key.hex).log")
    let runs = try store.storedRuns()
    #expect(runs.map(\.key) == [gone.key, kept.key].sorted())
    let run = try #require(runs.first { $0.key == gone.key })
    let other = try #require(runs.first { $0.key == kept.key })
    #expect(run.hasRecord && run.bytes == other.bytes + 3)
    #expect(abs(run.arrival - Int(Date().timeIntervalSince1970)) < 100)
    let all = try store.sizes().reduce(0) { $0 + $1.bytes }
    #expect(all > run.bytes + other.bytes)
    #expect(try store.remove(run))
    #expect(try store.storedRuns().map(\.key) == [kept.key])
    #expect(try store.resolvedKeys() == [gone.key])
    #expect(
      folder.files.filter { $0.contains(gone.key.hex) && !$0.hasPrefix("resolutions") }.isEmpty)
    #expect(try store.conflicts().map(\.key) == [kept.key])
    #expect(folder.files.contains("loose"))
  }

  @Test func `a run that somebody executes, or that has something new, stays`() throws {
    let preimage = Fixture.preimage()
    _ = try store.store(Fixture.record, for: preimage, provenance: nil)
    var run = try #require(try store.storedRuns().first)
    let claim = try store.claim(preimage.key)
    #expect(try store.claimedRuns() == [preimage.key])
    #expect(try !store.remove(run))
    withExtendedLifetime(claim) {}
    run.arrival -= 10
    #expect(try !store.remove(run))
    #expect(try store.record(for: preimage.key) == Fixture.record)
  }
}

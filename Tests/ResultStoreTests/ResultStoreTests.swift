import Foundation
import ResultStore
import TestSupport
import Testing

@Suite struct ResultStoreTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let preimage = Fixture.preimage()

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook", directoryHint: .isDirectory))
  }

  private func put(_ record: Record = Fixture.record) throws -> ResultStore.Outcome {
    try store.store(record, for: preimage, provenance: Fixture.provenance)
  }

  @Test func `an empty store has nothing and is not created by reading`() throws {
    #expect(try store.record(for: preimage.key) == nil)
    #expect(try store.summary(for: preimage.key) == nil)
    #expect(try store.provenance(for: preimage.key) == nil)
    #expect(try store.keys() == [])
    #expect(try store.conflicts() == [])
    #expect(try store.removeLeftovers() == 0)
    #expect(!store.contains(preimage.key))
    #expect(!FileManager.default.fileExists(atPath: store.root.path))
  }

  @Test func `a record comes back as it was stored, in files that people can open`() throws {
    #expect(try put() == .stored)
    #expect(try store.record(for: preimage.key) == Fixture.record)
    #expect(try store.provenance(for: preimage.key) == Fixture.provenance)
    #expect(try store.preimage(for: preimage.key) == preimage)
    let summary = try #require(try store.summary(for: preimage.key))
    #expect(summary.metrics == Fixture.record.metrics)
    #expect(summary.digest == Fixture.record.digest)
    #expect(store.contains(preimage.key))
    let place = ".labbook/records/\(preimage.key.hex.prefix(2))/\(preimage.key.hex)"
    #expect(
      folder.files == [
        "\(place)/curves.csv", "\(place)/key.txt", "\(place)/provenance.json",
        "\(place)/provenance.sha256", "\(place)/record.json", "\(place)/samples.jsonl",
        "\(place)/weights.safetensors",
      ])
    #expect(
      String(decoding: try folder.contents(of: "\(place)/curves.csv"), as: UTF8.self) == """
        curve,step,value
        evaluation_return,5000,20.5
        evaluation_return,10000,487.35
        explained_variance,512,nan
        explained_variance,1024,0.25
        explained_variance,1536,0.123456789

        """)
  }

  @Test func `any metrics and any curve values that can be added up survive`() throws {
    var random = RandomValues(state: 4)
    let metrics = Dictionary(
      uniqueKeysWithValues: (0..<500).map { ("m\($0)", random.finiteNumber()) })
    let values =
      (0..<2000).map { _ in Double(bitPattern: random.bits()) }
      .filter { !$0.isFinite || $0.magnitude <= 1e300 } + [.infinity, -.infinity, .nan]
    let record = Record(
      metrics: metrics,
      curves: [Curve(name: "c", steps: Array(values.indices), values: values)])
    #expect(try put(record) == .stored)
    #expect(try store.record(for: preimage.key) == record)
  }

  @Test func `the same result again is the same and a later diagnostic is no conflict`() throws {
    #expect(try put() == .stored)
    #expect(try put() == .same)
    var later = Fixture.record
    later.metrics["new_diagnostic"] = 1
    #expect(try put(later) == .same)
    #expect(try store.record(for: preimage.key) == Fixture.record)
    #expect(try store.conflicts() == [])
    #expect(!folder.files.contains { $0.contains("/temporary/") })
  }

  @Test func `another result for the same key is kept and listed as a conflict`() throws {
    var other = Fixture.record
    other.metrics["kl"] = 2
    other.weights[0] = 9
    #expect(try put() == .stored)
    #expect(try put(other) == .conflict(["metric.kl", "weights"]))
    #expect(try put(other) == .conflict(["metric.kl", "weights"]))
    #expect(try store.record(for: preimage.key) == Fixture.record)
    let conflict = try #require(try store.conflicts().first)
    #expect(conflict.key == preimage.key)
    #expect(conflict.recordDigest == Fixture.record.digest.all)
    #expect(conflict.others.map(\.digest) == [other.digest.all])
    #expect(conflict.others.map(\.parts) == [["metric.kl", "weights"]])
    #expect(try store.conflict(for: preimage.key) == conflict)
  }

  @Test func `a metric that is not finite is refused and leaves nothing behind`() throws {
    var record = Fixture.record
    record.metrics["loss"] = .infinity
    #expect(
      throws: StoreError.invalid(run: "a/B/3", part: "metric.loss", problem: "is not finite (inf)")
    ) {
      try store.store(record, for: preimage, provenance: nil, named: "a/B/3")
    }
    #expect(folder.files == [])
  }

  @Test func `keys are found by their first digits`() throws {
    let preimages = (0..<40).map { Fixture.preimage(seed: $0) }
    for preimage in preimages {
      _ = try store.store(Record(metrics: ["a": 1]), for: preimage, provenance: nil)
    }
    let keys = preimages.map(\.key).sorted()
    #expect(try store.keys() == keys)
    for key in keys {
      #expect(try store.key(startingWith: String(key.hex.prefix(8))) == key)
      #expect(try store.key(startingWith: key.hex) == key)
    }
    let digit = String(try #require(keys.first).hex.prefix(1))
    #expect(try store.keys(startingWith: digit) == keys.filter { $0.hex.hasPrefix(digit) })
    #expect(throws: StoreError.ambiguous(prefix: "", keys: keys)) {
      try store.key(startingWith: "")
    }
    #expect(throws: StoreError.ambiguous(prefix: "zzzz", keys: [])) {
      try store.key(startingWith: "zzzz")
    }
    #expect(
      "\(StoreError.ambiguous(prefix: "0123", keys: []))"
        == "no run in the store has a key that starts with '0123'")
  }

  @Test func `a staged record is adopted by another store object over the same folder`() throws {
    let staged = try store.stage(
      Fixture.record, for: preimage, provenance: Fixture.provenance, session: folder.url.path)
    #expect(try store.record(for: preimage.key) == nil)
    #expect(try ResultStore(root: store.root).adopt(staged, for: preimage.key) == .stored)
    #expect(try store.record(for: preimage.key) == Fixture.record)
    #expect(!FileManager.default.fileExists(atPath: staged))
  }

  @Test func `a staged record of another run or with an altered file is not adopted`() throws {
    let staged = try store.stage(
      Fixture.record, for: preimage, provenance: nil, session: folder.url.path)
    #expect(throws: StoreError.self) { try store.adopt(staged, for: Fixture.preimage(seed: 4).key) }
    try Data([1]).write(to: URL(filePath: "\(staged)/weights.safetensors"))
    #expect(throws: StoreError.self) { try store.adopt(staged, for: preimage.key) }
    #expect(try store.keys() == [])
  }

  @Test func `what a killed writer left is ignored and can be removed`() throws {
    // A writer can be stopped after any of its files: each prefix of them is such a leftover.
    let staged = try store.stage(
      Fixture.record, for: preimage, provenance: nil, session: folder.url.path)
    let files = try FileManager.default.contentsOfDirectory(atPath: staged).sorted()
    for count in files.indices {
      let session = store.root.appending(path: "temporary/session-left\(count)")
      let leftover = session.appending(path: "record")
      try FileManager.default.createDirectory(at: leftover, withIntermediateDirectories: true)
      try Data().write(to: session.appending(path: "lock"))
      for file in files[..<count] {
        try FileManager.default.copyItem(
          atPath: "\(staged)/\(file)", toPath: leftover.appending(path: file).path)
      }
    }
    #expect(try store.record(for: preimage.key) == nil)
    #expect(try store.keys() == [])
    #expect(try put() == .stored)
    #expect(try store.removeLeftovers() == files.count)
    #expect(!folder.files.contains { $0.contains("/temporary/") })
    #expect(try store.record(for: preimage.key) == Fixture.record)
  }

  @Test func `many writers of the same and of different results leave one record of each run`()
    async throws
  {
    let store = store
    let other = Record(metrics: ["evaluation_return": 1])
    let outcomes = try await withThrowingTaskGroup(of: ResultStore.Outcome.self) { group in
      for writer in 0..<32 {
        group.addTask {
          let record = writer % 4 == 0 ? other : Fixture.record
          return try ResultStore(root: store.root).store(
            record, for: Fixture.preimage(seed: writer % 2), provenance: nil)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == .stored } == 2)
    #expect(try store.keys().count == 2)
    // Writers of seed 1 all bring the same result; those of seed 0 bring two.
    #expect(try store.record(for: Fixture.preimage(seed: 1).key) == Fixture.record)
    #expect(try store.conflicts().map(\.key) == [Fixture.preimage(seed: 0).key])
    #expect(!folder.files.contains { $0.contains("/temporary/") })
  }

  @Test func `a store that cannot be written says so`() throws {
    try folder.write([], to: ".labbook")
    #expect(
      throws: StoreError.cannot(
        action: "create the folder", path: store.root.path(percentEncoded: false) + "temporary",
        reason: "Not a directory")
    ) { try put() }
  }
}

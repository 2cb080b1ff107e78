import Foundation
import ResultStore
import Testing

/// Records of results that the engine did not compute.
@Suite struct ObservationTests {
  let folder: TemporaryFolder
  private let store: ResultStore
  private let preimage = RunPreimage(fields: ["trainer": "external 1", "seed": "0"])

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
  }

  private static func record(_ reward: Double, _ observation: Observation = .observed) -> Record {
    Record(metrics: ["reward": reward], observation: observation)
  }

  @Test func `a record says how it came to be, and the lock knows it from the parts`() throws {
    for observation in Observation.allCases {
      let record = Self.record(0.5, observation)
      let preimage = RunPreimage(fields: ["trainer": "external 1", "seed": "\(observation)"])
      #expect(try store.store(record, for: preimage, provenance: nil) == .stored)
      #expect(try store.record(for: preimage.key) == record)
      let locked = LockedRun(seed: 0, key: preimage.key, record: record)
      #expect(locked.observation == observation)
    }
    let computed = LockedRun(seed: 0, key: preimage.key, record: Record(metrics: ["a": 1]))
    #expect(computed.observation == nil)
    #expect(preimage.isObserved && !Fixture.preimage().isObserved)
  }

  @Test
  func `results that came to be in two ways are the same result, with another digest over all`() {
    let (observed, imported) = (Self.record(0.5).digest, Self.record(0.5, .imported).digest)
    #expect(observed.disagreements(with: imported).isEmpty)
    #expect(observed.all != imported.all)
    #expect(observed.disagreements(with: Self.record(0.25, .imported).digest) == ["metric.reward"])
  }

  @Test func `a metric that is no finite number is a part of the record, and comes back as it was`()
    throws
  {
    var record = Self.record(0.5)
    let plain = record.digest
    record.undefined = ["loss": .notANumber, "ratio": .negativeInfinity]
    #expect(record.digest.undefined == record.undefined)
    #expect(Set(record.digest.parts).isSuperset(of: plain.parts))
    #expect(try store.store(record, for: preimage, provenance: nil) == .stored)
    #expect(try store.record(for: preimage.key) == record)
    #expect(try store.damage(of: preimage.key) == nil)
    for value in UndefinedValue.allCases { #expect(UndefinedValue(value.number) == value) }
    #expect(UndefinedValue(1e300) == nil)
    record.metrics["loss"] = 1
    #expect(record.problem?.part == "undefined.loss")
  }

  @Test func `a metric that is finite in one of two results is a difference of them`() {
    var lost = Record(metrics: [:], observation: .observed)
    lost.undefined = ["reward": .notANumber]
    lost.metrics["other"] = 1
    var sound = Self.record(0.5)
    sound.metrics["other"] = 1
    #expect(sound.digest.disagreements(with: lost.digest) == ["metric.reward"])
    #expect(lost.digest.disagreements(with: sound.digest) == ["metric.reward"])
    #expect(lost.digest.disagreements(with: lost.digest) == [])
    var infinite = lost
    infinite.undefined = ["reward": .infinity]
    #expect(lost.digest.disagreements(with: infinite.digest) == ["undefined.reward"])
  }

  @Test func `a value that is none is damage`() throws {
    var record = Self.record(0.5)
    record.undefined = ["loss": .notANumber]
    _ = try store.store(record, for: preimage, provenance: nil)
    let name = "records/\(preimage.key.hex.prefix(2))/\(preimage.key.hex)/record.json"
    let text = String(decoding: try folder.contents(of: name), as: UTF8.self)
    let digests = [record.digest.hex(of: "undefined.loss") ?? "", Digest.hex(of: "1\n")]
    try folder.write(Array(text.replacing(digests[0], with: digests[1]).utf8), to: name)
    #expect(throws: StoreError.self) { try store.record(for: preimage.key) }
  }

  @Test func `a way that is altered in a record is found`() throws {
    _ = try store.store(Self.record(0.5, .imported), for: preimage, provenance: nil)
    let name = "records/\(preimage.key.hex.prefix(2))/\(preimage.key.hex)/record.json"
    let text = String(decoding: try folder.contents(of: name), as: UTF8.self)
    let digests = Observation.allCases.map { way in
      Self.record(0.5, way).digest.parts.first { $0.name == "observation" }?.hex ?? ""
    }
    try folder.write(Array(text.replacing(digests[1], with: digests[0]).utf8), to: name)
    #expect(throws: StoreError.self) { try store.record(for: preimage.key) }
  }

  @Test func `files that a record keeps move into it, and a byte that changes in them is found`()
    throws
  {
    let source = folder.url.appending(path: "source/deep")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try Data("two".utf8).write(to: source.appending(path: "b.txt"))
    try Data("one".utf8).write(to: folder.url.appending(path: "source/a.txt"))
    var record = Self.record(0.5)
    record.files = [
      KeptFile(path: "a.txt", size: 3, digest: Digest.hex(of: "one")),
      KeptFile(path: "deep/b.txt", size: 3, digest: Digest.hex(of: "two")),
    ]
    let session = folder.url.appending(path: "session").path
    try FileManager.default.createDirectory(atPath: session, withIntermediateDirectories: true)
    let staged = try store.stage(
      record, for: preimage, provenance: nil, session: session,
      files: folder.url.appending(path: "source").path)
    #expect(!FileManager.default.fileExists(atPath: source.appending(path: "b.txt").path))
    #expect(try store.adopt(staged, for: preimage.key) == .stored)
    #expect(try store.record(for: preimage.key) == record)
    #expect(try store.damage(of: preimage.key) == nil)
    let place = store.location(of: preimage.key).appending(path: "files/deep/b.txt")
    for content in ["twO", "two "] {
      try Data(content.utf8).write(to: place)
      let damage = try #require(try store.damage(of: preimage.key))
      #expect(damage.file.hasSuffix("files/deep/b.txt") && damage.part == "files")
    }
    try FileManager.default.removeItem(at: place)
    #expect(try store.damage(of: preimage.key)?.problem.contains("is missing") == true)
  }

  @Test(arguments: ["../a", "/a", "a/../b", "", "a//b", "./a", "a\nb"])
  func `a file whose name leads elsewhere is not kept`(path: String) {
    var record = Self.record(0.5)
    record.files = [KeptFile(path: path, size: 1, digest: Digest.hex(of: "x"))]
    #expect(record.problem?.part == "files")
  }

  @Test func `repetitions stand beside the record, are no conflict, and are checked`() throws {
    _ = try store.store(Self.record(0.5), for: preimage, provenance: nil)
    let session = folder.url.appending(path: "session").path
    try FileManager.default.createDirectory(atPath: session, withIntermediateDirectories: true)
    for (number, reward) in [(1, 0.5), (2, 0.75)] {
      let staged = try store.stage(
        Self.record(reward), for: preimage, provenance: nil, session: session)
      let repetition = try store.keepRepetition(staged, of: preimage.key)
      #expect(repetition.number == number && repetition.metrics == ["reward": reward])
    }
    #expect(try store.repetitions(of: preimage.key).map { $0.metrics["reward"] } == [0.5, 0.75])
    #expect(try store.conflicts().isEmpty)
    #expect(try store.record(for: preimage.key) == Self.record(0.5))
    let check = try store.check()
    #expect(check.checked == 3 && check.damages.isEmpty)
    let name = "repetitions/\(preimage.key.hex)/2/record.json"
    var bytes = try folder.contents(of: name)
    bytes[40] ^= 1
    try folder.write(bytes, to: name)
    #expect(try store.check().damages.map(\.isRecord) == [false])
    #expect(throws: StoreError.self) { try store.repetitions(of: preimage.key) }
  }
}

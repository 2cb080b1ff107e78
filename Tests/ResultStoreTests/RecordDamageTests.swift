import Foundation
import ResultStore
import Testing

@Suite struct RecordDamageTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let preimage = Fixture.preimage()
  let place: String

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
    place = "records/\(preimage.key.hex.prefix(2))/\(preimage.key.hex)"
    _ = try store.store(Fixture.record, for: preimage, provenance: Fixture.provenance)
  }

  /// Reads the record after `old` in a file has become `new`.
  private func damage(_ file: String, _ old: String, _ new: String) throws -> RecordDamage? {
    let text = String(decoding: try folder.contents(of: "\(place)/\(file)"), as: UTF8.self)
    let range = try #require(text.range(of: old))
    try folder.write(
      Array(text.replacingCharacters(in: range, with: new).utf8), to: "\(place)/\(file)")
    return damage()
  }

  private func damage() -> RecordDamage? {
    do {
      _ = try store.record(for: preimage.key, named: "cartpole/PPO/3")
      return nil
    } catch StoreError.damaged(let damage) {
      return damage
    } catch {
      Issue.record("got \(error)")
      return nil
    }
  }

  @Test(
    arguments: [
      ("record.json", "487.35", "487.36", "metric.evaluation_return", "does not match its digest"),
      (
        "record.json", "487.35", "487.350", nil,
        "was altered: it is not written as labbook writes it"
      ),
      ("record.json", "\"kl\"", "\"k1\"", "metric.k1", "has no digest"),
      (
        "record.json", "487.35", "\"487.35\"", "metric.evaluation_return",
        "is not a finite number of at most 1e300"
      ),
      (
        "record.json", "487.35", "1e308", "metric.evaluation_return",
        "is not a finite number of at most 1e300"
      ),
      (
        "record.json", "487.35", "1e999", "metric.evaluation_return",
        "is not a finite number of at most 1e300"
      ),
      ("record.json", "487.35,", "487.35", nil, "is not JSON at 7:5: expected ','"),
      (
        "record.json", "labbook record 1", "labbook record 2", "format", "is not 'labbook record 1'"
      ),
      (
        "curves.csv", "10000,487.35", "10000,487.34", "curve.evaluation_return",
        "does not match its digest"
      ),
      ("curves.csv", "1024,", "1025,", "curve.explained_variance", "does not match its digest"),
      ("curves.csv", "512,nan", "512,0", "curve.explained_variance", "does not match its digest"),
      (
        "curves.csv", "487.35", "487.350", "curve.evaluation_return", "does not match its digest"
      ),
      ("curves.csv", "487.35", "487,35", nil, "has no point of a curve in line 3"),
      ("curves.csv", "10000,487.35\n", "10000,487.35", nil, "has no point of a curve in line 3"),
      (
        "curves.csv", "explained_variance,512", "explained_varianse,512",
        "curve.explained_varianse",
        "is not a curve that record.json names"
      ),
      (
        "curves.csv", "curve,step,value", "curve,steps,value", nil,
        "has no 'curve,step,value' line or ends within a line"
      ),
      ("samples.jsonl", "0.5", "0.6", "samples", "does not match its digest"),
      ("key.txt", "0.2", "0.3", nil, "was altered: it is not the preimage of the key"),
    ] as [(String, String, String, String?, String)])
  func `an altered file is found and named with the part`(
    file: String, old: String, new: String, part: String?, problem: String
  ) throws {
    let damage = try damage(file, old, new)
    #expect(
      damage
        == RecordDamage(
          run: "cartpole/PPO/3", key: preimage.key,
          file: folder.url.path + "/\(place)/\(file)", part: part, problem: problem))
  }

  @Test func `the sentence names run, part and file`() throws {
    let damage = try #require(try damage("record.json", "487.35", "487.36"))
    #expect(
      "\(StoreError.damaged(damage))"
        == "run cartpole/PPO/3 (key \(preimage.key.short)): metric.evaluation_return in "
        + "\(folder.url.path)/\(place)/record.json does not match its digest; "
        + "'labbook run cartpole --arm PPO --seed 3' executes it again and replaces it")
  }

  @Test(arguments: ["record.json", "curves.csv", "samples.jsonl", "key.txt", "weights.safetensors"])
  func `a change of any byte of any hashed file is found`(file: String) throws {
    let original = try folder.contents(of: "\(place)/\(file)")
    for index in original.indices {
      for flip in [UInt8(1), 0x20] {
        var altered = original
        altered[index] ^= flip
        try folder.write(altered, to: "\(place)/\(file)")
        #expect(damage()?.file.hasSuffix(file) == true, "byte \(index) of \(file)")
      }
    }
    try folder.write(original, to: "\(place)/\(file)")
    #expect(damage() == nil)
  }

  @Test(arguments: ["record.json", "curves.csv", "samples.jsonl", "key.txt", "weights.safetensors"])
  func `a missing or truncated file is found`(file: String) throws {
    let original = try folder.contents(of: "\(place)/\(file)")
    try folder.write(Array(original.dropLast()), to: "\(place)/\(file)")
    #expect(damage()?.file.hasSuffix(file) == true)
    try FileManager.default.removeItem(at: folder.url.appending(path: "\(place)/\(file)"))
    #expect(damage()?.problem == "is missing")
  }

  @Test func `a provenance that cannot be read does not harm the record`() throws {
    #expect(try damage("provenance.json", "duration", "duratiom") == nil)
    #expect(throws: StoreError.self) { try store.provenance(for: preimage.key) }
    try FileManager.default.removeItem(at: folder.url.appending(path: "\(place)/provenance.json"))
    // It is known that there was one.
    #expect(throws: StoreError.self) { try store.provenance(for: preimage.key) }
    try FileManager.default.removeItem(at: folder.url.appending(path: "\(place)/provenance.sha256"))
    #expect(try store.provenance(for: preimage.key) == nil)
    #expect(damage() == nil)
  }

  @Test func `a new execution replaces a damaged record and keeps the damaged one`() throws {
    #expect(try damage("record.json", "487.35", "487.36") != nil)
    #expect(
      try store.store(Fixture.record, for: preimage, provenance: nil) == .replacedDamaged)
    #expect(try store.record(for: preimage.key) == Fixture.record)
    #expect(
      folder.files.contains { $0.hasPrefix("quarantine/") && $0.hasSuffix("/record/record.json") })
    #expect(try store.conflicts() == [])
  }

  @Test func `a record in the folder of another key is damaged`() throws {
    let other = Fixture.preimage(seed: 4).key
    let destination = folder.url.appending(path: "records/\(other.hex.prefix(2))")
    try FileManager.default.createDirectory(at: destination, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: folder.url.appending(path: place), to: destination.appending(path: other.hex))
    #expect(throws: StoreError.self) { try store.record(for: other) }
  }

  @Test func `a file where a folder should be is a sentence and no crash`() throws {
    let key = Fixture.preimage(seed: 5).key
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "records/\(key.hex.prefix(2))"),
      withIntermediateDirectories: true)
    try folder.write([], to: "records/\(key.hex.prefix(2))/\(key.hex)")
    #expect(try store.damage(of: key)?.problem == "is missing")
    #expect(
      try store.store(Fixture.record, for: Fixture.preimage(seed: 5), provenance: nil)
        == .replacedDamaged)
    #expect(try store.record(for: key) == Fixture.record)
    #expect(folder.files.contains { $0.hasPrefix("quarantine/") && $0.hasSuffix("/record") })
  }

  /// Puts something that is no file in the place of a file of the record.
  private func replace(_ file: String, _ make: (String) throws -> Void) throws {
    let path = folder.url.appending(path: "\(place)/\(file)").path
    try FileManager.default.removeItem(atPath: path)
    try make(path)
  }

  @Test(arguments: [
    "record.json", "key.txt", "curves.csv", "weights.safetensors", "provenance.json",
  ])
  func `a folder or a pipe in the place of a file is damage that an execution mends`(
    file: String
  ) throws {
    try replace(file) {
      try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
    }
    #expect(try store.damage(of: preimage.key)?.problem == "is a folder")
    try replace(file) { #expect(mkfifo($0, 0o600) == 0) }
    #expect(try store.damage(of: preimage.key)?.problem == "is not an ordinary file")
    #expect(
      try store.store(Fixture.record, for: preimage, provenance: nil) == .replacedDamaged)
    #expect(try store.damage(of: preimage.key) == nil)
  }

  @Test func `a file of many gigabytes is refused before it is read`() throws {
    try replace("weights.safetensors") {
      #expect(FileManager.default.createFile(atPath: $0, contents: nil))
      #expect(truncate($0, 5 << 30) == 0)
    }
    #expect(
      damage()?.problem == "has more than 1024 MB, the most that labbook reads of such a file")
  }

  @Test(arguments: ["9223372036854775807,1", "-1,1", "1,1e301", "1,-1.7e308"])
  func `a point that no run makes is damage, whatever its digest`(point: String) throws {
    let record = Record(metrics: ["a": 1], curves: [Curve(name: "c", steps: [7], values: [1])])
    let preimage = Fixture.preimage(seed: 9)
    let staged = try store.stage(
      record, for: preimage, provenance: nil, session: folder.url.path)
    // Every digest is that of the point.
    func rewrite(_ name: String, _ old: String, _ new: String) throws {
      let file = URL(filePath: "\(staged)/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      try #require(text.contains(old))
      try Data(text.replacing(old, with: new).utf8).write(to: file)
    }
    let digests = ["7,1", point].map { Digest.hex(of: $0 + "\n") }
    let whole =
      [record.digest.all] + [
        RecordDigest(
          metrics: record.metrics, otherParts: [.init(name: "curve.c", hex: digests[1])]
        ).all
      ]
    try rewrite("curves.csv", "7,1", point)
    try rewrite("record.json", digests[0], digests[1])
    try rewrite("record.json", whole[0], whole[1])
    let error = #expect(throws: StoreError.self) { try store.adopt(staged, for: preimage.key) }
    #expect(error?.description.contains("has no point of a curve in line 2") == true)
  }

  @Test func `a damaged record beside other results does not hide them`() throws {
    var other = Fixture.record
    other.metrics["kl"] = 1
    _ = try store.store(other, for: preimage, provenance: nil)
    #expect(try store.conflicts().count == 1)
    #expect(try damage("record.json", "487.35", "487.36") != nil)
    #expect(try store.conflicts().first?.recordDigest == nil)
    #expect(try store.conflicts().first?.others.count == 1)
  }
}

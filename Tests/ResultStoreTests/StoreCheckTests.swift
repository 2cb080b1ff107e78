import Foundation
import ResultStore
import Testing

/// A check of a whole store: every byte of every record, and what does not belong there.
@Suite struct StoreCheckTests {
  let folder: TemporaryFolder
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
    for seed in 0..<3 {
      _ = try store.store(
        Fixture.record, for: Fixture.preimage(seed: seed), provenance: Fixture.provenance)
    }
  }

  private func place(_ seed: Int) -> String {
    let key = Fixture.preimage(seed: seed).key.hex
    return "records/\(key.prefix(2))/\(key)"
  }

  @Test func `a sound store has no finding`() throws {
    let check = try store.check()
    #expect(check.checked == 3)
    #expect(check.damages.isEmpty && check.unread.isEmpty)
    #expect(check.foreign.isEmpty && check.conflicts.isEmpty)
    #expect(check.provenancesWithoutDigest == 0)
  }

  @Test(arguments: [
    "record.json", "key.txt", "curves.csv", "samples.jsonl", "weights.safetensors",
    "provenance.json", "provenance.sha256",
  ])
  func `a change of any byte of any file is found`(file: String) throws {
    let original = try folder.contents(of: "\(place(1))/\(file)")
    // Every seventh, and the last.
    for index in Array(stride(from: 0, to: original.count, by: 7)) + [original.count - 1] {
      var altered = original
      altered[index] ^= 4
      try folder.write(altered, to: "\(place(1))/\(file)")
      let check = try store.check()
      #expect(check.damages.map(\.damage.key) == [Fixture.preimage(seed: 1).key], "byte \(index)")
    }
    try folder.write(Array(original.dropLast()), to: "\(place(1))/\(file)")
    #expect(try store.check().damages.count == 1)
    try FileManager.default.removeItem(at: folder.url.appending(path: "\(place(1))/\(file)"))
    // Without its digest a provenance is one of those made before: not covered, and counted.
    let check = try store.check()
    let isCovered = file != "provenance.sha256"
    #expect(check.damages.count == (isCovered ? 1 : 0))
    #expect(check.provenancesWithoutDigest == (isCovered ? 0 : 1))
  }

  @Test func `the digest of a provenance is what sha256sum checks`() throws {
    let text = String(
      decoding: try folder.contents(of: "\(place(0))/provenance.sha256"), as: UTF8.self)
    let digest = Digest.hex(of: try folder.contents(of: "\(place(0))/provenance.json"))
    #expect(text == "\(digest)  provenance.json\n")
  }

  @Test func `files that are swapped between two records are found`() throws {
    for file in ["record.json", "key.txt"] {
      let contents = try (0..<2).map { try folder.contents(of: "\(place($0))/\(file)") }
      for seed in 0..<2 { try folder.write(contents[1 - seed], to: "\(place(seed))/\(file)") }
      #expect(try store.check().damages.count == 2)
      for seed in 0..<2 { try folder.write(contents[seed], to: "\(place(seed))/\(file)") }
    }
    // Two whole records.
    let files = FileManager.default
    let paths = (0..<2).map { folder.url.appending(path: place($0)) }
    let aside = folder.url.appending(path: "aside")
    try files.moveItem(at: paths[0], to: aside)
    try files.moveItem(at: paths[1], to: paths[0])
    try files.moveItem(at: aside, to: paths[1])
    #expect(try store.check().damages.count == 2)
  }

  @Test func `what is damaged is moved and not deleted, and its run has no record`() throws {
    let text = try folder.contents(of: "\(place(2))/curves.csv")
    try folder.write(Array(text.dropLast(3)), to: "\(place(2))/curves.csv")
    let damage = try #require(try store.check().damages.first)
    #expect(damage.isRecord)
    let aside = try #require(try store.quarantine(damage))
    #expect(
      aside.hasPrefix(folder.url.path + "/quarantine/\(Fixture.preimage(seed: 2).key.short)-"))
    #expect(FileManager.default.fileExists(atPath: aside + "/weights.safetensors"))
    #expect(!store.contains(Fixture.preimage(seed: 2).key))
    let check = try store.check()
    #expect(check.checked == 2 && check.damages.isEmpty && check.quarantined == 1)
    // The same finding once more: there is nothing to be moved.
    #expect(try store.quarantine(damage) == nil)
  }

  @Test func `a sound record that took a damaged one's place is left there`() throws {
    let text = try folder.contents(of: "\(place(2))/curves.csv")
    try folder.write(Array(text.dropLast(3)), to: "\(place(2))/curves.csv")
    let damage = try #require(try store.check().damages.first)
    try folder.write(text, to: "\(place(2))/curves.csv")
    #expect(try store.quarantine(damage) == nil)
    #expect(try store.record(for: Fixture.preimage(seed: 2).key) == Fixture.record)
    #expect(try store.check().quarantined == 0)
  }

  @Test func `conflicts are read too, and told`() throws {
    var other = Fixture.record
    other.metrics["kl"] = 1
    _ = try store.store(other, for: Fixture.preimage(seed: 0), provenance: Fixture.provenance)
    let check = try store.check()
    #expect(check.checked == 4)
    #expect(check.conflicts.map(\.key) == [Fixture.preimage(seed: 0).key])
    let place = "conflicts/\(Fixture.preimage(seed: 0).key.hex)/\(other.digest.all)"
    var bytes = try folder.contents(of: "\(place)/provenance.json")
    bytes[20] ^= 1
    try folder.write(bytes, to: "\(place)/provenance.json")
    let damaged = try store.check()
    #expect(damaged.damages.map(\.isRecord) == [false])
    #expect(try store.quarantine(damaged.damages[0]) != nil)
    #expect(try store.check().conflicts.isEmpty)
  }

  @Test(arguments: ["conflicts", "repetitions", "resolutions", "quarantine"])
  func `what cannot be listed keeps nothing else from being checked`(name: String) throws {
    try folder.write(Array("no folder".utf8), to: name)
    let text = try folder.contents(of: "\(place(2))/curves.csv")
    try folder.write(Array(text.dropLast(3)), to: "\(place(2))/curves.csv")
    let check = try store.check()
    #expect(check.damages.map(\.damage.key) == [Fixture.preimage(seed: 2).key])
    #expect(check.unread.count == 1 && "\(check.unread)".contains(name), "\(check.unread)")
  }

  @Test func `what labbook did not write is named and left alone`() throws {
    let names = [
      "notes.txt", "records/readme", "records/zz/x",
      "records/\(place(0).split(separator: "/")[1])/x",
      "conflicts/x", place(0) + "/updates.bin", place(1) + "/mine",
    ]
    for name in names {
      let file = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try folder.write([1], to: name)
    }
    let check = try store.check()
    #expect(check.damages.isEmpty)
    let expected = Set(names).subtracting(["records/zz/x"]).union(["records/zz"])
    #expect(check.foreign == expected.map { "\(folder.url.path)/\($0)" }.sorted())
  }

  @Test func `a store that does not exist has nothing to check`() throws {
    let check = try ResultStore(root: folder.url.appending(path: "none")).check()
    #expect(check.checked == 0 && check.damages.isEmpty && check.foreign.isEmpty)
  }

  @Test func `files that are no files or too large are damage, and are not read`() throws {
    let paths = (0..<3).map { folder.url.appending(path: place($0)).path }
    for (path, name) in zip(paths, ["curves.csv", "record.json", "provenance.json"]) {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
    #expect(mkfifo("\(paths[0])/curves.csv", 0o600) == 0)
    #expect(FileManager.default.createFile(atPath: "\(paths[1])/record.json", contents: nil))
    #expect(truncate("\(paths[1])/record.json", 5 << 30) == 0)
    try FileManager.default.createDirectory(
      atPath: "\(paths[2])/provenance.json", withIntermediateDirectories: false)
    let check = try store.check()
    #expect(check.unread.isEmpty)
    let problems = Dictionary(
      uniqueKeysWithValues: check.damages.map { ($0.damage.key, $0.damage.problem) })
    #expect(problems[Fixture.preimage(seed: 0).key] == "is not an ordinary file")
    #expect(
      problems[Fixture.preimage(seed: 1).key]
        == "has more than 16 MB, the most that labbook reads of such a file")
    #expect(problems[Fixture.preimage(seed: 2).key] == "is a folder")
  }
}

import Foundation
import ResultStore
import Testing

/// Records that leave a store as one file each, and come into another.
@Suite struct RecordObjectTests {
  let folder: TemporaryFolder
  private let store: ResultStore
  private let other: ResultStore
  private let preimage = Fixture.preimage()
  private let identity: RecordIdentity
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: "one"))
    other = ResultStore(root: folder.url.appending(path: "two"))
    file = folder.url.appending(path: "object.tar").path
    _ = try store.store(Fixture.record, for: preimage, provenance: Fixture.provenance)
    identity = try #require(try store.writeObject(of: preimage.key, to: file))
  }

  /// Takes an object into the other store.
  private func adopt(
    _ bytes: [UInt8]? = nil, as wanted: RecordIdentity? = nil, repeating: Bool = true
  ) throws -> ResultStore.Adoption {
    let session = try other.makeSession()
    defer { withExtendedLifetime(session) {} }
    var place = file
    if let bytes {
      place = "\(session.path)/object"
      try Data(bytes).write(to: URL(filePath: place))
    }
    let wanted = wanted ?? identity
    let staged = try other.stage(objectAt: place, as: wanted, session: session.path)
    return try other.adopt(staged: staged, as: wanted, keepsRepetitions: repeating)
  }

  /// The reason why an object is no record.
  private func problem(_ bytes: [UInt8], as wanted: RecordIdentity? = nil) -> String? {
    do {
      _ = try adopt(bytes, as: wanted)
      return nil
    } catch RecordObjectError.unsound(let problem) {
      return problem
    } catch {
      return "\(error)"
    }
  }

  private var bytes: [UInt8] {
    get throws { Array(try Data(contentsOf: URL(filePath: file))) }
  }

  @Test func `a record goes through an object and is the same, with who made it`() throws {
    #expect(identity.digest == Fixture.record.digest.all)
    #expect(RecordIdentity(objectName: identity.objectName) == identity)
    #expect(try !other.holds(identity))
    #expect(try adopt() == .record(.stored))
    #expect(try other.holds(identity))
    #expect(try other.record(for: preimage.key) == store.record(for: preimage.key))
    #expect(try other.provenance(for: preimage.key) == Fixture.provenance)
    #expect(try other.check().damages.isEmpty)
    // The bytes follow from the record alone.
    let again = folder.url.appending(path: "again.tar").path
    #expect(try other.writeObject(of: preimage.key, to: again) == identity)
    #expect(try Array(Data(contentsOf: URL(filePath: again))) == bytes)
    #expect(try adopt() == .record(.same))
    #expect(try store.writeObject(of: Fixture.preimage(seed: 9).key, to: again + "x") == nil)
  }

  @Test func `tar and sha256sum read an object`() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "tar -xf object.tar && sha256sum -c --quiet SHA256SUMS && ls"]
    process.currentDirectoryURL = folder.url
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let names = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    for name in ["curves.csv", "key.txt", "provenance.json", "record.json", "samples.jsonl"] {
      #expect(names.contains(name))
    }
  }

  @Test func `a flipped bit anywhere is found, and nothing of the object stays`() throws {
    let bytes = try bytes
    for position in stride(from: 0, to: bytes.count, by: 211) {
      var flipped = bytes
      flipped[position] ^= 1 << (position % 8)
      #expect(problem(flipped) != nil, "byte \(position)")
    }
    #expect(try other.keys().isEmpty)
    #expect(try other.conflicts().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: other.root.path) == ["temporary"])
  }

  @Test func `an object that is cut off or goes on is none`() throws {
    let bytes = try bytes
    for length in [0, 1, 511, 512, 600, bytes.count / 2, bytes.count - 512, bytes.count - 1] {
      #expect(problem(Array(bytes.prefix(length))) != nil, "\(length) bytes")
    }
    #expect(problem(bytes + [0]) == "goes on after its end")
    #expect(problem([UInt8](repeating: 0, count: 1024)) == "does not begin with SHA256SUMS")
  }

  @Test(arguments: [
    "../outside", "/tmp/outside", "files/../../outside", "other.txt", "files/",
    "files/" + String(repeating: "a", count: 256),
  ])
  func `an object holds the files of a record alone`(name: String) throws {
    func entry(_ name: String, _ text: String) -> [UInt8] {
      TapeArchive.header(of: name, size: text.utf8.count) + Array(text.utf8)
        + TapeArchive.padding(after: text.utf8.count)
    }
    let sums = "\(Digest.hex(of: "x"))  \(name)\n"
    #expect(
      problem(entry("SHA256SUMS", sums) + entry(name, "x") + TapeArchive.end)
        == "has a SHA256SUMS that is not of the files of a record, in order")
    // A file that the sums do not name is in no place of theirs.
    let key = preimage.text
    #expect(
      problem(
        entry("SHA256SUMS", "\(Digest.hex(of: key))  key.txt\n") + entry("key.txt", key)
          + entry(name, "x") + TapeArchive.end) == "holds a file that its SHA256SUMS does not name")
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/outside"))
    let both = ["files/a", "files/a/b/c"].map { "\(Digest.hex(of: "x"))  \($0)\n" }.joined()
    #expect(
      problem(entry("SHA256SUMS", both) + entry("files/a", "x") + entry("files/a/b/c", "x"))
        == "has a SHA256SUMS in which a file is a folder too")
  }

  @Test func `an object is held to its name`() throws {
    var wanted = identity
    wanted.digest = Digest.hex(of: "another")
    #expect(
      problem(try bytes, as: wanted)
        == "is damaged: record.json is another record than the name says")
    wanted = identity
    wanted.key = Fixture.preimage(seed: 4).key
    #expect(problem(try bytes, as: wanted)?.hasPrefix("is damaged: key.txt") == true)
    for name in ["records/00/\(identity.key)-\(identity.digest).tar", "records/x.tar", "a"] {
      #expect(RecordIdentity(objectName: name) == nil)
    }
  }

  @Test func `another result of a run is a conflict, and a damaged record is replaced`() throws {
    var record = Fixture.record
    record.metrics["evaluation_return"] = 12
    _ = try other.store(record, for: preimage, provenance: nil)
    #expect(try adopt() == .record(.conflict(["metric.evaluation_return"])))
    #expect(try other.holds(identity))
    #expect(try other.conflicts().count == 1)
    let weights = store.location(of: preimage.key).appending(path: "weights.safetensors")
    try Data([1]).write(to: weights)
    #expect(throws: StoreError.self) {
      try store.writeObject(of: preimage.key, to: "\(folder.url.path)/damaged.tar")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.url.path)/damaged.tar"))
  }

  @Test func `another observation is a repetition, once`() throws {
    let preimage = RunPreimage(fields: ["trainer": "external 1", "seed": "0"])
    let file = "\(folder.url.path)/observed.tar"
    _ = try store.store(
      Record(metrics: ["reward": 0.5], observation: .observed), for: preimage, provenance: nil)
    _ = try other.store(
      Record(metrics: ["reward": 0.25], observation: .observed), for: preimage, provenance: nil)
    let identity = try #require(try store.writeObject(of: preimage.key, to: file))
    let bytes = Array(try Data(contentsOf: URL(filePath: file)))
    #expect(try adopt(bytes, as: identity) == .repetition(1))
    #expect(try other.holds(identity))
    #expect(try other.conflicts().isEmpty)
    // A trainer that promises bits has none.
    #expect(
      try adopt(bytes, as: identity, repeating: false) == .record(.conflict(["metric.reward"])))
  }

  @Test func `a long name has a header of its own, which tar reads`() throws {
    let name = "files/" + String(repeating: "é/long", count: 60) + "/x"
    var rest = (TapeArchive.header(of: name, size: 3) + [1, 2, 3] + TapeArchive.padding(after: 3))[
      ...]
    func next(_ count: Int) -> [UInt8] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    #expect(try TapeArchive.entry(next: next) == .file(name: name, size: 3))
    #expect(next(512).prefix(3) == [1, 2, 3])
    #expect(rest.isEmpty)
    let archive = folder.url.appending(path: "long.tar")
    try Data(
      TapeArchive.header(of: name, size: 3) + [1, 2, 3] + TapeArchive.padding(after: 3)
        + TapeArchive.end
    ).write(to: archive)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/tar")
    process.arguments = ["--quoting-style=literal", "-tf", archive.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let names = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: names, as: UTF8.self) == name + "\n")
  }
}

import Foundation
import Glibc
import ResultStore
import Testing

@Suite struct CheckedRecordsTests {
  private let folder: TemporaryFolder
  private let store: ResultStore
  private let key = Fixture.preimage().key

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook", directoryHint: .isDirectory))
    _ = try store.store(
      Fixture.record, for: Fixture.preimage(), provenance: Fixture.provenance)
  }

  private var place: String { ".labbook/records/\(key.hex.prefix(2))/\(key.hex)" }

  private func path(_ name: String) -> String {
    folder.url.appending(path: "\(place)/\(name)").path(percentEncoded: false)
  }

  /// Writes into a file where it stands, as no editor does, and takes its modification time back.
  private func overwrite(_ name: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try folder.contents(of: "\(place)/\(name)")
    var status = stat()
    #expect(stat(path(name), &status) == 0)
    change(&bytes)
    let file = open(path(name), O_WRONLY)
    #expect(bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count)
    var times = [status.st_atim, status.st_mtim]
    #expect(futimens(file, &times) == 0)
    close(file)
  }

  private func remembered(by program: String = "a") -> String? {
    CheckedRecords(of: store, program: program).save()
    return try? String(
      contentsOf: folder.url.appending(path: ".labbook/checked-records"), encoding: .utf8)
  }

  private var table: String {
    folder.url.appending(path: ".labbook/checked-records").path(percentEncoded: false)
  }

  /// Waits until the record is so old that it may be remembered.
  private func settle() { usleep(2_100_000) }

  @Test func `a record that cannot be looked up is an error, and not one that is missing`() throws {
    let other = Fixture.preimage(seed: 7).key
    #expect(try store.record(for: other) == nil)
    let missing = ".labbook/records/\(other.hex.prefix(2))"
    try FileManager.default.removeItem(at: folder.url.appending(path: ".labbook/records"))
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: ".labbook/records"), withIntermediateDirectories: true)
    // A link to itself fails as a disk does: with another error than that there is nothing.
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: missing).path(percentEncoded: false),
      withDestinationPath: String(other.hex.prefix(2)))
    for look in [
      { _ = try store.record(for: other) }, { _ = try store.summary(for: other) },
      { _ = try CheckedRecords(of: store).check(other) },
    ] as [() throws -> Void] {
      let error = #expect(throws: StoreError.self) { try look() }
      #expect("\(try #require(error))".hasPrefix("cannot look up "), "\(error as Any)")
    }
  }

  @Test func `a record that was just written is checked and not remembered`() throws {
    let checked = CheckedRecords(of: store, program: "a")
    #expect(try checked.check(key)?.digest == Fixture.record.digest.all)
    #expect(try checked.check(key)?.executable == Fixture.provenance.executable)
    checked.save()
    #expect(remembered() == nil)
    #expect(try checked.check(Fixture.preimage(seed: 9).key) == nil)
  }

  @Test func `what was checked is believed by the same program, until a file has changed`() throws {
    settle()
    let first = CheckedRecords(of: store, program: "a")
    #expect(try first.check(key)?.digest == Fixture.record.digest.all)
    first.save()
    let text = try #require(remembered())
    #expect(
      text.hasPrefix(
        "labbook checked records 4, program a\n\(key.hex) \(Fixture.record.digest.all) "))
    // A table that lies shows that it is read: nothing else says so.
    let lie = String(repeating: "5", count: 64)
    let lines = String(decoding: try #require(store.remembered(at: table)), as: UTF8.self)
    store.remember(lines.replacing(Fixture.record.digest.all, with: lie), at: table)
    #expect(try CheckedRecords(of: store, program: "a").check(key)?.digest == lie)
    #expect(
      try CheckedRecords(of: store, program: "b").check(key)?.digest == Fixture.record.digest.all)
    for name in ["curves.csv", "weights.safetensors", "key.txt", "provenance.json", "record.json"] {
      // The same size, the same modification time, the same inode.
      try overwrite(name) { $0[$0.count - 5] ^= 1 }
      #expect(throws: StoreError.self, "\(name)") {
        try CheckedRecords(of: store, program: "a").check(key)
      }
      try overwrite(name) { $0[$0.count - 5] ^= 1 }
      #expect(
        try CheckedRecords(of: store, program: "a").check(key)?.digest == Fixture.record.digest.all)
    }
    // A file that comes changes the folder.
    try folder.write(Array(text.utf8), to: ".labbook/checked-records")
    try folder.write([1], to: "\(place)/weights.safetensors")
    #expect(throws: StoreError.self) { try CheckedRecords(of: store, program: "a").check(key) }
    try FileManager.default.removeItem(at: folder.url.appending(path: place))
    #expect(try CheckedRecords(of: store, program: "a").check(key) == nil)
  }

  @Test func `what was read first is remembered beside what was remembered before`() throws {
    let other = Fixture.preimage(seed: 9).key
    _ = try store.store(
      Fixture.record, for: Fixture.preimage(seed: 9), provenance: Fixture.provenance)
    settle()
    let first = CheckedRecords(of: store, program: "a")
    _ = try first.read(key)
    // Whatever comes first, a record is read once.
    #expect(try first.check(key, anew: true)?.digest == Fixture.record.digest.all)
    #expect(first.effort.reads == 1)
    first.save()
    let second = CheckedRecords(of: store, program: "a")
    _ = try second.read(other)
    second.save()
    let third = CheckedRecords(of: store, program: "a")
    for key in [key, other] { _ = try third.check(key) }
    #expect(third.effort == (looks: 2, reads: 0))
  }

  @Test func `one command looks at the files of a record once, unless it is to look anew`() throws {
    settle()
    let checked = CheckedRecords(of: store, program: "a")
    for _ in 0..<3 { #expect(try checked.check(key)?.digest == Fixture.record.digest.all) }
    #expect(checked.effort == (looks: 1, reads: 1))
    try overwrite("record.json") { $0[$0.count - 5] ^= 1 }
    #expect(try checked.check(key)?.digest == Fixture.record.digest.all)
    #expect(throws: StoreError.self) { try checked.check(key, anew: true) }
    // Once that was found out, it is what the command stands on.
    #expect(throws: StoreError.self) { try checked.check(key) }
  }

  @Test func `the digest of the program is computed once, and by another program anew`() {
    let digest = String(repeating: "b", count: 64)
    var computed = 0
    func ask(_ program: String) -> String {
      let checked = CheckedRecords(of: store, program: program)
      defer { checked.save() }
      return checked.executable {
        computed += 1
        return digest
      }
    }
    #expect([ask("a"), ask("a"), ask("b"), ask("b"), ask("a")].allSatisfy { $0 == digest })
    #expect(computed == 3)
    #expect(CheckedRecords(of: store, program: "a").executable { "" } == digest)
  }

  @Test func `a damaged table is none`() throws {
    settle()
    for text in ["", "x", "labbook checked records 4, program a\nx y z\n\u{0}"] {
      try folder.write(Array(text.utf8), to: ".labbook/checked-records")
      #expect(
        try CheckedRecords(of: store, program: "a").check(key)?.digest == Fixture.record.digest.all)
      store.remember(text, at: table)
      #expect(
        try CheckedRecords(of: store, program: "a").check(key)?.digest == Fixture.record.digest.all)
    }
  }

  @Test func `of what is remembered no bit may be another than was written`() throws {
    settle()
    let first = CheckedRecords(of: store, program: "a")
    _ = try first.check(key)
    first.save()
    let sound = try folder.contents(of: ".labbook/checked-records")
    #expect(try CheckedRecords(of: store, program: "a").check(key) != nil)
    let lines = try #require(store.remembered(at: table))
    #expect(sound.starts(with: lines) && sound.count == lines.count + 72)
    for place in sound.indices {
      var damaged = sound
      damaged[place] ^= UInt8(1 << (place % 8))
      try folder.write(damaged, to: ".labbook/checked-records")
      #expect(store.remembered(at: table) == nil, "a bit of byte \(place)")
    }
    for length in [0, 1, 71, 72, sound.count - 73, sound.count - 1] {
      try folder.write(Array(sound.prefix(length)), to: ".labbook/checked-records")
      #expect(store.remembered(at: table) == nil, "\(length) bytes")
    }
    // A digit of a digest is a digit of another digest: only the digest of the file tells.
    let digest = Fixture.record.digest.all
    let other = (digest.first == "0" ? "1" : "0") + digest.dropFirst()
    let text = String(decoding: sound, as: UTF8.self)
    try folder.write(
      Array(text.replacing(digest, with: other).utf8), to: ".labbook/checked-records")
    #expect(try CheckedRecords(of: store, program: "a").check(key)?.digest == digest)
  }

  @Test func `the states of records are one digest, and an absent record counts`() throws {
    let other = Fixture.preimage(seed: 9).key
    func states(_ keys: [RunKey]) -> String {
      store.statesOfRecords(Array(keys.map { $0.hex + " " }.joined().utf8)[...], every: 65).digest
    }
    let both = states([key, other])
    #expect(both == states([key, other]) && both != states([other, key]) && both != states([key]))
    _ = try store.store(Fixture.record, for: Fixture.preimage(seed: 9), provenance: nil)
    #expect(states([key, other]) != both)
    let now = states([key])
    try overwrite("record.json") { $0[20] ^= 1 }
    #expect(states([key]) != now)
  }
}

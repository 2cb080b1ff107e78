import Foundation
import ResultStore
import Testing

/// A person's decision between results of one run.
@Suite struct ResolutionTests {
  let folder: TemporaryFolder
  let store: ResultStore
  private let preimage = Fixture.preimage()
  private let first = Fixture.record
  private var second: Record
  private let reason = "The other was computed on a node with faulty memory."

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
    second = first
    second.metrics["kl"] = 0.5
    #expect(try store.store(first, for: preimage, provenance: Fixture.provenance) == .stored)
    #expect(try store.store(second, for: preimage, provenance: nil) == .conflict(["metric.kl"]))
  }

  private var key: RunKey { preimage.key }

  private func resolve(keeping digits: String, reason: String? = nil) throws -> Resolution {
    try store.resolve(key, keeping: digits, reason: reason ?? self.reason, named: "e/A/3")
  }

  @Test func `to keep the record in place ends the conflict and keeps the other result`() throws {
    #expect(try store.conflict(for: key) != nil)
    let resolution = try resolve(keeping: String(first.digest.all.prefix(8)))
    #expect(resolution.kept == first.digest.all && resolution.rejected == [second.digest.all])
    #expect(try store.conflict(for: key) == nil && store.conflicts().isEmpty)
    #expect(try store.resolution(for: key) == resolution)
    #expect(try store.record(for: key) == first)
    #expect(try store.result(of: key, agreeingWith: second.digest)?.record == second)
    #expect(try store.resolvedKeys() == [key])
  }

  @Test func `to keep another result makes it the record, with nothing thrown away`() throws {
    let before = Set(
      folder.files.filter { !$0.contains("temporary") }.map { name in
        (try? Digest.hex(of: folder.contents(of: name))) ?? ""
      })
    _ = try resolve(keeping: second.digest.all)
    #expect(try store.record(for: key) == second)
    #expect(try store.conflict(for: key) == nil)
    #expect(try store.result(of: key, agreeingWith: first.digest)?.record == first)
    let after = Set(try folder.files.map { try Digest.hex(of: folder.contents(of: $0)) })
    #expect(before.isSubset(of: after))
    // The loser's provenance went with it.
    #expect(
      folder.files.contains("conflicts/\(key.hex)/\(first.digest.all)/provenance.json"))
  }

  @Test func `a third result is a conflict again, and a later decision stands beside the first`()
    throws
  {
    _ = try resolve(keeping: first.digest.all)
    #expect(try store.store(second, for: preimage, provenance: nil) == .conflict(["metric.kl"]))
    #expect(try store.conflict(for: key) == nil)
    var third = first
    third.metrics["kl"] = 0.75
    _ = try store.store(third, for: preimage, provenance: nil)
    #expect(try store.conflict(for: key)?.others.map(\.digest) == [third.digest.all])
    let later = try resolve(keeping: third.digest.all, reason: "Measured again.")
    #expect(later.rejected == [first.digest.all, second.digest.all].sorted())
    #expect(try store.resolution(for: key) == later)
    #expect(try store.record(for: key) == third)
    #expect(
      folder.files.filter { $0.hasPrefix("resolutions/") } == [
        "resolutions/\(key.hex)/1.json", "resolutions/\(key.hex)/2.json",
      ])
  }

  @Test
  func
    `a decision that was not carried out to its end is still a conflict, until it is taken again`()
    throws
  {
    _ = try resolve(keeping: second.digest.all)
    // As if the process had ended after the record was moved away, and before that.
    let place = store.location(of: key)
    let aside = folder.url.appending(path: "conflicts/\(key.hex)/\(second.digest.all)")
    try FileManager.default.moveItem(at: place, to: aside)
    #expect(try store.conflict(for: key)?.others.count == 2)
    try FileManager.default.moveItem(
      at: folder.url.appending(path: "conflicts/\(key.hex)/\(first.digest.all)"), to: place)
    #expect(try store.conflict(for: key)?.recordDigest == first.digest.all)
    _ = try resolve(keeping: second.digest.all)
    #expect(try store.record(for: key) == second)
    #expect(try store.conflict(for: key) == nil)
  }

  @Test func `a result that was rejected does not come back in place of the kept one unseen`()
    throws
  {
    _ = try resolve(keeping: first.digest.all)
    // The kept record is lost, and the next execution gives the other result once more.
    try FileManager.default.removeItem(at: store.location(of: key))
    _ = try store.store(second, for: preimage, provenance: nil)
    for hasOthers in [true, false] {
      if !hasOthers {
        try FileManager.default.removeItem(at: folder.url.appending(path: "conflicts"))
      }
      let conflict = try #require(try store.conflict(for: key))
      #expect(conflict.lost == first.digest.all && conflict.recordDigest == second.digest.all)
      #expect(try store.conflicts().map(\.key) == [key])
      #expect(try store.check().conflicts.map(\.key) == [key])
    }
    let later = try resolve(keeping: second.digest.all, reason: "It came twice.")
    #expect(later.rejected == [first.digest.all])
    #expect(try store.conflict(for: key) == nil && store.conflicts().isEmpty)
  }

  @Test func `another result that is damaged is one all the same, until it is set aside`() throws {
    let name = "conflicts/\(key.hex)/\(second.digest.all)/record.json"
    try folder.write(Array("{}".utf8), to: name)
    let conflict = try #require(try store.conflict(for: key))
    #expect(conflict.others.map(\.digest) == [second.digest.all])
    #expect(conflict.others.map(\.isDamaged) == [true])
    let damage = try #require(try store.check().damages.first)
    #expect(!damage.isRecord)
    _ = try store.quarantine(damage)
    #expect(try store.conflict(for: key) == nil)
  }

  @Test func `a decision that was altered anywhere is found, and the one before it counts`() throws
  {
    _ = try resolve(keeping: first.digest.all)
    let sound = try #require(try store.resolution(for: key))
    _ = try resolve(keeping: second.digest.all, reason: "No, the other one.")
    let file = "resolutions/\(key.hex)/2.json"
    let text = try folder.contents(of: file)
    for index in text.indices.dropLast() {
      var altered = text
      altered[index] ^= 1
      try folder.write(altered, to: file)
      let decision = try? store.resolution(for: key)
      #expect(decision == nil, "byte \(index)")
    }
    let check = try store.check()
    #expect(check.unsoundDecisions.map { $0.hasSuffix("/2.json") } == [true])
    #expect(check.damages.isEmpty && check.unread.isEmpty && check.foreign.isEmpty)
    _ = try store.quarantine(decision: check.unsoundDecisions[0])
    #expect(try store.resolution(for: key) == sound)
    #expect(try store.check().unsoundDecisions.isEmpty)
  }

  @Test func `a file with a number that no decision has is none, and told by fsck`() throws {
    _ = try resolve(keeping: first.digest.all)
    let sound = try folder.contents(of: "resolutions/\(key.hex)/1.json")
    let names = [
      "\(Int.max).json", "+2.json", "02.json", "0.json", "-1.json", "2.JSON", "1000001.json",
    ]
    for name in names { try folder.write(sound, to: "resolutions/\(key.hex)/\(name)") }
    #expect(try store.resolution(for: key)?.kept == first.digest.all)
    _ = try resolve(keeping: second.digest.all, reason: "The other one.")
    #expect(try store.resolution(for: key)?.kept == second.digest.all)
    #expect(
      Set(try store.check().foreign)
        == Set(names.map { "\(folder.url.path)/resolutions/\(key.hex)/\($0)" }))
  }

  @Test func `a decision of the time before decisions had a digest is read`() throws {
    let text = """
      {"format": "labbook resolution 1", "key": "\(key.hex)", "kept": "\(first.digest.all)",
       "decision": {"rejected": ["\(second.digest.all)"], "reason": "Old."}}
      """
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "resolutions/\(key.hex)"), withIntermediateDirectories: true)
    try folder.write(Array(text.utf8), to: "resolutions/\(key.hex)/1.json")
    #expect(try store.resolution(for: key)?.reason == "Old.")
    #expect(try store.conflict(for: key) == nil)
  }

  @Test func `what cannot be decided is refused with a sentence`() throws {
    func message(_ digits: String, _ reason: String = "r", seed: Int = 3) -> String {
      do {
        let key = Fixture.preimage(seed: seed).key
        return "\(try store.resolve(key, keeping: digits, reason: reason, named: "e/A/\(seed)"))"
      } catch { return "\(error)" }
    }
    #expect(
      message("f", seed: 9) == "e/A/9 has no two results that differ, so there is nothing to decide"
    )
    #expect(
      message("xyz") == "'xyz' is not the start of the digest of one result; there is "
        + "\(first.digest.all.prefix(12)) and \(second.digest.all.prefix(12))")
    #expect(message("").hasPrefix("'' is not the start"))
    #expect(message(first.digest.all, "  ") == "the reason is empty")
    #expect(
      message(first.digest.all, "a\nb")
        == "the reason is more than one line, or has control characters in it")
    #expect(
      message(first.digest.all, String(repeating: "a", count: 501))
        == "the reason has more than 500 characters")
    #expect(try store.resolution(for: key) == nil)
  }

  @Test func `a decision that was altered is told, and hides no conflict`() throws {
    _ = try resolve(keeping: first.digest.all)
    for text in ["", "{}", "{\"format\": \"labbook resolution 1\"}", "[[[["] {
      try folder.write(Array(text.utf8), to: "resolutions/\(key.hex)/1.json")
      #expect(throws: StoreError.self) { try store.conflict(for: key) }
      #expect(throws: StoreError.self) { try store.resolution(for: key) }
    }
  }

  // MARK: Locks

  private func lock(_ resolution: Resolution?) -> Lock {
    var run = LockedRun(seed: 3, key: key, record: first)
    run.resolution = resolution
    let arm = LockedArm(label: "A", title: "A", preimage: preimage.fields, runs: [run])
    return Lock(experiments: [
      LockedExperiment(name: "e", question: "", metric: "kl", arms: [arm])
    ])
  }

  @Test func `a lock holds the decision, and has the bytes it had where there is none`() throws {
    let plain = lock(nil)
    #expect(!plain.text.contains("resolution"))
    let resolution = Resolution(
      kept: first.digest.all, rejected: [second.digest.all], reason: "A \"reason\" — of mine.")
    let decided = lock(resolution)
    let read = try Lock(text: decided.text, path: "")
    #expect(read == decided)
    #expect(read.runs[0].run.resolution == resolution)
    #expect(read.text == decided.text)
    let altered = decided.text.replacing("of mine", with: "of yours")
    #expect(throws: LockError.self) { try Lock(text: altered, path: "") }
  }

  @Test(arguments: [
    "\"reason\": \"R.\"", "\"rejected\": [\"HEX\"]",
    "\"rejected\": [\"HEX\"], \"reason\": \"\"", "\"rejected\": [\"HEX\"], \"reason\": 7",
    "\"rejected\": [\"HEX\"], \"reason\": \"a\\nb\"", "\"rejected\": [], \"reason\": \"R.\"",
    "\"rejected\": [\"x\"], \"reason\": \"R.\"", "\"rejected\": 3, \"reason\": \"R.\"",
  ])
  func `a decision in an invented lock that is none is refused`(members: String) throws {
    let hex = second.digest.all
    var lines = lock(Resolution(kept: first.digest.all, rejected: [hex], reason: "R.")).text
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex { $0.contains("\"resolution\"") })
    let end = try #require(
      lines[start...].firstIndex { $0.trimmingCharacters(in: .whitespaces) == "}" })
    lines.replaceSubrange((start + 1)..<end, with: [members.replacing("HEX", with: hex)])
    let body = lines.dropLast(3).joined(separator: "\n") + "\n"
    let closed = body + "  \"digest\": \"\(Digest.hex(of: body))\"\n}\n"
    do throws(LockError) {
      _ = try Lock(text: closed, path: "")
      Issue.record("read with \(members)")
    } catch {
      #expect(
        error.description.hasSuffix(
          "e/A/3: 'resolution' is no decision between results with its reason"))
    }
  }
}

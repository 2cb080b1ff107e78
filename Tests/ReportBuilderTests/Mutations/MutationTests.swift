import Foundation
import ResultStore
import TestSupport
import Testing

/// Locks and records that somebody made up, with keys and digests that are right: whatever is in them, reading and
/// using them ends with a result or with one sentence, and soon.
///
/// The short form runs with the other tests. `Tests/Faults/mutations.py` runs thousands in processes of their own, so
/// that one that is brought down is counted.
@Suite(.serialized) struct MutationTests {
  /// The numbers of the changes that are tried.
  private static let seeds: Range<Int> = {
    let range = environment["LABBOOK_MUTATIONS"] ?? ""
    let ends = range.split(separator: "-").compactMap { Int($0) }
    if ends.count == 2, ends[0] <= ends[1] { return ends[0]..<ends[1] }
    #if DEBUG
      return 0..<60
    #else
      return 0..<300
    #endif
  }()

  /// Tells a long run's watcher what is being tried, in case it is the last that is heard of this process.
  private func begin(_ kind: String, _ seed: Int) {
    guard let path = Self.environment["LABBOOK_MUTATION_LOG"] else { return }
    try? Data("\(kind) \(seed)\n".utf8).write(to: URL(filePath: path))
  }

  private func check(_ kind: String, _ seed: Int, _ use: () throws -> String?) throws {
    begin(kind, seed)
    // Locks and records are used on one thread.
    var sentence: String?
    let time = try processorTime { sentence = try use() }
    #expect(time < Self.limit, "\(kind) \(seed) took \(time) of processor time")
    guard let sentence else { return }
    #expect(
      sentence.utf8.count < 20_000 && sentence.split(separator: "\n").count <= 40,
      "\(kind) \(seed): \(sentence.prefix(500))")
    #expect(
      !sentence.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" },
      "\(kind) \(seed): \(sentence.debugDescription.prefix(500))")
  }

  /// The most processor time that a change may take.
  private static let limit = Duration.seconds(2)

  @Test(.timeLimit(.minutes(10)))
  func
    `a lock that was changed anywhere, its digests made again, is used or refused with a sentence`()
    throws
  {
    let week = try MutatedWeek()
    #expect(try week.use(lock: week.lockText) == nil)
    for seed in Self.seeds {
      try check("lock", seed) { try week.use(lock: week.changedLock(seed: seed)) }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func
    `a record that was changed anywhere, its digests made again, is used or refused with a sentence`()
    throws
  {
    let week = try MutatedWeek()
    for seed in Self.seeds {
      try check("record", seed) { try week.useRecord(seed: seed) }
    }
  }

  @Test func `a flipped bit of any file of a record is found, or the file is none of the record's`()
    throws
  {
    let week = try MutatedWeek()
    for seed in Self.seeds {
      begin("flip", seed)
      let (_, key, _) = try week.changedRecord(seed: seed)
      var mutation = Mutation(seed: seed)
      let folder = week.lab.store.location(of: key)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let file = folder.appending(path: mutation.one(of: names))
      let sound = try Data(contentsOf: file)
      var damaged = sound
      if mutation.happens(0.2) {
        damaged.removeLast(1 + mutation.index(below: damaged.count))
      } else {
        damaged[mutation.index(below: damaged.count)] ^= 1 << UInt8(mutation.index(below: 8))
      }
      try damaged.write(to: file)
      #expect(
        try week.lab.store.damage(of: key) != nil, "flip \(seed) in \(file.lastPathComponent)")
      try sound.write(to: file)
    }
  }

  @Test func `a flipped bit of a lock is found`() throws {
    let week = try MutatedWeek()
    let sound = Array(week.lockText.utf8)
    for seed in Self.seeds {
      begin("lock flip", seed)
      var mutation = Mutation(seed: seed)
      var damaged = sound
      if mutation.happens(0.2) {
        damaged.removeLast(1 + mutation.index(below: damaged.count))
      } else {
        damaged[mutation.index(below: damaged.count)] ^= 1 << UInt8(mutation.index(below: 8))
      }
      guard let text = String(validating: damaged, as: UTF8.self) else { continue }
      #expect(throws: LockError.self, "lock flip \(seed)") { try Lock(text: text, path: "") }
    }
  }

  private static let environment = ProcessInfo.processInfo.environment

  /// For `Tests/Faults/mutations.py`, which gives them to the program.
  @Test(.enabled(if: environment["LABBOOK_MUTATIONS_INTO"] != nil))
  func `changed locks of a lab are written`() throws {
    let reports = URL(filePath: try #require(Self.environment["LABBOOK_MUTATIONS_OF"]))
    let folder = URL(filePath: try #require(Self.environment["LABBOOK_MUTATIONS_INTO"]))
    let weeks = try FileManager.default.contentsOfDirectory(atPath: reports.path).sorted().filter {
      FileManager.default.fileExists(atPath: reports.appending(path: "\($0)/results.lock").path)
    }
    for seed in Self.seeds {
      let week = weeks[seed % weeks.count]
      let text = try String(
        contentsOf: reports.appending(path: "\(week)/results.lock"), encoding: .utf8)
      let changed = try ChangedLock(text).changed(seed: seed)
      try Data(changed.utf8).write(to: folder.appending(path: "\(seed).\(week).lock"))
    }
  }
}

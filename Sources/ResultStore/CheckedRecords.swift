internal import Synchronization

/// The records of a store that this program has read and checked as a whole, remembered by the states of their files.
///
/// A record that was checked is not read again while its ``RecordState`` is the same. A file that was changed in the
/// last two seconds before it was looked at is not remembered: it could change once more within the same tick of its
/// file system's clock. What is remembered is one file of the store, `checked-records`, which may be deleted at any time
/// and is not believed by another build of the program.
public final class CheckedRecords: Sendable {
  private let store: ResultStore
  /// The program that remembers; nil if nothing is to outlive this value.
  private let program: String?
  private let table = Mutex(Table())

  /// A record that is sound.
  package struct Checked: Equatable, Sendable {
    /// The digest over all parts of the record.
    package var digest: String
    /// The digest of the program that made it, if it says so.
    package var executable: String?
    /// The digest of the states of its files.
    fileprivate var state: String
  }

  private struct Table {
    var isRead = false
    var entries: [String: Checked] = [:]
    var hasChanged = false
    /// The time before which a change is settled; nil before it was asked for.
    var settled: Int64?
  }

  private static let header = "labbook checked records 1, program "
  /// How long ago a file must have changed, in nanoseconds: the coarsest clock of a file system has ticks of 2 s.
  private static let settling: Int64 = 2_000_000_000

  /// Creates the checked records of a store.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - program: What tells this build of the program from others; nil if nothing is to be remembered.
  public init(of store: ResultStore, program: String? = nil) {
    self.store = store
    self.program = program
  }

  /// Checks a record, unless it is as it was when it was checked before.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - name: The run's name for error messages.
  /// - Returns: What is known of it; nil if there is no record.
  /// - Throws: ``StoreError/damaged(_:)`` if the record is not what was written.
  package func check(
    _ key: RunKey, named name: String? = nil
  ) throws(StoreError) -> Checked? {
    if let known = known(key) { return known }
    return try read(key, named: name)?.checked
  }

  /// Whether there is a sound record of a run; whoever reads a damaged one tells what is wrong with it.
  package func holds(_ key: RunKey) throws(StoreError) -> Bool {
    do throws(StoreError) { return try check(key) != nil } catch {
      guard case .damaged = error else { throw error }
      return false
    }
  }

  /// Reads a record and checks all of it.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - name: The run's name for error messages.
  /// - Returns: The record with what is to be known of it; nil if there is none.
  /// - Throws: ``StoreError/damaged(_:)`` if the record is not what was written.
  package func read(
    _ key: RunKey, named name: String? = nil
  ) throws(StoreError) -> (record: Record, checked: Checked)? {
    let path = store.folder(of: key)
    guard try DurableFiles.isThere(path) else {
      forget(key)
      return nil
    }
    let settled = settledTime()
    guard let state = RecordState(folder: path) else {
      // What is no folder is damage, and told as such.
      guard let record = try store.record(for: key, named: name) else { return nil }
      return (record, Checked(digest: record.digest.all, executable: nil, state: ""))
    }
    let folder = RecordFolder(path: path, key: key, run: name)
    let provenance = try folder.readProvenance()
    _ = try folder.readPreimage()
    let (record, digest) = try folder.readWithDigest()
    let checked = Checked(
      digest: digest.all, executable: provenance?.executable, state: state.digest)
    // The files that an external trainer left are not among those whose states are looked at.
    if state.newest < settled, record.files.isEmpty { remember(checked, of: key) }
    return (record, checked)
  }

  /// Whether changes up to `newest` are so long ago that a further one would have another time.
  package func isSettled(_ newest: Int64) -> Bool { newest < settledTime() }

  /// Writes down what was found; whatever keeps it from being written costs time and no result.
  package func save() {
    guard let program else { return }
    let text = table.withLock { table -> String? in
      guard table.hasChanged else { return nil }
      table.hasChanged = false
      var text = Self.header + program + "\n"
      for (key, entry) in table.entries.sorted(by: { $0.key < $1.key }) {
        text += "\(key) \(entry.digest) \(entry.state) \(entry.executable ?? Self.unknown)\n"
      }
      return text
    }
    guard let text else { return }
    try? DurableFiles.createFolder(store.path)
    try? store.replaceFile(path, Array(text.utf8))
  }

  private static let unknown = "unknown"

  private var path: String { "\(store.path)/checked-records" }

  /// The remembered state of a record whose files are as they were.
  private func known(_ key: RunKey) -> Checked? {
    let entry = table.withLock { table in
      if !table.isRead {
        table.isRead = true
        table.entries = readFile()
      }
      return table.entries[key.hex]
    }
    guard let entry, RecordState(folder: store.folder(of: key))?.digest == entry.state else {
      return nil
    }
    return entry
  }

  private func remember(_ checked: Checked, of key: RunKey) {
    table.withLock { table in
      table.entries[key.hex] = checked
      table.hasChanged = true
    }
  }

  private func forget(_ key: RunKey) {
    table.withLock { table in
      if table.entries.removeValue(forKey: key.hex) != nil { table.hasChanged = true }
    }
  }

  /// The time before which a change is settled, taken before the first file is looked at.
  private func settledTime() -> Int64 {
    table.withLock { table in
      if let settled = table.settled { return settled }
      let settled = (store.fileSystemTime() ?? 0) - Self.settling
      table.settled = settled
      return settled
    }
  }

  /// Reads what this program has written; nothing if another one has, or if a line is damaged.
  private func readFile() -> [String: Checked] {
    guard let program, let bytes = (try? DurableFiles.read(path, atMost: FileSize.most)) ?? nil
    else { return [:] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, first.elementsEqual((Self.header + program).utf8) else {
      return [:]
    }
    var entries: [String: Checked] = [:]
    entries.reserveCapacity(lines.count)
    for line in lines.dropFirst() {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
      guard words.count == 4 else { return [:] }
      let texts = words.map { String(decoding: $0, as: UTF8.self) }
      guard Digest.isHex(texts[0]), Digest.isHex(texts[1]) else { return [:] }
      entries[texts[0]] = Checked(
        digest: texts[1], executable: texts[3] == Self.unknown ? nil : texts[3], state: texts[2])
    }
    return entries
  }
}

extension ResultStore {
  /// The runs, of those whose keys are in `keys`, that have several results or decisions between them, each with the
  /// names of what there is of it.
  ///
  /// The folders of such runs are few; those of all others are not looked at.
  package func disputes(among keys: (String) -> Bool) throws(StoreError) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for part in ["conflicts", "resolutions"] {
      for key in try DurableFiles.names(in: "\(path)/\(part)") where keys(key) {
        found[key, default: []] += try DurableFiles.names(in: "\(path)/\(part)/\(key)").map {
          "\(part) \($0)"
        }
      }
    }
    return found
  }
}

internal import Synchronization

/// The records of a store that this program has read and checked as a whole, remembered by the states of their files.
///
/// A record that was checked is not read again while its ``RecordState`` is the same, and within one command its files
/// are looked at once: a command stands on what it found first. A file that was changed in the
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
    /// The facts of `record.json` of those entries whose files this command has looked at.
    var seen: [String: FileFacts] = [:]
    /// The digest of the program that remembers, once somebody asked for it.
    var executable: String?
    var effort = (looks: 0, reads: 0)
    var hasChanged = false
    /// The time before which a change is settled; nil before it was asked for.
    var settled: Int64?
  }

  private static let header = "labbook checked records 2, program "
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
  ///   - isAnew: Whether its files are looked at though this command has done so before.
  /// - Returns: What is known of it; nil if there is no record.
  /// - Throws: ``StoreError/damaged(_:)`` if the record is not what was written.
  package func check(
    _ key: RunKey, named name: @autoclosure () -> String? = nil, anew isAnew: Bool = false
  ) throws(StoreError) -> Checked? {
    if let known = known(key, anew: isAnew) { return known }
    return try read(key, named: name())?.checked
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
  /// - Returns: The record with its digest and what is to be known of it; nil if there is none.
  /// - Throws: ``StoreError/damaged(_:)`` if the record is not what was written.
  package func read(
    _ key: RunKey, named name: String? = nil
  ) throws(StoreError) -> (record: Record, digest: RecordDigest, checked: Checked)? {
    let path = store.folder(of: key)
    guard try DurableFiles.isThere(path) else {
      forget(key)
      return nil
    }
    let settled = settledTime()
    guard let state = RecordState(folder: path) else {
      // What is no folder is damage, and told as such.
      guard let record = try store.record(for: key, named: name) else { return nil }
      let digest = record.digest
      return (record, digest, Checked(digest: digest.all, executable: nil, state: ""))
    }
    table.withLock { $0.effort.reads += 1 }
    let folder = RecordFolder(path: path, key: key, run: name)
    let provenance = try folder.readProvenance()
    _ = try folder.readPreimage()
    let (record, digest) = try folder.readWithDigest(withPreimage: false)
    let checked = Checked(
      digest: digest.all, executable: provenance?.executable, state: state.digest)
    // The files that an external trainer left are not among those whose states are looked at.
    if state.newest < settled, record.files.isEmpty {
      remember(checked, of: key, state)
    }
    return (record, digest, checked)
  }

  /// Whether changes up to `newest` are so long ago that a further one would have another time.
  package func isSettled(_ newest: Int64) -> Bool { newest < settledTime() }

  /// The digest of the program that remembers, which is as large as a thousand records.
  ///
  /// - Parameter compute: Computes it where it was not remembered.
  /// - Returns: The digest.
  package func executable(_ compute: () -> String) -> String {
    let known = table.withLock { table in
      load(&table)
      return table.executable
    }
    if let known { return known }
    let digest = compute()
    table.withLock { table in
      table.executable = digest
      // What is no digest is not worth a line.
      if Digest.isHex(digest) { table.hasChanged = true }
    }
    return digest
  }

  /// The states of the files `record.json` of runs as they were when this command looked at their records, with the
  /// digests of these records.
  ///
  /// - Parameter keys: The runs.
  /// - Returns: As `ResultStore.statesOfRecords` gives them as long as no file changes; nil if a record was not found sound
  ///   and settled.
  package func statesSeen(
    of keys: [RunKey]
  ) -> (digest: String, newest: Int64, records: [String])? {
    table.withLock { table in
      var facts = FileFacts()
      facts.reserve(keys.count)
      var records: [String] = []
      for key in keys {
        guard let seen = table.seen[key.hex], let entry = table.entries[key.hex] else { return nil }
        facts.add(seen)
        records.append(entry.digest)
      }
      return (facts.digest, facts.newest, records)
    }
  }

  /// Writes down what was found; whatever keeps it from being written costs time and no result.
  package func save() {
    guard let program else { return }
    let text = table.withLock { table -> String? in
      guard table.hasChanged else { return nil }
      table.hasChanged = false
      var text = Self.header + program + "\n"
      if let executable = table.executable, Digest.isHex(executable) {
        text += "\(Self.executableMark) \(executable)\n"
      }
      for (key, entry) in table.entries.sorted(by: { $0.key < $1.key }) {
        text += "\(key) \(entry.digest) \(entry.state) \(entry.executable ?? Self.unknown)\n"
      }
      return text
    }
    guard let text else { return }
    try? DurableFiles.createFolder(store.path)
    store.remember(text, at: path)
  }

  private static let unknown = "unknown"
  private static let executableMark = "executable"

  private var path: String { "\(store.path)/checked-records" }

  /// How often the states of a record's files were looked at, and how often a whole record was read.
  package var effort: (looks: Int, reads: Int) { table.withLock { $0.effort } }

  /// The remembered state of a record whose files are as they were.
  private func known(_ key: RunKey, anew isAnew: Bool) -> Checked? {
    let hex = key.hex
    let (entry, isSeen) = table.withLock { table in
      load(&table)
      let isSeen = !isAnew && table.seen[hex] != nil
      if !isSeen { table.effort.looks += 1 }
      return (table.entries[hex], isSeen)
    }
    guard let entry else { return nil }
    if isSeen { return entry }
    var state = RecordState(folder: store.folder(of: key))
    if state?.digest != entry.state { state = nil }
    table.withLock { $0.seen[hex] = state?.ofRecordFile }
    return state == nil ? nil : entry
  }

  /// Reads what was remembered, before anything is added to it.
  private func load(_ table: inout Table) {
    guard !table.isRead else { return }
    table.isRead = true
    if let file = readFile() { (table.entries, table.executable) = file }
  }

  private func remember(_ checked: Checked, of key: RunKey, _ state: RecordState) {
    table.withLock { table in
      load(&table)
      table.entries[key.hex] = checked
      table.seen[key.hex] = state.ofRecordFile
      table.hasChanged = true
    }
  }

  private func forget(_ key: RunKey) {
    table.withLock { table in
      load(&table)
      table.seen[key.hex] = nil
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

  /// Reads what this program has written; nil if another one has, or if a line is damaged.
  private func readFile() -> (entries: [String: Checked], executable: String?)? {
    guard let program, let bytes = store.remembered(at: path) else { return nil }
    var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
    guard let first = lines.popFirst(), first.elementsEqual((Self.header + program).utf8) else {
      return nil
    }
    var executable: String?
    if let line = lines.first, line.starts(with: (Self.executableMark + " ").utf8) {
      executable = String(
        decoding: line.dropFirst(Self.executableMark.utf8.count + 1), as: UTF8.self)
      guard executable.map(Digest.isHex) == true else { return nil }
      lines.removeFirst()
    }
    var entries: [String: Checked] = [:]
    entries.reserveCapacity(lines.count)
    // Nearly all records were made by one program.
    var latest: (bytes: ArraySlice<UInt8>, text: String) = ([], "")
    for line in lines {
      // A key, a digest and the digits of a state have their lengths; what is left is the program.
      let (key, digest) = (line.prefix(64), line.dropFirst(65).prefix(64))
      let rest = line.dropFirst(130)
      guard line.count > 130, key.allSatisfy(Digest.isHexDigit),
        digest.count == 64, digest.allSatisfy(Digest.isHexDigit),
        line[line.startIndex + 64] == UInt8(ascii: " "),
        line[line.startIndex + 129] == UInt8(ascii: " "),
        let space = rest.firstIndex(of: UInt8(ascii: " "))
      else { return nil }
      let program = rest[(space + 1)...]
      if !latest.bytes.elementsEqual(program) {
        latest = (program, String(decoding: program, as: UTF8.self))
      }
      entries[String(decoding: key, as: UTF8.self)] = Checked(
        digest: String(decoding: digest, as: UTF8.self),
        executable: latest.text == Self.unknown ? nil : latest.text,
        state: String(decoding: rest[..<space], as: UTF8.self))
    }
    return (entries, executable)
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

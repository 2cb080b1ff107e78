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
    /// The seal of what a lock of many runs says of it.
    fileprivate var seal: LockedSeal
    /// The digest of the program that made it, if it says so.
    package var executable: String?
    /// The states of its files.
    fileprivate var state: RecordState.Mark

    /// Whether a lock says of a run what this record says.
    package func isWhat(_ run: LockedRun) -> Bool {
      digest == run.digest && (run.hasWholeDigests || seal == LockedSeal(of: run))
    }
  }

  private struct Entry {
    var checked: Checked
    /// The facts of `record.json`, if this command has looked at the files and found them as they were.
    var seen: FileFact?
  }

  private struct Table {
    var isRead = false
    var entries: [RunKey: Entry] = [:]
    /// The digest of the program that remembers, once somebody asked for it.
    var executable: String?
    var effort = (looks: 0, reads: 0)
    var hasChanged = false
    /// The time before which a change is settled; nil before it was asked for.
    var settled: Int64?
  }

  private static let header = "labbook checked records 4, program "
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
      return (
        record, digest,
        Checked(
          digest: digest.all, seal: LockedSeal(of: record, digest), executable: nil,
          state: RecordState.Mark(digest: (0, 0), files: 0))
      )
    }
    table.withLock { $0.effort.reads += 1 }
    let folder = RecordFolder(path: path, key: key, run: name)
    let provenance = try folder.readProvenance()
    _ = try folder.readPreimage()
    let (record, digest) = try folder.readWithDigest(withPreimage: false)
    let checked = Checked(
      digest: digest.all, seal: LockedSeal(of: record, digest), executable: provenance?.executable,
      state: state.mark)
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
        guard let entry = table.entries[key], let seen = entry.seen else { return nil }
        facts.add(seen)
        records.append(entry.checked.digest)
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
        let checked = entry.checked
        text +=
          "\(key) \(checked.digest) \(checked.seal.text) \(checked.state.text) \(checked.executable ?? Self.unknown)\n"
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
    let entry = table.withLock { table in
      load(&table)
      let entry = table.entries[key]
      if isAnew || entry?.seen == nil { table.effort.looks += 1 }
      return entry
    }
    guard let entry else { return nil }
    if !isAnew, entry.seen != nil { return entry.checked }
    let mark = entry.checked.state
    let state = RecordState(folder: store.folder(of: key), after: mark)
    let seen = state?.mark == mark ? state?.ofRecordFile : nil
    table.withLock { table in
      if let index = table.entries.index(forKey: key) { table.entries.values[index].seen = seen }
    }
    return seen == nil ? nil : entry.checked
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
      table.entries[key] = Entry(checked: checked, seen: state.ofRecordFile)
      table.hasChanged = true
    }
  }

  private func forget(_ key: RunKey) {
    table.withLock { table in
      load(&table)
      if table.entries.removeValue(forKey: key) != nil { table.hasChanged = true }
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
  private func readFile() -> (entries: [RunKey: Entry], executable: String?)? {
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
    var entries: [RunKey: Entry] = [:]
    entries.reserveCapacity(lines.count)
    // Nearly all records were made by one program.
    var latest: (bytes: ArraySlice<UInt8>, text: String) = ([], "")
    for line in lines {
      // A key, a digest, a seal and a state have their lengths; what is left is the program.
      var rest = line
      func cell(_ digits: Int) -> ArraySlice<UInt8>? {
        guard rest.count > digits + 1, rest[rest.startIndex + digits] == UInt8(ascii: " ") else {
          return nil
        }
        defer { rest = rest.dropFirst(digits + 1) }
        return rest.prefix(digits)
      }
      guard let key = cell(64), key.allSatisfy(Digest.isHexDigit), let digest = cell(64),
        digest.allSatisfy(Digest.isHexDigit),
        let seal = cell(LockedSeal.digits).flatMap(LockedSeal.init),
        let state = cell(RecordState.Mark.digits).flatMap(RecordState.Mark.init)
      else { return nil }
      let program = rest
      if !latest.bytes.elementsEqual(program) {
        latest = (program, String(decoding: program, as: UTF8.self))
      }
      let checked = Checked(
        digest: String(decoding: digest, as: UTF8.self), seal: seal,
        executable: latest.text == Self.unknown ? nil : latest.text, state: state)
      entries[RunKey(digest: String(decoding: key, as: UTF8.self))] = Entry(checked: checked)
    }
    return (entries, executable)
  }
}

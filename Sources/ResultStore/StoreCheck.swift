internal import Glibc

/// The findings of a check of a whole store.
public struct StoreCheck: Sendable {
  /// A record that is not what was written, or another result of a run that is not.
  public struct Damage: Equatable, Sendable {
    /// The first fault that was found.
    public var damage: RecordDamage
    /// The path of the record's folder.
    public var folder: String
    /// Whether it is the record of its run, and not another result of it.
    public var isRecord: Bool
  }

  /// How many records and other results were read, every byte of them.
  public fileprivate(set) var checked = 0
  /// In the order of the keys.
  public fileprivate(set) var damages: [Damage] = []
  /// The files of decisions between results that are not as they were written, sorted.
  public fileprivate(set) var unsoundDecisions: [String] = []
  /// The faults of reading, such as on a disk that fails; what was not read may be sound.
  public fileprivate(set) var unread: [StoreError] = []
  /// The runs that have more than one sound result.
  public fileprivate(set) var conflicts: [ResultStore.Conflict] = []
  /// The paths of what labbook did not write where it stands, sorted.
  public fileprivate(set) var foreign: [String] = []
  /// How many records say who made them, and were made before that had a digest.
  public fileprivate(set) var provenancesWithoutDigest = 0
  /// How many damaged folders are kept in quarantine.
  public fileprivate(set) var quarantined = 0
}

extension ResultStore {
  /// Reads everything in the store and checks it: keys against preimages, and every file of every record against its
  /// digest, provenance included.
  ///
  /// Nothing is changed. What other processes write meanwhile is there as a whole or not at all.
  ///
  /// - Parameter progress: Called before each record with how many were read, and how many there are.
  /// - Returns: The findings.
  /// - Throws: If the store's folders cannot be read.
  public func check(
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(StoreError) -> StoreCheck {
    var check = StoreCheck()
    // What cannot be listed keeps nothing else from being checked.
    func listed<Element>(
      _ list: (inout StoreCheck) throws(StoreError) -> [Element]
    ) -> [Element] {
      do throws(StoreError) { return try list(&check) } catch {
        check.unread.append(error)
        return []
      }
    }
    let records = listed(recordFolders)
    let repetitions = listed(repetitions)
    let others = listed(otherResults)
    let resolved = listed { _ throws(StoreError) in try resolvedKeys() }
    let total = records.count + repetitions.count + others.count
    for (folders, kind) in [
      (records, StoreCheck.Kind.record), (repetitions, .repetition), (others, .otherResult),
    ] {
      for folder in folders {
        progress(check.checked, total)
        check.read(folder, kind)
      }
    }
    progress(check.checked, total)
    var unsound = Set(check.damages.map(\.damage.key))
    for key in resolved {
      let decisions = try unsoundDecisions(on: key)
      check.foreign += decisions.foreign
      check.unsoundDecisions += decisions.unsound
      if !decisions.unsound.isEmpty { unsound.insert(key) }
    }
    // Without a list of other results or of decisions, nothing is known of conflicts.
    if check.unread.isEmpty {
      for key in Set(others.map(\.key) + resolved).subtracting(unsound).sorted() {
        if let conflict = try conflict(for: key) { check.conflicts.append(conflict) }
      }
    }
    check.quarantined =
      listed { _ throws(StoreError) in
        try DurableFiles.names(in: "\(path)/quarantine")
      }.count
    check.foreign += try DurableFiles.names(in: path).filter { !Self.folders.contains($0) }
      .map { "\(path)/\($0)" }
    check.foreign.sort()
    return check
  }

  /// Moves what is damaged out of the way, so that its run has no record; nothing is deleted.
  ///
  /// - Returns: Its new path; `nil` if another process has moved it or put a sound record in its place.
  public func quarantine(_ damage: StoreCheck.Damage) throws(StoreError) -> String? {
    guard DurableFiles.exists(damage.folder) else { return nil }
    let aside = try quarantine(damage.folder)
    do throws(StoreError) {
      try RecordFolder(path: aside, key: damage.damage.key).check()
    } catch {
      return aside
    }
    // Another process replaced it between the check and now: a record belongs in its place.
    if try DurableFiles.moveFolder(aside, to: damage.folder) {
      DurableFiles.removeEmptyFolder(DurableFiles.parent(of: aside))
    }
    return nil
  }

  /// Moves a decision that is not as it was written out of the way: the one before it counts, or none.
  ///
  /// - Parameter path: One of ``StoreCheck/unsoundDecisions``.
  /// - Returns: Its new path.
  /// - Throws: If it cannot be moved.
  public func quarantine(decision path: String) throws(StoreError) -> String {
    try quarantine(path)
  }

  /// Whether a folder with these names in it is a store, or empty.
  package static func isStore(withNames names: [String]) -> Bool {
    names.contains("records") || names.allSatisfy(folders.contains)
  }

  /// The folders that this version and earlier ones keep in a store.
  private static let folders: Set = [
    "records", "conflicts", "resolutions", "traces", "quarantine", "damaged", "temporary",
    "checkpoints", "logs", "outputs", "reports", "repetitions", "submissions", "file-digests",
    "manifests", "checked-records", "plan", "answers",
  ]

  private func recordFolders(_ check: inout StoreCheck) throws(StoreError) -> [RecordFolder] {
    var folders: [RecordFolder] = []
    for shard in try DurableFiles.names(in: "\(path)/records") {
      let place = "\(path)/records/\(shard)"
      guard shard.utf8.count == 2, shard.utf8.allSatisfy(Digest.isHexDigit),
        DurableFiles.isFolder(place)
      else {
        check.foreign.append(place)
        continue
      }
      for name in try DurableFiles.names(in: place) {
        let folder = "\(place)/\(name)"
        guard let key = RunKey(hex: name), name.hasPrefix(shard) else {
          check.foreign.append(folder)
          continue
        }
        folders.append(RecordFolder(path: folder, key: key))
      }
    }
    return folders
  }

  private func repetitions(_ check: inout StoreCheck) throws(StoreError) -> [RecordFolder] {
    var folders: [RecordFolder] = []
    for name in try DurableFiles.names(in: "\(path)/repetitions") {
      let place = "\(path)/repetitions/\(name)"
      guard let key = RunKey(hex: name), DurableFiles.isFolder(place) else {
        check.foreign.append(place)
        continue
      }
      let numbers = try repetitionNumbers(of: key).map { "\($0)" }
      check.foreign += try DurableFiles.names(in: place).filter { !numbers.contains($0) }
        .map { "\(place)/\($0)" }
      folders += numbers.map { RecordFolder(path: "\(place)/\($0)", key: key) }
    }
    return folders
  }

  private func otherResults(_ check: inout StoreCheck) throws(StoreError) -> [RecordFolder] {
    var folders: [RecordFolder] = []
    for name in try DurableFiles.names(in: "\(path)/conflicts") {
      let place = "\(path)/conflicts/\(name)"
      guard let key = RunKey(hex: name), DurableFiles.isFolder(place) else {
        check.foreign.append(place)
        continue
      }
      for digest in try DurableFiles.names(in: place) {
        guard Digest.isHex(digest) else {
          check.foreign.append("\(place)/\(digest)")
          continue
        }
        folders.append(RecordFolder(path: "\(place)/\(digest)", key: key))
      }
    }
    return folders
  }
}

extension StoreCheck {
  /// The kinds of folders with a result.
  fileprivate enum Kind {
    case record, repetition
    /// A result that differs from the record; its folder is named by its digest.
    case otherResult
  }

  /// Reads all that is in a folder.
  fileprivate mutating func read(_ folder: RecordFolder, _ kind: Kind) {
    checked += 1
    do throws(StoreError) {
      let digest = try folder.check()
      let stated = folder.path.split(separator: "/").last.map(String.init) ?? ""
      guard kind != .otherResult || stated == digest.all else {
        throw .damaged(
          RecordDamage(
            run: nil, key: folder.key, file: folder.path, part: nil,
            problem: "is not the result that its name says"))
      }
      foreign += try folder.foreignNames(besides: digest).map { "\(folder.path)/\($0)" }
      if !folder.hasProvenanceDigest { provenancesWithoutDigest += 1 }
    } catch {
      guard case .damaged(let damage) = error else {
        unread.append(error)
        return
      }
      // A record may have been replaced, and the old one moved away, while it was read.
      if DurableFiles.exists(folder.path) {
        damages.append(Damage(damage: damage, folder: folder.path, isRecord: kind == .record))
      }
    }
  }
}

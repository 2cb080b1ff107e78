extension ResultStore {
  /// A run with more than one result.
  public struct Conflict: Equatable, Sendable {
    /// The key of the run.
    public var key: RunKey
    /// The digest of the record in the store; `nil` if there is none any more.
    public var recordDigest: String?
    /// The digests of the other results, sorted, each with the parts in which it differs.
    public var others: [Other]
    /// The digest of the result that somebody has decided to keep, which is not there any more, while the record in place
    /// is one that was rejected; `nil` otherwise.
    public var lost: String?

    /// One of the other results.
    public struct Other: Equatable, Sendable {
      /// The digest of the result.
      public var digest: String
      /// The parts in which it differs from the record in place.
      public var parts: [String]
      /// Whether it cannot be read, since it is not what was written.
      public var isDamaged = false
      /// The path of its folder.
      public var path: String
    }
  }

  /// The runs that have more than one result, sorted by key.
  public func conflicts() throws(StoreError) -> [Conflict] {
    var conflicts: [Conflict] = []
    // A kept result may be gone, with nothing left beside the record.
    for key in Set(try conflictedKeys() + resolvedKeys()).sorted() {
      guard let conflict = try conflict(for: key) else { continue }
      conflicts.append(conflict)
    }
    return conflicts
  }

  /// The keys of the runs that have other results beside their records, decided about or not, sorted.
  package func conflictedKeys() throws(StoreError) -> [RunKey] {
    try DurableFiles.names(in: "\(path)/conflicts").compactMap { RunKey(hex: $0) }
  }

  /// The other results of one run, or `nil` if it has none that nobody has decided about.
  public func conflict(
    for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> Conflict? {
    let folder = conflictsFolder(of: key)
    // A folder that cannot be read is an error, and no sign that there is no conflict.
    let names = try DurableFiles.names(in: folder).filter(Digest.isHex)
    let resolution = try resolution(for: key)
    guard !names.isEmpty || resolution != nil else { return nil }
    let present: RecordDigest?
    do throws(StoreError) { present = try summary(for: key, named: name)?.digest } catch {
      // What is damaged supports nothing; the other results are there all the same.
      guard case .damaged = error else { throw error }
      present = nil
    }
    // A decision for another record than the one in place was not carried out.
    let rejected = resolution?.kept == present?.all ? resolution?.rejected ?? [] : []
    var others: [Conflict.Other] = []
    for name in names where !rejected.contains(name) {
      let path = "\(folder)/\(name)"
      let digest: RecordDigest
      do throws(StoreError) {
        digest = try RecordFolder(path: path, key: key).readSummary().digest
      } catch {
        // What cannot be read was another result when it was put there.
        guard case .damaged = error else { throw error }
        if name != present?.all {
          others.append(.init(digest: name, parts: [], isDamaged: true, path: path))
        }
        continue
      }
      let parts = present.map { digest.disagreements(with: $0) } ?? []
      // A result that agrees with the record in place, after that one was replaced, is none.
      if present == nil || !parts.isEmpty {
        others.append(.init(digest: digest.all, parts: parts, path: path))
      }
    }
    // The kept result may be gone, and a later execution have given the rejected one once more.
    let lost = resolution.flatMap { resolution in
      present.map { resolution.rejected.contains($0.all) } == true
        && !others.contains { $0.digest == resolution.kept } ? resolution.kept : nil
    }
    guard !others.isEmpty || lost != nil else { return nil }
    return Conflict(key: key, recordDigest: present?.all, others: others, lost: lost)
  }
}

extension ResultStore {
  /// The runs, of those whose keys are in `keys`, that have several results, decisions between them or repetitions, each
  /// with the names of what there is of it.
  ///
  /// The folders of such runs are few; those of all others are not looked at.
  package func disputes(among keys: (String) -> Bool) throws(StoreError) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for part in ["conflicts", "repetitions", "resolutions"] {
      for key in try DurableFiles.names(in: "\(path)/\(part)") where keys(key) {
        found[key, default: []] += try DurableFiles.names(in: "\(path)/\(part)/\(key)").map {
          "\(part) \($0)"
        }
      }
    }
    return found
  }
}

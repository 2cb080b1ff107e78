extension ResultStore {
  /// A run with more than one result.
  public struct Conflict: Equatable, Sendable {
    /// The key of the run.
    public var key: RunKey
    /// The digest of the record in the store; `nil` if there is none any more.
    public var recordDigest: String?
    /// The digests of the other results, sorted, each with the parts in which it differs.
    public var others: [Other]

    /// One of the other results.
    public struct Other: Equatable, Sendable {
      /// The digest of the result.
      public var digest: String
      /// The parts in which it differs from the record in place.
      public var parts: [String]
      /// The path of its folder.
      public var path: String
    }
  }

  /// The runs that have more than one result, sorted by key.
  public func conflicts() throws(StoreError) -> [Conflict] {
    var conflicts: [Conflict] = []
    for key in try conflictedKeys() {
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
    guard !names.isEmpty else { return nil }
    let present: RecordDigest?
    do throws(StoreError) { present = try summary(for: key, named: name)?.digest } catch {
      // What is damaged supports nothing; the other results are there all the same.
      guard case .damaged = error else { throw error }
      present = nil
    }
    let resolution = try resolution(for: key)
    // A decision for another record than the one in place was not carried out.
    let rejected = resolution?.kept == present?.all ? resolution?.rejected ?? [] : []
    var others: [Conflict.Other] = []
    for name in names where !rejected.contains(name) {
      let path = "\(folder)/\(name)"
      let digest = try RecordFolder(path: path, key: key).readSummary().digest
      let parts = present.map { digest.disagreements(with: $0) } ?? []
      // A result that agrees with the record in place, after that one was replaced, is none.
      if present == nil || !parts.isEmpty {
        others.append(.init(digest: digest.all, parts: parts, path: path))
      }
    }
    guard !others.isEmpty else { return nil }
    return Conflict(key: key, recordDigest: present?.all, others: others)
  }
}

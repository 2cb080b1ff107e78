internal import CanonicalJSON
internal import Glibc

/// All that a store keeps of one run.
package struct StoredRun: Equatable, Sendable {
  /// The key of the run.
  package var key: RunKey
  /// Whether it has a record.
  package var hasRecord: Bool
  /// The bytes of all that is kept of it.
  package var bytes: Int
  /// The time at which the latest of it came into this store, in seconds since 1970: of its files, whenever and
  /// wherever the run was executed.
  package var arrival: Int

  /// Creates a run.
  package init(key: RunKey, hasRecord: Bool, bytes: Int, arrival: Int) {
    self.key = key
    self.hasRecord = hasRecord
    self.bytes = bytes
    self.arrival = arrival
  }
}

/// The runs that a lab needs in a store.
package struct StoreNeeds: Equatable, Sendable {
  /// The runs that locks name.
  package var locked: Set<RunKey>
  /// The runs that experiments plan.
  package var planned: Set<RunKey>

  /// Creates needs.
  package init(locked: Set<RunKey> = [], planned: Set<RunKey> = []) {
    self.locked = locked
    self.planned = planned
  }

  /// Returns the runs that nothing needs, in the order of `runs`.
  ///
  /// A run is needed if a lock or an experiment names it, if anything of it came into the store after `time`, or if a
  /// run that is needed stands on it.
  ///
  /// - Parameters:
  ///   - runs: All runs of the store.
  ///   - time: In seconds since 1970; nil if no run is needed for its age alone.
  ///   - stages: The runs that a run stands on directly.
  /// - Returns: The others.
  /// - Throws: The errors of `stages`.
  package func unneeded<Failure: Error>(
    among runs: [StoredRun], arrivedAfter time: Int?,
    stages: (RunKey) throws(Failure) -> [RunKey]
  ) throws(Failure) -> [StoredRun] {
    var needed: Set<RunKey> = []
    var open = Array(locked.union(planned))
    if let time { open += runs.filter { $0.arrival > time }.map(\.key) }
    while let key = open.popLast() {
      if needed.insert(key).inserted { open += try stages(key) }
    }
    return runs.filter { !needed.contains($0.key) }
  }
}

extension ResultStore {
  /// The folders whose files and folders are named by run keys, beside the records.
  private static let foldersByRun = [
    "conflicts", "repetitions", "traces", "outputs", "checkpoints", "logs",
  ]

  /// All runs of which the store keeps something, sorted by key.
  package func storedRuns() throws(StoreError) -> [StoredRun] {
    var runs: [RunKey: StoredRun] = [:]
    func add(_ key: RunKey, _ place: String, isRecord: Bool) {
      let (bytes, latest) = DurableFiles.use(of: place)
      var run = runs[key] ?? StoredRun(key: key, hasRecord: false, bytes: 0, arrival: 0)
      run.hasRecord = run.hasRecord || isRecord
      run.bytes += bytes
      run.arrival = max(run.arrival, latest)
      runs[key] = run
    }
    for key in try keys() { add(key, folder(of: key), isRecord: true) }
    for folder in Self.foldersByRun {
      for name in try DurableFiles.names(in: "\(path)/\(folder)") {
        guard let key = RunKey(hex: String(name.prefix { $0 != "." })) else { continue }
        add(key, "\(path)/\(folder)/\(name)", isRecord: false)
      }
    }
    return runs.values.sorted { $0.key < $1.key }
  }

  /// The bytes of each folder and file of the store, by name, sorted.
  package func sizes() throws(StoreError) -> [(name: String, bytes: Int)] {
    try DurableFiles.names(in: path).map { ($0, DurableFiles.use(of: "\(path)/\($0)").bytes) }
  }

  /// The runs that processes execute at the moment.
  package func claimedRuns() throws(StoreError) -> [RunKey] {
    try RunClaim.held(in: temporaries).compactMap { RunKey(hex: $0) }
  }

  /// Removes all that the store keeps of a run but the decisions between its results, which are a person's words.
  ///
  /// The record is gone at once and as a whole. The run is claimed meanwhile, so nobody executes it.
  ///
  /// - Parameter run: The run as it was found.
  /// - Returns: Whether it was removed: not if somebody executes it, or if something of it is new.
  /// - Throws: If the store cannot be written.
  package func remove(_ run: StoredRun) throws(StoreError) -> Bool {
    guard let claim = try claim(run.key) else { return false }
    defer { withExtendedLifetime(claim) {} }
    let places = try places(of: run.key)
    guard places.allSatisfy({ DurableFiles.use(of: $0).latest <= run.arrival }) else {
      return false
    }
    let session = try makeSession()
    defer { withExtendedLifetime(session) {} }
    for (number, place) in places.enumerated() {
      // A file is moved as a folder is.
      guard try DurableFiles.moveFolder(place, to: "\(session.path)/\(number)") else {
        return false
      }
    }
    return true
  }

  /// The paths of all that is kept of a run, the record first.
  private func places(of key: RunKey) throws(StoreError) -> [String] {
    var places = contains(key) ? [folder(of: key)] : []
    for folder in Self.foldersByRun {
      places += ["", ".log", Self.checkpointInputs, Self.checkpointAside]
        .map { "\(path)/\(folder)/\(key.hex)\($0)" }
        .filter(DurableFiles.exists)
    }
    return places
  }
}

extension DurableFiles {
  /// The bytes of a file or of all files in a folder, and the latest time at which one of them was written, in seconds
  /// since 1970; links are not followed.
  static func use(of path: String) -> (bytes: Int, latest: Int) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return (0, 0) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return (Int(status.st_size), Int(status.st_mtim.tv_sec))
    }
    var use = (bytes: 0, latest: 0)
    for name in (try? names(in: path)) ?? [] {
      let (bytes, latest) = Self.use(of: "\(path)/\(name)")
      use = (use.bytes + bytes, max(use.latest, latest))
    }
    return use
  }
}

extension ResultStore {
  /// The runs that a run with a record stands on; none where its preimage cannot be read.
  package func stages(of key: RunKey) throws(StoreError) -> [RunKey] {
    do throws(StoreError) {
      return Array((try preimage(for: key))?.stages.values ?? [:].values)
    } catch {
      guard case .damaged = error else { throw error }
      return []
    }
  }
}

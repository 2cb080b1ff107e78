public import Foundation
internal import Notebook
public import ResultStore

/// The digests around a week's last build, which tell whether another one would change anything.
///
/// After a build the digests of all that went in and came out are kept in the store's folder: the
/// builder, the specs, the notebook with what it names, the lock, the records and the outputs.
/// The contents of files are read and hashed each time, for modification times lie; only the executable, which is
/// large and replaced as a whole, is known by its size, time and inode. Of the records, which may be ten thousand, the
/// states of their files are looked at (`ResultStore.statesOfRecords`), and what is in them where these differ.
public struct BuildState: Sendable {
  /// The files of the week.
  public var folder: WeekFolder
  /// The lab's folder; files in it are named relative to it.
  public var lab: URL
  /// The store, which keeps records and this state.
  public var store: ResultStore
  /// The builder itself.
  public var executable: URL
  /// The records that were read and checked.
  public var checked: CheckedRecords
  /// The digests of everything else that a build depends on, by path.
  private let dependencies: [String: String]

  /// Creates the state of the week in `folder` and hashes the dependencies.
  ///
  /// Create it before anything is read: a file that changes while a build runs must look changed
  /// to the next build.
  ///
  /// - Parameters:
  ///   - folder: The week.
  ///   - lab: The lab's folder.
  ///   - store: The store, which keeps records and this state.
  ///   - executable: The builder itself.
  ///   - dependencies: All specs.
  ///   - sealed: What the command has read already, and keeps of the dependencies.
  ///   - checked: The records that were checked; nil to begin with none.
  public init(
    folder: WeekFolder, lab: URL, store: ResultStore, executable: URL, dependencies: [URL],
    sealed: SealedFiles? = nil, checked: CheckedRecords? = nil
  ) {
    self.checked = checked ?? CheckedRecords(of: store)
    self.folder = folder
    self.lab = lab
    self.store = store
    self.executable = executable
    let pairs = dependencies.map { url in
      let name = Self.relativePath(url, lab: lab)
      return (name, Self.digest(ofFile: name, lab: lab, sealed))
    }
    self.dependencies = Dictionary(pairs) { first, _ in first }
  }

  /// Whether everything is as the last build left it.
  ///
  /// - Parameter inputs: Gives what identifies the inputs of external trainers, by the names of experiments, as
  ///   ``PlannedExperiment/inputs`` does; it is asked if the build stands on such.
  /// - Returns: Whether a build would change nothing.
  public func isUpToDate(inputs: (Set<String>) -> [String: String] = { _ in [:] }) -> Bool {
    guard let kept = KeptState(at: path), kept.header == header else { return false }
    // A spec that was not there at the last build, or is gone, is a change too.
    let known = Set(kept.entries.filter { $0.kind == .dependency }.map(\.name))
    let read = kept.entries.filter { $0.kind == .inputs }
    guard dependencies.keys.allSatisfy(known.contains),
      kept.entries.allSatisfy({ $0.kind == .inputs || $0.digest == digest(of: $0.kind, $0.name) }),
      kept.disputes == disputes(of: kept), kept.earlier == earlier
    else { return false }
    if !read.isEmpty {
      let now = inputs(Set(read.map(\.name)))
      guard read.allSatisfy({ now[$0.name] == $0.digest }) else { return false }
    }
    let states = store.statesOfRecords(kept.lines, every: KeptState.lineLength)
    if states.digest == kept.states { return true }
    for record in kept.records {
      guard let key = RunKey(hex: record.key), digest(of: key) == record.digest else {
        return false
      }
    }
    checked.save()
    // The records are the same after all; the next look is a short one.
    if checked.isSettled(states.newest) {
      var settled = kept
      settled.states = states.digest
      try? write(settled)
    }
    return true
  }

  /// The digest of the week's lock as this very program wrote it at the last build; nil if another one did.
  public var lockAsWritten: String? {
    guard let kept = KeptState(at: path), kept.header == header else { return nil }
    let name = Self.relativePath(folder.file(WeekFolder.lockName), lab: lab)
    return kept.entries.first { $0.kind == .file && $0.name == name }?.digest
  }

  /// Keeps the digests of the files that a build used and made.
  ///
  /// After a build that marked failures or warned nothing is kept: the next one must say so again.
  ///
  /// - Parameters:
  ///   - outcome: The outcome of the build.
  ///   - experiments: The experiments that it was built from; none where it was rendered from its lock.
  ///   - read: The names of further files that specs were read from, relative to the lab.
  /// - Throws: If it cannot be written.
  public func remember(
    _ outcome: WeekOutcome, of experiments: [PlannedExperiment] = [], alsoRead read: [String] = []
  ) throws(ReportFailure) {
    guard outcome.markedFailures.isEmpty, outcome.warnings.isEmpty else { return forget() }
    var entries = dependencies.map {
      KeptState.Entry(kind: .dependency, name: $0.key, digest: $0.value)
    }
    entries += read.filter { dependencies[$0] == nil }.map { name in
      KeptState.Entry(kind: .dependency, name: name, digest: Self.digest(ofFile: name, lab: lab))
    }
    entries += outcome.digests.map { name, digest in
      KeptState.Entry(
        kind: .file, name: Self.relativePath(folder.file(name), lab: lab), digest: digest)
    }
    entries += experiments.compactMap { experiment in
      experiment.inputs.map { KeptState.Entry(kind: .inputs, name: experiment.name, digest: $0) }
    }
    var kept = KeptState(header: header, entries: entries)
    kept.earlier = earlier
    let keys = outcome.runKeys.compactMap { RunKey(hex: $0) }
    if let seen = checked.statesSeen(of: keys) {
      // What has changed since the build looked at the records shows in their states.
      for (key, digest) in zip(keys, seen.records) { kept.add(key: key.hex, digest: digest) }
      kept.states = checked.isSettled(seen.newest) ? seen.digest : nil
    } else {
      // The states are taken first: what changes after them shows in them.
      let states = store.statesOfRecords(keys.flatMap(\.hex.utf8)[...], every: 64)
      for key in keys { kept.add(key: key.hex, digest: digest(of: key)) }
      kept.states = checked.isSettled(states.newest) ? states.digest : nil
    }
    kept.disputes = disputes(of: kept)
    checked.save()
    do throws(StoreError) {
      try write(kept)
    } catch {
      throw .file("\(error)")
    }
  }

  private func write(_ kept: KeptState) throws(StoreError) {
    try DurableFiles.createFolder(DurableFiles.parent(of: path))
    try store.replaceFile(path, Array(kept.text.utf8))
  }

  /// Makes sure that the next build is not taken for done.
  public func forget() {
    DurableFiles.removeFile(path)
  }

  private var path: String {
    store.root.appending(path: "reports/\(folder.name).txt").path(percentEncoded: false)
  }

  /// The first line: the format and the builder.
  private var header: String {
    "labbook report state 3, builder "
      + ProgramFile.identity(at: executable.resolvingSymlinksInPath().path(percentEncoded: false))
  }

  private func digest(of kind: KeptState.Entry.Kind, _ name: String) -> String {
    switch kind {
    case .dependency: dependencies[name] ?? Self.digest(ofFile: name, lab: lab)
    case .file: Self.digest(ofFile: name, lab: lab)
    case .inputs: KeptState.absent
    }
  }

  private static func digest(
    ofFile name: String, lab: URL, _ sealed: SealedFiles? = nil
  ) -> String {
    let files = NamedFiles(folder: lab.path(percentEncoded: false), sealed: sealed)
    guard let bytes = (try? files.content(of: name)) ?? nil else { return "absent" }
    return Digest.hex(of: bytes)
  }

  /// The digest of a run's record as it is now, or a word for none; what is damaged is none.
  private func digest(of key: RunKey) -> String {
    ((try? checked.check(key, anew: true)) ?? nil)?.digest ?? KeptState.absent
  }

  /// A digest of the names of the weeks before this one that have a lock.
  private var earlier: String {
    Digest.hex(of: folder.lockedWeeksBefore.map { "\($0)\n" }.joined())
  }

  /// A digest of the other results of the runs, and of the decisions between them.
  private func disputes(of kept: KeptState) -> String {
    guard let disputes = try? store.disputes(among: kept.holds) else { return KeptState.absent }
    return Digest.hex(
      of: disputes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined())
  }

  private static func relativePath(_ url: URL, lab: URL) -> String {
    let root = lab.standardized.path(percentEncoded: false)
    let prefix = root.hasSuffix("/") ? root : root + "/"
    let path = url.standardized.path(percentEncoded: false)
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}

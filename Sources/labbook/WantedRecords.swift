import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import RecordExchange
import ResultStore

/// The records that a lab wants of a remote, and what vouches for each.
///
/// What a lock names needs no signature: its digests are in git. For all other runs a manifest has to say which record
/// is meant.
struct WantedRecords {
  /// The records, in the order in which they were asked for.
  private(set) var records: [WantedRecord] = []
  /// The runs that no lock names and no manifest vouches for.
  private(set) var unknown: [RunName] = []
  private let locked: [RunKey: [RecordIdentity]]
  private let exactTrainers: Set<RunKey>

  /// Reads the lab's locks; what cannot be read of them is told by `labbook validate`.
  init(in lab: Lab) throws {
    var locked: [RunKey: [RecordIdentity]] = [:]
    var exact: Set<RunKey> = []
    for (_, lock) in Week.locks(in: lab).read {
      exact.formUnion(lock.exactObservations.compactMap { RunKey(hex: $0) })
      for (_, _, run) in lock.runs {
        guard let identity = RecordIdentity(run) else { continue }
        if locked[identity.key]?.contains(identity) != true {
          locked[identity.key, default: []].append(identity)
        }
      }
    }
    self.locked = locked
    for experiment in lab.loadSpecs().experiments where experiment.trainer?.repeatsExactly == true {
      for arm in Vocabulary.labbook.preimages(of: experiment).values {
        exact.formUnion(experiment.seeds.map { arm.run(seed: $0).key })
      }
    }
    exactTrainers = exact
  }

  /// Adds the runs of a lock.
  mutating func add(_ lock: Lock) {
    for (name, _, run) in lock.runs {
      if let identity = RecordIdentity(run) { add(identity, name) }
    }
  }

  /// Adds planned runs, as a lock of the lab or a manifest has them.
  ///
  /// - Parameters:
  ///   - runs: The runs.
  ///   - manifests: Reads the manifests of the remote; called only if a run is in no lock.
  /// - Throws: The errors of `manifests`.
  mutating func add(_ runs: [PlannedRun], manifests: () throws -> TrustedManifests) throws {
    for run in runs { for identity in locked[run.key] ?? [] { add(identity, "\(run.name)") } }
    let rest = runs.filter { locked[$0.key] == nil }
    guard !rest.isEmpty else { return }
    let vouched = Dictionary(
      grouping: try manifests().records(of: Set(rest.map(\.key))), by: \.key)
    for run in rest {
      let identities = vouched[run.key] ?? []
      if identities.isEmpty { unknown.append(run.name) }
      for identity in identities { add(identity, "\(run.name)") }
    }
  }

  private mutating func add(_ identity: RecordIdentity, _ run: String) {
    records.append(
      WantedRecord(
        identity, run: run, keepsRepetitions: !exactTrainers.contains(identity.key)))
  }
}

/// One pull with all that is told of it on standard error.
struct ToldPull {
  /// The outcome.
  let result: RecordPull.Result
  /// Whether every run that was asked for has a record here now.
  var isComplete: Bool {
    result.missing.isEmpty && result.unsound.isEmpty && unknown.isEmpty
  }
  private let unknown: [RunName]

  /// Pulls what is wanted.
  ///
  /// - Parameters:
  ///   - rclone: The remote.
  ///   - lab: The lab.
  ///   - choose: Says what is wanted, given how manifests are read.
  /// - Throws: If the remote cannot be read, or the store not be written.
  init(
    from rclone: Rclone, in lab: Lab,
    _ choose: (inout WantedRecords, () throws -> TrustedManifests) throws -> Void
  ) throws {
    let session = try lab.store.makeSession()
    defer { withExtendedLifetime(session) {} }
    var read: TrustedManifests?
    func manifests() throws -> TrustedManifests {
      if let read { return read }
      let manifests = try TrustedManifests(
        at: rclone, signersFile: lab.signersFile, store: lab.store, session: session.path)
      for refusal in manifests.refusals { printError("warning: \(refusal)") }
      read = manifests
      return manifests
    }
    var wanted = try WantedRecords(in: lab)
    try choose(&wanted, manifests)
    let counter = CheckCounter()
    result = try RecordPull(from: rclone, to: lab.store, session: session.path)
      .pull(wanted.records) { counter.show($0, of: $1) }
    counter.clear()
    unknown = wanted.unknown
    for sentence in result.unsound { printError("error: \(sentence)") }
    for sentence in result.differing { printError("warning: \(sentence)") }
    if let failure = result.failure { printError("warning: \(failure)") }
    tell(result.missing.map(\.run), "the remote has no record of")
    tell(
      unknown.map { "\($0)" },
      "no lock names, and no manifest that is believed vouches for, a record of")
  }

  private func tell(_ runs: [String], _ words: String) {
    guard !runs.isEmpty else { return }
    let shown = runs.prefix(8).joined(separator: ", ")
    let others = runs.count > 8 ? " and \(runs.count - 8) more" : ""
    printError("warning: \(words) \(shown)\(others)")
  }

  /// The counts in words.
  var summary: String {
    var parts = ["\(result.adopted) pulled", "\(result.held) here already"]
    let missing = result.missing.count + unknown.count
    if missing > 0 { parts.append("\(missing) not to be had") }
    if !result.unsound.isEmpty { parts.append("\(result.unsound.count) not sound") }
    return parts.joined(separator: ", ")
  }
}

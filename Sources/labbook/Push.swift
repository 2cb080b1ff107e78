import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import RecordExchange
import ResultStore

/// `labbook push`: puts records where others can fetch them.
struct Push: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Put the store's records where others can fetch them, by rclone.",
    discussion: """
      One object for each record, named by its run key and its digest; what is there is never overwritten. Without \
      --week or --experiment every record of the store goes. Repetitions, other results of a run, outputs without a \
      record, logs and checkpoints stay here. A record says on which machine, by which command and from which commit it \
      was made.

      With a signing key of ssh-keygen the push also leaves a signed manifest, by which others can pull runs that no \
      lock names yet; see docs/shared-store.md.

      Examples:
        labbook push /groups/lab/records             a folder
        labbook push group:bucket/records            a remote of 'rclone config'
        labbook push group:bucket/records --week 2026-W45 --sign ~/.ssh/id_ed25519
      """)

  /// The variable with the path of the signing key.
  static let signingKeyVariable = "LABBOOK_SIGNING_KEY"

  @Argument(
    help: "A remote of labbook.yaml, a folder, or an address of rclone; the only remote by default."
  )
  var remote: String?

  @OptionGroup var choice: RemoteChoice

  @Option(
    help: ArgumentHelp(
      "Sign a manifest with this key; by default the one that \(Self.signingKeyVariable) names.",
      valueName: "key"),
    completion: .file(), transform: givenPath)
  var sign: String?

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let rclone = try lab.rclone(remote)
      let session = try lab.store.makeSession()
      defer { withExtendedLifetime(session) {} }
      let push = RecordPush(from: lab.store, to: rclone, session: session.path)
      // What cannot be signed is not pushed for others to execute again.
      if let signingKey { try push.check(signingKey) }
      let counter = CheckCounter()
      let result = try push.push(keys(in: lab)) { counter.show($0, of: $1) }
      counter.clear()
      for damage in result.damages { printError("error: \(damage)") }
      print(
        "\(rclone.remote): \(result.uploaded) of \(result.records.count) records pushed (\(FileSize.words(result.bytes))), "
          + "\(result.records.count - result.uploaded) were there")
      try vouch(for: result.records, push, rclone, lab, session.path)
      if !result.damages.isEmpty { throw ExitCode.failure }
    }
  }

  /// The keys of the runs that were asked for, sorted.
  private func keys(in lab: Lab) throws -> [RunKey] {
    guard choice.isGiven else { return try lab.store.keys() }
    var keys = Set(try choice.runs(in: lab).map(\.key))
    for week in try choice.chosenWeeks(in: lab) {
      keys.formUnion(try week.requiredLock().runs.compactMap { RunKey(hex: $0.run.key) })
    }
    return keys.sorted()
  }

  /// The path of the key to sign with; nil to sign nothing.
  private var signingKey: String? {
    let variable = ProcessInfo.processInfo.environment[Self.signingKeyVariable] ?? ""
    return sign ?? (variable.isEmpty ? nil : variable)
  }

  /// Signs what nobody whom the lab believes vouches for yet.
  private func vouch(
    for records: [RecordIdentity], _ push: RecordPush, _ rclone: Rclone, _ lab: Lab,
    _ session: String
  ) throws {
    guard let key = signingKey, !records.isEmpty else { return }
    let known = try TrustedManifests(
      at: rclone, signersFile: lab.signersFile, store: lab.store, session: session)
    let new = records.filter { known.signers[$0] == nil }
    guard !new.isEmpty else { return print("all of them are in signed manifests already") }
    let signed = try push.sign(new, with: key)
    let signer =
      DurableFiles.exists(lab.signersFile)
      ? try ManifestSignature.signer(of: signed, among: lab.signersFile, session: session) : nil
    print("signed a manifest of \(new.count) records\(signer.map { " as \($0)" } ?? "")")
    if signer == nil {
      printError(
        "warning: the lab's \(ManifestSignature.signersFile) does not name this key, so nobody believes the manifest "
          + "until a line with it is committed")
    }
  }
}

/// The options that choose what is pushed or pulled.
struct RemoteChoice: ParsableArguments {
  @Option(
    name: .customLong("week"),
    help: "The runs of this week's lock, or of a standing report's; may be repeated.",
    completion: Completions.reports)
  var weeks: [String] = []

  @Option(name: .customLong("experiment"), help: "The runs of this experiment; may be repeated.")
  var experiments: [String] = []

  /// Whether anything was chosen.
  var isGiven: Bool { !weeks.isEmpty || !experiments.isEmpty }

  /// The weeks chosen.
  func chosenWeeks(in lab: Lab) throws -> [Week] { try weeks.map { try Week($0, in: lab) } }

  /// The runs of the experiments chosen, stages included.
  func runs(in lab: Lab) throws -> [PlannedRun] {
    try plannedRuns(
      of: lab.loadSpecs().experiments(named: experiments), in: lab.store, vocabulary: .labbook)
  }
}

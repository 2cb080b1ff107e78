internal import CanonicalJSON
internal import ChildProcesses
internal import Foundation
internal import Glibc
package import ResultStore

/// One execution of an external trainer: from its preimage to what becomes the record.
package struct TrainerExecution {
  private let key: RunKey
  private let run: ExternalRun
  private let job: TrainerJob
  /// The store where digests of inputs are remembered.
  private let store: ResultStore
  /// The session of the execution, which is gone with its process.
  private let session: String
  private let inputs: TrainerInputs
  /// The scratch folder of the run, with config, output and kept files.
  private let scratch: String
  /// How long a trainer that was asked to end has for its last words and a checkpoint.
  package var grace = Duration.seconds(10)

  /// The result of an execution.
  package struct Result {
    package var observed: ObservedRecord
    /// The folder where the files lie that the record keeps.
    package var files: String
  }

  /// How an execution ended without a result, though nothing failed.
  package struct Interrupted: Error {}

  /// Prepares an execution.
  ///
  /// - Throws: ``ExternalRunError`` if the preimage is of no run that this version executes.
  package init(
    of preimage: RunPreimage, _ job: TrainerJob, store: ResultStore, session: String
  ) throws {
    key = preimage.key
    run = try ExternalRun(preimage)
    self.job = job
    self.store = store
    self.session = session
    inputs = TrainerInputs(
      inputs: job.inputs, environment: job.environment, stated: run.states)
    scratch = try DurableFiles.temporaryFolder(in: session, prefix: "trainer-")
  }

  /// The versions of the packages that its lock file names; nothing where its environment is of another kind.
  package var lockedPackages: LockedPackages? {
    guard case .lock(let path)? = job.environment else { return nil }
    return LockedPackages(file: InputStates(lab: job.lab, store: store).path(of: path))
  }

  /// Removes what only this execution needed.
  package func cleanUp() { DurableFiles.remove(scratch) }

  /// Executes the command and reads its output.
  ///
  /// - Parameters:
  ///   - isToStop: Whether the execution is to be given up; asked a few times a second.
  ///   - resumed: Is called where the trainer is handed back what it left.
  ///   - note: Is told what a person has to know.
  ///   - progress: Is told how far the trainer says it is.
  /// - Returns: What becomes the record.
  /// - Throws: ``TrainerFailure`` with one sentence, ``Interrupted``, or ``StoreError`` if something cannot be written.
  package func result(
    isToStop: () -> Bool, resumed: () -> Void = {}, note: (String) -> Void = { _ in },
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> Result {
    let before = InputStates(lab: job.lab, store: store)
    if let problem = inputs.problem(with: before, isOver: false) { throw TrainerFailure(problem) }
    for folder in ["output", "kept"] {
      try DurableFiles.createFolder("\(scratch)/\(folder)", waits: false)
    }
    let config = Array((run.settings.json.text + "\n").utf8)
    try DurableFiles.create("\(scratch)/config.json", config, waits: false)
    let log = try TrainerLog(at: TrainerLog.file(of: key, in: session))
    let (folder, isResumed, claim) = try resumeFolder(before, note)
    defer { withExtendedLifetime(claim) {} }
    if isResumed { resumed() }
    do {
      try execute(
        log, in: folder?.path, holding: claim, isToStop: isToStop, progress: progress)
    } catch {
      // Without the note the times have to tell.
      if let folder, isUnchanged(since: before) { try? folder.settle(scratch: scratch) }
      throw error
    }
    let after = InputStates(lab: job.lab, store: store)
    if let problem = inputs.problem(with: after, isOver: true)
      ?? inputs.problem(between: before, and: after)
    {
      throw TrainerFailure(with(problem, log))
    }
    do throws(TrainerFailure) {
      if let problem = linkProblem { throw TrainerFailure(problem) }
      var observed = try ObservedRecord(
        of: run.results, in: "\(scratch)/output", .observed, isResumed: isResumed)
      observed.record.files = try keep(config, before)
      DurableFiles.remove(unreadOutput)
      return Result(observed: observed, files: "\(scratch)/kept")
    } catch {
      throw TrainerFailure(
        with(error.description + keptOutput(isOfRequest: error.isOfRequest), log),
        isOfRequest: error.isOfRequest)
    }
  }

  // MARK: - The state of an earlier execution

  /// The folder of checkpoints, ready for the trainer, whether it holds a state to go on from, and the right to it; all nil
  /// where the trainer is to have none.
  private func resumeFolder(
    _ states: InputStates, _ note: (String) -> Void
  ) throws -> (folder: ResumeFolder?, isResumed: Bool, claim: RunClaim?) {
    guard let checkpoints = job.checkpoints else { return (nil, false, nil) }
    guard let claim = try store.claimCheckpoint(of: key) else {
      note(
        "another trainer is still at work in its folder of checkpoints, so this one begins anew and keeps none"
      )
      return (nil, false, nil)
    }
    let folder = ResumeFolder(at: checkpoints)
    let named = inputs.named(states)
    var isResumed = folder.isUsed
    if isResumed, let problem = folder.problem(with: named) {
      try folder.setAside()
      isResumed = false
      note(
        "what its trainer left in its folder of checkpoints is not used: \(problem); it lies in \(shown(folder.aside)) now, and the run starts over"
      )
    }
    try folder.begin(with: named, scratch: scratch)
    return (folder, isResumed, claim)
  }

  /// Whether the inputs are as they were, and none was written meanwhile.
  private func isUnchanged(since before: InputStates) -> Bool {
    let now = InputStates(lab: job.lab, store: store)
    return inputs.problem(with: now, isOver: true) == nil
      && inputs.problem(between: before, and: now) == nil
  }

  /// The fault of a file that is read and lies elsewhere: other runs may have written it.
  private var linkProblem: String? {
    let path = run.results.path
    guard let file = InputStates.realPath("\(scratch)/output/\(path)"),
      let own = InputStates.realPath(scratch), !file.utf8.starts(with: "\(own)/output/".utf8)
    else { return nil }
    return
      "\(path): a link leads out of the output folder, to what other runs may have written; have the trainer write it there"
  }

  // MARK: - Output that cannot be read

  /// The folder where output stays of which no record could be made.
  private var unreadOutput: String { store.unreadOutput(of: key) }

  /// A path as a person in the lab's folder names it.
  private func shown(_ path: String) -> String {
    let lab = job.lab.hasSuffix("/") ? job.lab : job.lab + "/"
    return path.hasPrefix(lab) ? String(path.dropFirst(lab.count)) : path
  }

  /// Keeps the output of a command that ended well: hours of training are not lost to a wrong name in the spec.
  ///
  /// - Returns: Words that follow a sentence; none if there is nothing to keep, or it cannot be kept.
  private func keptOutput(isOfRequest: Bool) -> String {
    let output = "\(scratch)/output"
    guard let names = try? DurableFiles.names(in: output), !names.isEmpty else { return "" }
    DurableFiles.remove(unreadOutput)
    do {
      try DurableFiles.createFolder(DurableFiles.parent(of: unreadOutput))
      guard try DurableFiles.moveFolder(output, to: unreadOutput) else { return "" }
    } catch { return "" }
    let use = isOfRequest ? ", for 'labbook import' once the spec asks for what is there" : ""
    return "; its output is kept in \(shown(unreadOutput))\(use)"
  }

  // MARK: - The process

  private func execute(
    _ log: TrainerLog, in resumeFolder: String?, holding claim: RunClaim?, isToStop: () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws {
    let checkpoints = resumeFolder ?? "\(scratch)/checkpoints"
    if resumeFolder == nil { try DurableFiles.createFolder(checkpoints, waits: false) }
    var values = [
      "config": "\(scratch)/config.json", "seed": "\(run.seed)", "output": "\(scratch)/output",
      "resume": checkpoints,
    ]
    values.merge(run.settings.arguments) { first, _ in first }
    let places = InputStates(lab: job.lab, store: store)
    for (name, input) in job.inputs {
      values[CommandTemplate.placeholder(ofInput: name)] = places.path(of: input.path)
    }
    let process: ChildProcess
    do throws(ChildProcessError) {
      process = try ChildProcess(
        run.command.words(with: values), environment: .only(variables), inputFile: "/dev/null",
        errorFile: nil, folder: job.lab, held: claim?.descriptor)
    } catch {
      let program = run.command.words[0]
      let isPath = program.contains("/") || program.contains("{")
      let path = places.path(of: run.command.words(with: values)[0])
      let reason =
        isPath && DurableFiles.isFolder(path)
        ? "it is a folder"
        : isPath && DurableFiles.exists(path) && access(path, X_OK) != 0
          ? "it may not be executed, as 'chmod +x' makes it" : error.reason
      throw TrainerFailure(
        "its command cannot be started: \(program), "
          + (isPath ? "seen from the lab's folder" : "looked up in PATH") + ": \(reason)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    var isOpen = true
    var nextLook = start + .milliseconds(500)
    var end: ChildProcess.ExitStatus?
    var ending: Ending?
    while end == nil {
      if isOpen, !ChildProcess.ready([process.output], milliseconds: 100).isEmpty {
        if let bytes = process.readBytes() { log.append(bytes) } else { isOpen = false }
      } else if !isOpen {
        usleep(2_000)
      }
      end = process.end
      let now = clock.now
      if let ending {
        if end == nil, now >= ending.deadline { end = process.terminate() }
      } else if end == nil, now >= nextLook {
        nextLook = now + .milliseconds(500)
        if isToStop() {
          ending = Ending(limit: nil, deadline: now + grace)
        } else if let limit = excess(of: process, after: (now - start) / .seconds(1)) {
          ending = Ending(limit: limit, deadline: now + grace)
        }
        if ending != nil {
          process.endWithTree()
          ProcessTree.askToEnd(below: process.id)
        } else if let (done, total) = log.progress {
          progress(done, total)
        }
      }
    }
    drain(process, log, isOpen: isOpen)
    if let ending {
      guard let limit = ending.limit else { throw Interrupted() }
      throw TrainerFailure(with(limit.words, log), keepsCheckpoints: limit.isTime)
    }
    guard end == .exited(0) else {
      let words = end.map { "\($0)" } ?? "ended"
      throw TrainerFailure(
        with("its command \(words)", log), keepsCheckpoints: end.map { !$0.isOwnFault } ?? false)
    }
  }

  /// The way in which a trainer is brought to its end: it is asked, and killed where that does not help.
  private struct Ending {
    /// The limit that it has passed; nil where somebody interrupts it.
    var limit: (words: String, isTime: Bool)?
    var deadline: ContinuousClock.Instant
  }

  /// Takes what the trainer had still printed; a process that it left behind and that holds the pipe is gone by now.
  private func drain(_ process: ChildProcess, _ log: TrainerLog, isOpen: Bool) {
    var isOpen = isOpen
    while isOpen, !ChildProcess.ready([process.output], milliseconds: 0).isEmpty {
      if let bytes = process.readBytes() { log.append(bytes) } else { isOpen = false }
    }
  }

  /// The limit that the trainer has passed, in a sentence; nil if it has passed none.
  private func excess(
    of process: ChildProcess, after seconds: Double
  ) -> (words: String, isTime: Bool)? {
    if let limit = job.resources.seconds, seconds > Double(limit) {
      let words = TrainerResources.words(seconds: limit)
      return ("its command was ended, for it took longer than its time of \(words)", true)
    }
    if let limit = job.resources.memory {
      let used = ProcessTree.residentMemory(below: process.id)
      if used > limit {
        let words = "\(used / 1_000_000) MB of memory, more than its \(limit / 1_000_000) MB"
        return ("its command was ended, for it used \(words)", false)
      }
    }
    return nil
  }

  /// A sentence with the end of the log.
  private func with(_ sentence: String, _ log: TrainerLog) -> String {
    let lines = log.lastLines
    return lines.isEmpty
      ? "\(sentence); it had printed nothing"
      : "\(sentence); its last words: \(lines.joined(separator: " | "))"
  }

  /// The variables that say where things are, which every command is given.
  private static let places = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
    "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
  ]

  /// The environment of the command: places, what the key holds, secrets, and the GPUs that it was given.
  private var variables: [String: String] {
    let own = ProcessInfo.processInfo.environment
    var variables: [String: String] = [:]
    for name in Self.places + job.secrets { variables[name] = own[name] }
    // A log that is to be followed must not wait in a buffer.
    variables["PYTHONUNBUFFERED"] = "1"
    variables.merge(run.variables) { $1 }
    variables["CUDA_VISIBLE_DEVICES"] = job.devices.joined(separator: ",")
    return variables
  }

  // MARK: - What is kept

  private func keep(_ config: [UInt8], _ states: InputStates) throws(TrainerFailure) -> [KeptFile] {
    let folder = "\(scratch)/kept"
    var files = try KeptFiles.gather(
      run.results.keep, in: "\(scratch)/output", into: folder, isMoving: true)
    var texts = [("config.json", config)]
    for (prefix, _, state) in inputs.named(states) {
      guard let text = state.text else { continue }
      texts.append(
        (
          "\(prefix.dropLast().split(separator: ".").joined(separator: "/"))/\(text.name)",
          text.bytes
        ))
    }
    for (path, bytes) in texts {
      do throws(StoreError) {
        let place = "\(folder)/\(path)"
        try DurableFiles.createFolder(DurableFiles.parent(of: place), waits: false)
        try DurableFiles.create(place, bytes, waits: false)
      } catch { throw TrainerFailure("\(error)") }
      files.append(try KeptFiles.kept(path, in: folder))
    }
    return files.sorted { CanonicalText.precedes($0.path, $1.path) }
  }
}

internal import CanonicalJSON
internal import ExternalTrainers
internal import ResultStore

/// The notes that are taken of each step of the optimizer, so that the execution can be compared with others.
public enum UpdateTracing: String, Equatable, Sendable {
  /// How much of the budget was used.
  case steps
  /// That, and a digest of every parameter tensor.
  case tensors

  /// The file of the trace beside a staged record.
  static func file(beside staged: String) -> String { "\(staged).trace" }
}

/// A worker's job: a run to train, as one line of JSON.
///
/// The job is the preimage itself. A worker reads no spec, so that an edit made meanwhile cannot
/// reach a run that was planned before it.
struct WorkerJob: Equatable, Sendable {
  /// The run's name for messages.
  var name: String
  var preimage: RunPreimage
  /// The store's folder, where the records of the run's stages are.
  var store: String
  /// The folder in which the worker writes the finished record.
  var session: String
  /// The provenance as far as the parent knows it.
  var provenance: Provenance
  /// Seconds of processor time between two checkpoints; none: the run neither keeps nor reads any.
  var checkpointSeconds: Double?
  /// The notes to take of each step of the optimizer; their file stands beside the finished record.
  var tracing: UpdateTracing?
  /// Where a run of an external trainer is executed; nil where the engine trains.
  var trainer: TrainerJob?

  var line: String {
    JSONValue.object(
      [
        .init("name", .string(name)),
        .init("preimage", .string(preimage.text)),
        .init("store", .string(store)),
        .init("session", .string(session)),
        .init("provenance", provenance.json),
      ] + (checkpointSeconds.map { [.init("checkpoint_every", .number($0))] } ?? [])
        + (tracing.map { [.init("trace", .string($0.rawValue))] } ?? [])
        + (trainer.map { [.init("trainer", $0.json)] } ?? [])
    ).compactText + "\n"
  }

  init(
    name: String, preimage: RunPreimage, store: String, session: String, provenance: Provenance,
    checkpointSeconds: Double? = nil, tracing: UpdateTracing? = nil, trainer: TrainerJob? = nil
  ) {
    self.tracing = tracing
    self.trainer = trainer
    self.name = name
    self.preimage = preimage
    self.store = store
    self.session = session
    self.provenance = provenance
    self.checkpointSeconds = checkpointSeconds
  }

  /// Reads a line; `nil` if it is no job.
  init?(line: [UInt8]) {
    guard let json = try? JSONValue(bytes: line),
      let name = json["name"]?.string,
      let preimage = json["preimage"]?.string.flatMap({ try? RunPreimage(text: $0) }),
      let store = json["store"]?.string, let session = json["session"]?.string,
      let provenance = json["provenance"].flatMap(Provenance.init(json:))
    else { return nil }
    self.init(
      name: name, preimage: preimage, store: store, session: session, provenance: provenance,
      checkpointSeconds: json["checkpoint_every"]?.double,
      tracing: json["trace"]?.string.flatMap(UpdateTracing.init(rawValue:)),
      trainer: json["trainer"].flatMap(TrainerJob.init(json:)))
  }
}

/// A message of a worker, as one line of JSON.
enum WorkerMessage: Equatable, Sendable {
  /// The worker waits for jobs.
  case ready
  /// How far the run is.
  case progress(steps: Int, budget: Int)
  /// The run goes on from a checkpoint at this step.
  case resumed(steps: Int)
  /// Whether the run depends on the checkpoint that it found: it goes on from that, and has kept none since.
  case onTrial(Bool)
  /// The run ended as a signal asked, with a checkpoint at this step or with none yet; the worker waits for the next.
  case suspended(steps: Int?)
  /// A sentence about the run, for people.
  case note(String)
  /// The record is finished in this folder.
  case staged(String)
  /// The record is finished and cannot be written.
  case unstorable(String)
  /// The run failed; the worker waits for the next.
  case failed(String)
  /// The run failed since its trainer was ended by somebody, or by its time; what it left to go on from is as good as
  /// before.
  case ended(String)
  /// The run failed since its output lacks what its spec reads, which other runs with the same metrics would lack too.
  case lacking(String)

  var line: String {
    let json: JSONValue =
      switch self {
      case .ready: .object([.init("ready", .boolean(true))])
      case .progress(let steps, let budget):
        .object([.init("steps", .integer(steps)), .init("budget", .integer(budget))])
      case .resumed(let steps): .object([.init("resumed", .integer(steps))])
      case .onTrial(let isOnTrial): .object([.init("on_trial", .boolean(isOnTrial))])
      case .suspended(let steps):
        .object([.init("suspended", steps.map { .integer($0) } ?? .boolean(false))])
      case .note(let text): .object([.init("note", .string(text))])
      case .staged(let path): .object([.init("staged", .string(path))])
      case .unstorable(let problem): .object([.init("unstorable", .string(problem))])
      case .failed(let problem): .object([.init("failed", .string(problem))])
      case .ended(let problem): .object([.init("ended", .string(problem))])
      case .lacking(let problem): .object([.init("lacking", .string(problem))])
      }
    return json.compactText + "\n"
  }

  /// Reads a line; `nil` if it is no message.
  init?(line: [UInt8]) {
    guard let json = try? JSONValue(bytes: line) else { return nil }
    if json["ready"] == .boolean(true) {
      self = .ready
    } else if let steps = json["steps"]?.integer, let budget = json["budget"]?.integer {
      self = .progress(steps: steps, budget: budget)
    } else if let steps = json["resumed"]?.integer {
      self = .resumed(steps: steps)
    } else if let steps = json["suspended"]?.integer {
      self = .suspended(steps: steps)
    } else if json["suspended"] == .boolean(false) {
      self = .suspended(steps: nil)
    } else if case .boolean(let isOnTrial)? = json["on_trial"] {
      self = .onTrial(isOnTrial)
    } else if let text = json["note"]?.string {
      self = .note(text)
    } else if let path = json["staged"]?.string {
      self = .staged(path)
    } else if let problem = json["unstorable"]?.string {
      self = .unstorable(problem)
    } else if let problem = json["failed"]?.string {
      self = .failed(problem)
    } else if let problem = json["ended"]?.string {
      self = .ended(problem)
    } else if let problem = json["lacking"]?.string {
      self = .lacking(problem)
    } else {
      return nil
    }
  }
}

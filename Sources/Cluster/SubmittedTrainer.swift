internal import CanonicalJSON
internal import ExternalTrainers
internal import ResultStore

/// A trainer as a submission keeps it: what its runs need and their preimages do not hold.
struct SubmittedTrainer {
  private var inputs: [String: TrainerInput]
  private var environment: TrainerEnvironment?
  private var secrets: [String]
  private var resources: TrainerResources
  private var mayResume: Bool
  private var repeatsExactly: Bool
  private var tolerances: [String: Double]

  init(_ trainer: ExternalTrainer) {
    inputs = trainer.inputs
    environment = trainer.environment
    secrets = trainer.secrets
    resources = trainer.resources
    mayResume = trainer.mayResume
    repeatsExactly = trainer.repeatsExactly
    tolerances = trainer.tolerances
  }

  /// The trainer of a run, with the command and the results that the preimage states; nil if it states none.
  func trainer(of preimage: RunPreimage) -> ExternalTrainer? {
    guard let run = try? ExternalRun(preimage) else { return nil }
    var trainer = ExternalTrainer(
      command: run.command, inputs: inputs, environment: environment,
      variables: run.variables.mapValues { $0 }, secrets: secrets, resources: resources,
      results: run.results, mayResume: mayResume, repeatsExactly: repeatsExactly)
    for position in trainer.results.metrics.indices {
      trainer.results.metrics[position].within =
        tolerances[trainer.results.metrics[position].name]
    }
    return trainer
  }

  /// The JSON of it, for a trainer that works in the folder `lab`.
  func json(lab: String) -> JSONValue {
    let job = TrainerJob(
      ExternalTrainer(
        command: CommandTemplate([]), inputs: inputs, environment: environment, secrets: secrets,
        resources: resources, results: ObservedResults(format: "", path: "", metrics: [])),
      lab: lab)
    return .object([
      .init("job", job.json), .init("resume", .boolean(mayResume)),
      .init("exact", .boolean(repeatsExactly)),
      .init("within", .sorted(tolerances.mapValues(JSONValue.number))),
    ])
  }

  /// Reads what ``json(lab:)`` wrote; nil if it is something else.
  init?(json: JSONValue) {
    guard let job = json["job"].flatMap(TrainerJob.init(json:)),
      case .boolean(let mayResume) = json["resume"], case .boolean(let exact) = json["exact"],
      let within = json["within"]?.members
    else { return nil }
    inputs = job.inputs
    environment = job.environment
    secrets = job.secrets
    resources = job.resources
    self.mayResume = mayResume
    repeatsExactly = exact
    tolerances = [:]
    for member in within { tolerances[member.name] = member.value.double }
  }
}

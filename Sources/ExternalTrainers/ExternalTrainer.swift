/// A command that trains, with everything that its results depend on and what is read of them.
///
/// Not in the run key, since no result depends on it: resources, secrets, tolerances, titles, units, and the paths of
/// inputs.
public struct ExternalTrainer: Hashable, Sendable {
  /// The command; it is executed in the lab's folder.
  public var command: CommandTemplate
  /// The inputs by the names that the spec gives them.
  public var inputs: [String: TrainerInput]
  /// The software that it runs on; nil if the spec names none.
  public var environment: TrainerEnvironment?
  /// Environment variables whose values are part of the key; nil stands for the value that labbook itself was given.
  public var variables: [String: String?]
  /// Environment variables that are passed on, and neither stored nor hashed.
  public var secrets: [String]
  /// The means that a run may use.
  public var resources: TrainerResources
  /// The parts of the output that become the record.
  public var results: ObservedResults
  /// Whether it goes on from what it left in the folder of checkpoints.
  public var mayResume: Bool
  /// Whether a repetition that differs by a single bit is a conflict, as for the engine's own runs.
  public var repeatsExactly: Bool

  /// Creates a trainer.
  public init(
    command: CommandTemplate, inputs: [String: TrainerInput] = [:],
    environment: TrainerEnvironment? = nil, variables: [String: String?] = [:],
    secrets: [String] = [], resources: TrainerResources = TrainerResources(),
    results: ObservedResults, mayResume: Bool = false, repeatsExactly: Bool = false
  ) {
    self.command = command
    self.inputs = inputs
    self.environment = environment
    self.variables = variables
    self.secrets = secrets
    self.resources = resources
    self.results = results
    self.mayResume = mayResume
    self.repeatsExactly = repeatsExactly
  }

  /// The largest differences of a repetition that are within the tolerance, by metric.
  public var tolerances: [String: Double] {
    var tolerances: [String: Double] = [:]
    for metric in results.metrics { tolerances[metric.name] = metric.within }
    return tolerances
  }
}

package import CanonicalJSON

/// Where a run of an external trainer is executed, and what it may use. Nothing of it is in the run's key.
package struct TrainerJob: Equatable, Sendable {
  /// The lab's folder, in which the command works.
  package var lab: String
  /// The inputs by their names.
  package var inputs: [String: TrainerInput]
  package var environment: TrainerEnvironment?
  /// The environment variables that are passed on.
  package var secrets: [String]
  package var resources: TrainerResources
  /// The GPUs that are handed out to it, as `CUDA_VISIBLE_DEVICES` names them.
  package var devices: [String]
  /// The folder of its checkpoints; nil where it neither leaves nor finds any.
  package var checkpoints: String?

  /// The job of a trainer's run.
  package init(
    _ trainer: ExternalTrainer, lab: String, devices: [String] = [], checkpoints: String? = nil
  ) {
    self.lab = lab
    inputs = trainer.inputs
    environment = trainer.environment
    secrets = trainer.secrets
    resources = trainer.resources
    self.devices = devices
    self.checkpoints = trainer.mayResume ? checkpoints : nil
  }

  /// The job as a worker is given it.
  package var json: JSONValue {
    func texts(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
    return .object([
      .init("lab", .string(lab)),
      .init("inputs", .sorted(inputs.mapValues { texts([$0.kind, $0.path]) })),
      .init("environment", environment.map { texts([$0.kind, $0.text]) } ?? .null),
      .init("secrets", texts(secrets)),
      .init("gpus", .integer(resources.gpus)),
      .init("memory", resources.memory.map(JSONValue.integer) ?? .null),
      .init("seconds", resources.seconds.map(JSONValue.integer) ?? .null),
      .init("devices", texts(devices)),
      .init("checkpoints", checkpoints.map(JSONValue.string) ?? .null),
    ])
  }

  /// Reads what ``json`` wrote; nil if it is something else.
  package init?(json: JSONValue) {
    func texts(_ value: JSONValue?) -> [String]? {
      value?.elements.flatMap { elements in
        let texts = elements.compactMap(\.string)
        return texts.count == elements.count ? texts : nil
      }
    }
    guard let lab = json["lab"]?.string, let members = json["inputs"]?.members,
      let secrets = texts(json["secrets"]), let gpus = json["gpus"]?.integer,
      let devices = texts(json["devices"])
    else { return nil }
    inputs = [:]
    for member in members {
      guard let pair = texts(member.value), pair.count == 2,
        let input = TrainerInput(kind: pair[0], path: pair[1])
      else { return nil }
      inputs[member.name] = input
    }
    if let pair = texts(json["environment"]), pair.count == 2 {
      environment = TrainerEnvironment(kind: pair[0], pair[1])
    }
    self.lab = lab
    self.secrets = secrets
    self.devices = devices
    resources = TrainerResources(
      gpus: gpus, memory: json["memory"]?.integer, seconds: json["seconds"]?.integer)
    checkpoints = json["checkpoints"]?.string
  }
}

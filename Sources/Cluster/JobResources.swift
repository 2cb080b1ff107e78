internal import ExternalTrainers
public import ExperimentRunner

/// The resources that a run asks a cluster for beyond what every task has; runs with equal ones share an array.
public struct JobResources: Hashable, Sendable {
  /// Whether an external trainer makes it, which has its task's processors for itself.
  public var isExternal: Bool
  /// The GPUs that it has for itself.
  public var gpus: Int
  /// The most bytes of memory that its processes may take; nil if nothing says.
  public var memory: Int?
  /// The most seconds that it may take; nil if nothing says.
  public var seconds: Int?

  /// Whether it goes on from where it was interrupted, as the engine's own runs do.
  public var mayResume: Bool

  /// Creates resources; those of the engine's own runs without arguments.
  public init(
    isExternal: Bool = false, gpus: Int = 0, memory: Int? = nil, seconds: Int? = nil,
    mayResume: Bool = true
  ) {
    self.isExternal = isExternal
    self.mayResume = mayResume
    self.gpus = gpus
    self.memory = memory
    self.seconds = seconds
  }

  /// The resources of a run.
  public init(of run: PlannedRun) {
    guard let trainer = run.trainer else {
      self.init()
      return
    }
    let resources = trainer.resources
    self.init(
      isExternal: true, gpus: resources.gpus, memory: resources.memory, seconds: resources.seconds,
      mayResume: trainer.mayResume)
  }
}

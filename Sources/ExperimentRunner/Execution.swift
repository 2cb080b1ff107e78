internal import ChildProcesses
internal import ResultStore

/// One execution under way: a loop on one thread over the outputs of the workers.
///
/// A run starts when the records of its stages are in the store, so the runs that are ready go to the
/// workers in their order, and the others wait. Executions on one store share the work: each claims a run, looks whether
/// somebody has stored it meanwhile, and executes it; a run that another one has claimed is left until that one is done.
struct Execution {
  let executor: RunExecutor
  let runs: [PlannedRun]
  /// The runs to execute, each key once: those asked for, and before them their missing stages.
  let queue: [PlannedRun]
  let queuedKeys: Set<RunKey>
  /// The runs that are executed whatever the store or another execution has.
  let forcedKeys: Set<RunKey>
  /// The runs of the queue that have not been started, in its order; those at its beginning go first.
  var waiting: ArraySlice<PlannedRun>
  var outcomes: [RunKey: RunOutcome] = [:]
  /// The runs that were begun anew, since they did not outlive their checkpoint.
  var startedOver: Set<RunKey> = []
  /// The runs that others have claimed.
  var elsewhere = ClaimedElsewhere()
  var workers: [Worker] = []
  /// The folder of the session, where workers write.
  var session = ""
  var wasInterrupted = false
  var hasToldOfDevices = false
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// The cost of the queue, and the unit of its budgets, if they have one.
  private let queueCost: Int
  private let queueUnit: PlannedRun.Unit?
  /// Cost of finished runs, the part of it that was really spent, and the steps made for it.
  var finishedCost = 0
  var spentCost = 0
  var madeSteps = 0

  init(_ executor: RunExecutor, _ runs: [PlannedRun], stages: [PlannedRun], force: Bool) throws {
    self.executor = executor
    self.runs = runs
    self.start = clock.now
    let known = Dictionary((runs + stages).map { ($0.key, $0) }) { first, _ in first }
    var seen: Set<RunKey> = []
    var queue: [PlannedRun] = []
    func add(_ run: PlannedRun) {
      guard seen.insert(run.key).inserted else { return }
      for key in run.stages {
        if let stage = known[key], stage.needsExecution { add(stage) }
      }
      queue.append(run)
    }
    for run in runs where force || run.needsExecution { add(run) }
    self.queue = queue
    self.queuedKeys = seen
    self.waiting = queue[...]
    queueCost = queue.reduce(0) { $0 + $1.cost }
    let units = Set(queue.map(\.unit))
    queueUnit = units.count == 1 ? units.first : nil
    self.forcedKeys = force ? Set(runs.map(\.key)) : []
  }

  /// The outcomes so far.
  var result: ExecutionResult {
    func outcome(of run: PlannedRun) -> RunOutcome {
      guard var outcome = outcomes[run.key] else {
        return RunOutcome(
          run: run, result: queuedKeys.contains(run.key) ? .interrupted : .cached)
      }
      outcome.run = run
      return outcome
    }
    let asked = Set(runs.map(\.key))
    return ExecutionResult(
      outcomes: runs.map(outcome),
      stages: queue.filter { !asked.contains($0.key) }.map(outcome),
      progress: progress, wasInterrupted: wasInterrupted)
  }

  mutating func run(_ event: (ExecutionEvent) -> Void) throws {
    // A file that cannot be removed does no harm.
    try? executor.store.removeFinishedCheckpoints()
    guard !queue.isEmpty else { return }
    let interruption = Interruption()
    let session = try executor.store.makeSession()
    self.session = session.path
    // Workers go first, then what they were writing.
    defer { withExtendedLifetime(session) {} }
    defer { workers = [] }
    let provenance = executor.provenance
    failRunsWithoutStages(event)
    failRunsWithoutTrainers(event)
    while outcomes.count < queue.count {
      if interruption.count > 0 && !wasInterrupted { stop(event) }
      if wasInterrupted {
        // Who asks twice does not want to wait for checkpoints.
        if interruption.count > 1 || workers.allSatisfy({ $0.run == nil }) { return }
      }
      while !wasInterrupted, workers.count < executor.jobs,
        workers.count < queue.count - outcomes.count
      {
        workers.append(try Worker(executor.worker, session: session.path, number: workers.count))
      }
      let outputs = workers.map(\.process.output)
      for position in ChildProcess.ready(outputs, milliseconds: 200) {
        for message in workers[position].messages() {
          try handle(message, of: workers[position], session.path, event)
        }
      }
      try giveWork(session.path, provenance, event)
      workers.removeAll(where: \.hasEnded)
      event(.progress(progress))
    }
  }

  var progress: ExecutionProgress {
    let running = workers.reduce(0) { $0 + $1.cost }
    let spent = workers.reduce(0) { $0 + $1.spentCost }
    return ExecutionProgress(
      runs: queue.count, finishedRuns: outcomes.count,
      cost: queueCost, finishedCost: finishedCost + running,
      spentCost: spentCost + spent, unit: queueUnit,
      steps: madeSteps + workers.reduce(0) { $0 + $1.steps - $1.firstStep },
      elapsed: (clock.now - start) / .seconds(1))
  }
}

internal import Notebook
public import ResultStore

extension WeekBuild {
  /// Writes the claims of the notebook's `preregistered` blocks into the week's lock, before their runs are made.
  ///
  /// The lock keeps all else that it holds, and every later build keeps the claims. They may be registered again as
  /// long as none of the runs exists.
  ///
  /// - Returns: The claims as they were registered.
  /// - Throws: A notebook that is final or has no such block, names that stand for nothing, and runs that are in the
  ///   store or in the lock already.
  public func preregister() throws(ReportFailure) -> Preregistration {
    let notebook = try folder.notebook()
    do throws(NotebookError) {
      try checkNames(of: notebook, in: experiments)
    } catch {
      throw .notebook(error)
    }
    let claims = notebook.claimsToRegister
    let path = folder.displayPath(of: WeekFolder.notebookName)
    guard notebook.frontMatter.status == .draft else {
      throw .incompleteFinal("\(folder.name) is final; claims are registered before the runs")
    }
    guard !claims.isEmpty else {
      throw .incompleteFinal(
        "\(path) has no '{preregistered}' block; 'labbook describe preregistered' shows how one is written"
      )
    }
    let former = try folder.lock()
    let hopeless = ClaimFamily.hopeless(
      in: notebook,
      seeds: Dictionary(
        experiments.map { ($0.name, $0.plan.seeds.count) }, uniquingKeysWith: { first, _ in first })
    )
    var problems: [SourceProblem] = []
    var runs: [String: String] = [:]
    for (claim, directive) in claims where runs[claim.experiment] == nil {
      guard let planned = experiments.first(where: { $0.name == claim.experiment }) else {
        continue
      }
      runs[claim.experiment] = planned.plan.runs
      if hopeless.contains(planned.name) {
        problems.append(
          SourceProblem(
            path: path, position: directive.argument?.position ?? directive.position,
            message:
              "no result of \(SeedNotes.seeds([planned.plan.seeds.count])) could show a claim on '\(planned.name)', "
              + "as many tests as the notebook's claims make; plan more seeds, or claim less"))
      }
      let present = try presentRuns(of: planned, former)
      guard let first = present.first else { continue }
      problems.append(
        SourceProblem(
          path: path, position: directive.argument?.position ?? directive.position,
          message:
            "\(present.count == 1 ? "1 run" : "\(present.count) runs") of '\(planned.name)' "
            + "\(present.count == 1 ? "exists" : "exist") already, such as \(first); claims are registered before "
            + "the runs that they are about, or are written as '{claim}'"))
    }
    guard problems.isEmpty else { throw .notebook(NotebookError(problems)) }
    let registration = Preregistration(claims: claims.map(\.claim), runs: runs)
    var output = OutputFiles(folder: folder)
    output.write(
      Lock(
        experiments: former?.experiments ?? [], documents: former?.documents ?? [:],
        plans: former?.plans ?? [], preregistered: registration
      ).text, to: WeekFolder.lockName)
    _ = try output.commit(with: store)
    return registration
  }

  /// The names of the runs of arms that are to be compared and that the store or the lock has, in order.
  ///
  /// Stages do not count: a pilot has them too.
  private func presentRuns(
    of experiment: PlannedExperiment, _ lock: Lock?
  ) throws(ReportFailure) -> [String] {
    let locked = lock?.experiment(experiment.name)
    var present: [String] = []
    for arm in experiment.arms where !arm.isStage {
      for seed in arm.seeds {
        let name = "\(experiment.name)/\(arm.label)/\(seed)"
        do throws(StoreError) {
          let isStored =
            try store.record(for: arm.identity.key(seed: seed), named: name) != nil
          if isStored || locked?.arm(arm.label)?.run(seed: seed) != nil { present.append(name) }
        } catch {
          throw .store(error)
        }
      }
    }
    return present
  }
}

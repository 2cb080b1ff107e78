extension Lock {
  /// Recomputes each run key from its arm's preimage and its seed, and each record digest from the
  /// run's metrics and parts.
  ///
  /// - Parameter path: The file's path, for error messages.
  /// - Throws: The first run that does not follow, with the part.
  public func verify(path: String = "") throws(LockError) {
    try verifyKeys(path: path)
    for (place, _, run) in runs where run.digest != run.recordDigest.all {
      throw LockError(
        path: path,
        problem: .altered(
          run: place, part: "digest",
          "was altered: it does not follow from the metrics and parts"))
    }
  }

  /// Recomputes each run key from its arm's preimage and its seed.
  func verifyKeys(path: String) throws(LockError) {
    for (place, arm, run) in runs where run.key != arm.identity.key(seed: run.seed).hex {
      // One wrong key among right ones is a wrong key; otherwise the preimage is in doubt.
      let others = arm.runs.filter { $0.seed != run.seed }
      let isAlone = others.contains { $0.key == arm.identity.key(seed: $0.seed).hex }
      throw LockError(
        path: path,
        problem: .altered(
          run: place, part: isAlone ? "key or seed" : "preimage",
          "was altered: the run key does not follow from it"))
    }
  }

  /// A run whose record in a store is not the one that the lock names.
  public struct Disagreement: Equatable, Sendable {
    /// The run's name, such as `cartpole/PPO/3`.
    public var run: String
    /// The key of the run.
    public var key: RunKey
    /// The parts that differ.
    public var parts: [String]
  }

  /// The runs whose records in `store` differ from this lock, in the lock's order.
  ///
  /// A run without a record in the store is no disagreement. Every part of the records is read and
  /// checked, unless it was checked already.
  ///
  /// - Throws: ``StoreError/damaged(_:)`` for a record that is not what was written.
  public func disagreements(
    with store: ResultStore, _ checked: CheckedRecords? = nil
  ) throws(StoreError) -> [Disagreement] {
    let checked = checked ?? CheckedRecords(of: store)
    return try disagreements(with: store) { key, name throws(StoreError) in
      try checked.check(key, named: name())
    }
  }

  /// As ``disagreements(with:_:)``, with what `check` knows of the records; nil for none.
  package func disagreements(
    with store: ResultStore,
    check: (RunKey, _ name: () -> String) throws(StoreError) -> CheckedRecords.Checked?
  ) throws(StoreError) -> [Disagreement] {
    var disagreements: [Disagreement] = []
    for experiment in experiments {
      for arm in experiment.arms {
        for run in arm.runs {
          func place() -> String { "\(experiment.name)/\(arm.label)/\(run.seed)" }
          guard let key = RunKey(hex: run.key),
            let present = try check(key, place), !present.isWhat(run)
          else { continue }
          disagreements += try disagreement(of: run, named: place(), with: store)
        }
      }
    }
    return disagreements
  }

  /// The parts in which a record differs from what this lock says of its run, if there are any; parts that only one of
  /// them has are none.
  private func disagreement(
    of run: LockedRun, named place: String, with store: ResultStore
  ) throws(StoreError) -> [Disagreement] {
    guard let key = RunKey(hex: run.key),
      let present = try store.summary(for: key, named: place)?.digest
    else { return [] }
    let parts = run.recordDigest.disagreements(with: present)
    return parts.isEmpty ? [] : [Disagreement(run: place, key: key, parts: parts)]
  }

  /// Every run with its name and arm, in the lock's order.
  public var runs: [(name: String, arm: LockedArm, run: LockedRun)] {
    experiments.flatMap { experiment in
      experiment.arms.flatMap { arm in
        arm.runs.map { ("\(experiment.name)/\(arm.label)/\($0.seed)", arm, $0) }
      }
    }
  }
}

extension Lock.Disagreement: CustomStringConvertible {
  public var description: String {
    "run \(run) (key \(key.short)): \(parts.joined(separator: ", ")) in the store differs from the lock"
  }
}

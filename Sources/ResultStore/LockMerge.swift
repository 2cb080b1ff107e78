internal import CanonicalJSON

/// The union of two locks of one week that began as one: what `git merge` needs where two people added runs.
///
/// A record is named by what it is, so runs that only one side has are both sides'. Whatever only one side changed is
/// taken from it. What both changed, and not alike, is a disagreement that a person decides.
public struct LockMerge: Equatable, Sendable {
  /// The lock that holds both sides.
  public let lock: Lock
  /// How many runs of it only our side had.
  public let ownRuns: Int
  /// How many runs of it only their side had.
  public let otherRuns: Int

  /// The disagreements of two locks, a sentence for each.
  public struct Conflict: Error, Equatable, Sendable {
    /// The sentences.
    public var problems: [String]
  }

  /// Unites two locks.
  ///
  /// - Parameters:
  ///   - base: The lock that both began as; nil if there was none.
  ///   - ours: The lock of this side.
  ///   - theirs: The lock of the other side.
  /// - Throws: All disagreements.
  public init(base: Lock?, ours: Lock, theirs: Lock) throws(Conflict) {
    var merging = Merging()
    let experiments = merging.united(
      base?.experiments ?? [], ours.experiments, theirs.experiments, by: \.name
    ) { $0.experiment($1, $2, $3) }
    let plans = merging.united(base?.plans ?? [], ours.plans, theirs.plans, by: \.name) {
      merging, _, ours, _ in
      merging.problems.append("both sides changed what is planned of \(ours.name)")
      return ours
    }
    let registered = merging.picked(
      base?.preregistered, ours.preregistered, theirs.preregistered,
      or: "both sides registered claims")
    var documents: [String: String] = [:]
    for name in Set(ours.documents.keys).union(theirs.documents.keys) {
      let (mine, other) = (ours.documents[name], theirs.documents[name])
      // Files that both sides changed are built again: the digest of either keeps a page from being taken for right.
      documents[name] =
        switch Merging.pick(base?.documents[name], mine, other) {
        case .value(let digest): digest
        case .conflict: mine ?? other
        }
    }
    let lock = Lock(
      experiments: experiments, documents: documents, plans: plans, preregistered: registered)
    if merging.problems.isEmpty {
      // An arm of one side may stand on a stage that the other side has changed.
      do throws(LockError) {
        _ = try Lock(text: lock.text, path: "")
      } catch {
        merging.problems.append("what both sides changed does not go together: \(error)")
      }
    }
    guard merging.problems.isEmpty else { throw Conflict(problems: merging.problems) }
    self.lock = lock
    let (own, other) = (Set(ours.runs.map(\.run.key)), Set(theirs.runs.map(\.run.key)))
    let keys = lock.runs.map(\.run.key)
    ownRuns = keys.count { !other.contains($0) }
    otherRuns = keys.count { !own.contains($0) }
  }
}

/// A merge under way, with the disagreements so far.
private struct Merging {
  var problems: [String] = []

  enum Choice<Value> {
    case value(Value?)
    case conflict
  }

  /// The value that only one side changed, or both alike; absence is a value.
  static func pick<Value: Equatable>(
    _ base: Value?, _ ours: Value?, _ theirs: Value?
  ) -> Choice<Value> {
    if ours == theirs || base == theirs { return .value(ours) }
    return base == ours ? .value(theirs) : .conflict
  }

  mutating func picked<Value: Equatable>(
    _ base: Value?, _ ours: Value?, _ theirs: Value?, or problem: String
  ) -> Value? {
    switch Self.pick(base, ours, theirs) {
    case .value(let value): return value
    case .conflict:
      problems.append(problem)
      return ours
    }
  }

  /// The elements of both sides by name, in our order and then in theirs; an element that both changed is `both`'s.
  ///
  /// What one side removed and the other changed stays.
  mutating func united<Element: Equatable, Name: Hashable>(
    _ base: [Element], _ ours: [Element], _ theirs: [Element], by name: KeyPath<Element, Name>,
    both: (inout Merging, Element?, Element, Element) -> Element
  ) -> [Element] {
    func named(_ elements: [Element]) -> [Name: Element] {
      Dictionary(elements.map { ($0[keyPath: name], $0) }) { first, _ in first }
    }
    let (base, mine, others) = (named(base), named(ours), named(theirs))
    let added = theirs.filter { mine[$0[keyPath: name]] == nil }
    var united: [Element] = []
    for key in (ours + added).map({ $0[keyPath: name] }) {
      switch Self.pick(base[key], mine[key], others[key]) {
      case .value(let element?): united.append(element)
      case .value(nil): continue
      case .conflict:
        if let own = mine[key], let other = others[key] {
          united.append(both(&self, base[key], own, other))
        } else if let changed = mine[key] ?? others[key] {
          united.append(changed)
        }
      }
    }
    return united
  }

  mutating func experiment(
    _ base: LockedExperiment?, _ ours: LockedExperiment, _ theirs: LockedExperiment
  ) -> LockedExperiment {
    let name = ours.name
    func problem(_ part: String) -> String { "\(name): both sides changed its \(part)" }
    var united = ours
    united.question =
      picked(base?.question, ours.question, theirs.question, or: problem("question"))
      ?? ours.question
    united.metric =
      picked(base?.metric, ours.metric, theirs.metric, or: problem("metric")) ?? ours.metric
    united.varied =
      picked(base?.varied, ours.varied, theirs.varied, or: problem("varied settings"))
      ?? ours.varied
    united.normalizations =
      picked(
        base?.normalizations, ours.normalizations, theirs.normalizations,
        or: problem("normalizations")) ?? ours.normalizations
    united.stated =
      picked(base?.stated, ours.stated, theirs.stated, or: problem("stated metrics"))
      ?? ours.stated
    united.repeatsExactly =
      picked(
        base?.repeatsExactly, ours.repeatsExactly, theirs.repeatsExactly,
        or: problem("promise of repetitions")) ?? ours.repeatsExactly
    united.arms = self.united(base?.arms ?? [], ours.arms, theirs.arms, by: \.label) {
      $0.arm("\(name)/\($2.label)", $1, $2, $3)
    }
    return united
  }

  private mutating func arm(
    _ place: String, _ base: LockedArm?, _ ours: LockedArm, _ theirs: LockedArm
  ) -> LockedArm {
    guard ours.identity == theirs.identity else {
      problems.append(
        "\(place): the two sides have other settings, so their runs are not of one plan")
      return ours
    }
    let title = picked(
      base?.title, ours.title, theirs.title, or: "\(place): both sides changed its title")
    return LockedArm(
      label: ours.label, title: title ?? ours.title, isStage: ours.isStage,
      identity: ours.identity,
      runs: united(
        base?.identity == ours.identity ? base?.runs ?? [] : [], ours.runs, theirs.runs, by: \.seed
      ) { $0.run("\(place)/\($2.seed)", $1, $2, $3) })
  }

  private mutating func run(
    _ place: String, _ base: LockedRun?, _ ours: LockedRun, _ theirs: LockedRun
  ) -> LockedRun {
    let digest = ours.recordDigest
    if ours.digest != theirs.digest {
      // A decision of one side may have been about just these two.
      if ours.resolution?.rejected.contains(theirs.digest) == true { return ours }
      if theirs.resolution?.rejected.contains(ours.digest) == true { return theirs }
      guard digest.disagreements(with: theirs.recordDigest).isEmpty else {
        problems.append(
          "\(place) (key \(ours.key.prefix(12))) has two results, \(ours.digest.prefix(12)) here and "
            + "\(theirs.digest.prefix(12)) there; have both in one store ('labbook pull'), and decide with 'labbook "
            + "resolve'")
        return ours
      }
    }
    var united = digest.parts.count >= theirs.recordDigest.parts.count ? ours : theirs
    united.resolution = picked(
      base?.resolution, ours.resolution, theirs.resolution,
      or: "\(place): the two sides decided otherwise between its results")
    var repetitions = ours.repetitions
    let known = Set(repetitions.map(\.digest))
    repetitions += theirs.repetitions.filter { !known.contains($0.digest) }
    united.repetitions = Array(repetitions.prefix(LockedRepetition.most))
    return united
  }
}

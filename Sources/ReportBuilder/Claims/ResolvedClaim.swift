internal import Notebook
internal import ResultStore

/// A line that is a claim, whether its runs exist or not.
struct WrittenClaim {
  var claim: Claim
  var position: SourcePosition
  /// The name of the experiment that it is about.
  var experiment: String
}

/// A claim whose names exist.
struct ResolvedClaim {
  var claim: Claim
  var position: SourcePosition
  var experiment: LockedExperiment
  /// The finite scores of the arms named, in the claim's order.
  var scores: [SeedScores]
  /// The arms with scores that are no finite numbers, in words; a claim over them is not tested.
  var undefined: [String]
  /// The first arm against the second, if there are two with a common seed and all their scores are finite.
  var pair: PairSummary?

  /// The subject of a paired test; the arms are sorted.
  struct Test: Hashable {
    var experiment: String
    var arms: [String]
    var metric: String
  }

  /// The claims of a directive; those that are written before their runs are not resolved until there are some.
  static func all(
    of directive: Directive, names: inout NameResolution
  ) -> [(written: WrittenClaim, resolved: ResolvedClaim?)] {
    guard let argument = directive.argument else { return [] }
    let isAwaited = directive.registersClaims && names.lock.experiment(argument.value) == nil
    let experiment = isAwaited ? nil : names.experiment(argument)
    guard isAwaited || experiment != nil else { return [] }
    if directive.body.isEmpty {
      names.report("there is no claim between the fences", at: directive.position)
    }
    return directive.body.compactMap { line in
      do throws(ClaimSyntaxError) {
        let claim = try Claim(parsing: line.value)
        let written = WrittenClaim(
          claim: claim, position: line.position, experiment: argument.value)
        guard let experiment else { return (written, nil) }
        return ResolvedClaim(claim, at: line.position, of: experiment, names: &names).map {
          (written, $0)
        }
      } catch {
        names.report(
          error.message,
          at: SourcePosition(
            line: line.position.line, column: line.position.column + error.offset))
        return nil
      }
    }
  }

  private init?(
    _ claim: Claim, at position: SourcePosition, of experiment: LockedExperiment,
    names: inout NameResolution
  ) {
    func placed(_ name: Claim.Name) -> Positioned<String> {
      Positioned(
        name.text,
        at: SourcePosition(line: position.line, column: position.column + name.offset))
    }
    let others = names.lock.experiments.map(\.name)
    let arms = claim.arms.compactMap { name -> LockedArm? in
      if experiment.arm(name.text) == nil,
        let objection = Claim.objection(to: name.text, in: experiment.name, among: others)
      {
        names.report(objection, at: placed(name).position)
        return nil
      }
      return names.arm(placed(name), of: experiment)
    }
    // A metric that does not exist is one mistake, not one for each arm.
    var scores: [SeedScores] = []
    var undefined: [String] = []
    for arm in arms {
      guard let next = names.shownScores(placed(claim.metric), of: arm, in: experiment) else {
        return nil
      }
      scores.append(next.defined)
      if let seeds = next.undefinedSeeds { undefined.append("\(arm.title) in \(seeds)") }
    }
    guard scores.count == claim.arms.count else { return nil }
    if scores.count == 2, scores[0].arm == scores[1].arm {
      names.report(
        "the claim compares '\(scores[0].arm)' with itself", at: placed(claim.arms[1]).position)
      return nil
    }
    self.claim = claim
    self.position = position
    self.experiment = experiment
    self.scores = scores
    self.undefined = undefined
    pair =
      scores.count == 2 && undefined.isEmpty ? PairSummary(scores[0], minus: scores[1]) : nil
  }

  /// The test that the claim needs; nil if it is no statement that one arm is better, or none that can be tested.
  var test: Test? {
    guard case .greater = claim.relation, undefined.isEmpty else { return nil }
    return Test(
      experiment: experiment.name, arms: scores.map(\.arm).sorted(), metric: scores[0].metric)
  }
}

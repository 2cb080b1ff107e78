internal import Notebook
internal import ResultStore
internal import Statistics

/// A claim with the place where it was written and what its test said.
struct CheckedClaim {
  var claim: Claim
  var position: SourcePosition
  var verdict: ReportClaim.Verdict
  /// The numbers behind the verdict.
  var evidence: String

  /// What a build that is not a draft says about a claim that does not hold.
  var failure: String? {
    switch verdict {
    case .holds: nil
    case .fails: "the claim '\(claim.text)' does not hold: \(evidence)"
    case .untested: "the claim '\(claim.text)' cannot be tested: \(evidence)"
    }
  }

  /// The claim as a block of the report.
  var block: ReportBlock {
    .claim(
      ReportClaim(
        statement: [.text(claim.text)], verdict: verdict, evidence: [.text(evidence)]))
  }
}

/// The claims of a notebook, checked as one family.
struct ClaimCheck {
  /// The claims of each directive, in the order of the notebook's directives.
  private(set) var claims: [[CheckedClaim]]

  /// Checks all claims of `notebook`; lines that are no claims and names that do not exist are added
  /// to the problems of `names`.
  init(_ notebook: Notebook, catalog: MetricCatalog, names: inout NameResolution) {
    let read = notebook.directives.map { directive in
      directive.name == "claim" ? ResolvedClaim.all(of: directive, names: &names) : []
    }
    let family = ClaimFamily(read.flatMap(\.self))
    claims = read.map { claims in
      claims.map { claim in
        let (verdict, evidence) = claim.check(family: family, catalog: catalog)
        return CheckedClaim(
          claim: claim.claim, position: claim.position, verdict: verdict, evidence: evidence)
      }
    }
  }

  /// The problems of the claims that do not hold, in reading order.
  func failures(path: String) -> [SourceProblem] {
    claims.flatMap(\.self).compactMap { claim in
      claim.failure.map { SourceProblem(path: path, position: claim.position, message: $0) }
    }
  }
}

/// The paired tests of all claims of a week, with p-values adjusted by Holm's method.
///
/// Two claims about the same arms and metric are one test.
private struct ClaimFamily {
  private let adjusted: [ResolvedClaim.Test: Double]

  init(_ claims: [ResolvedClaim]) {
    var tests: [ResolvedClaim.Test] = []
    var pValues: [Double] = []
    for claim in claims {
      guard let test = claim.test, !tests.contains(test), let pValue = claim.pair?.pValue else {
        continue
      }
      tests.append(test)
      pValues.append(pValue)
    }
    adjusted = Dictionary(uniqueKeysWithValues: zip(tests, holmAdjusted(pValues)))
  }

  var count: Int { adjusted.count }

  func adjustedP(of test: ResolvedClaim.Test) -> Double? { adjusted[test] }
}

/// A claim whose names exist.
private struct ResolvedClaim {
  var claim: Claim
  var position: SourcePosition
  var experiment: LockedExperiment
  /// The scores of the arms named, in the claim's order.
  var scores: [SeedScores]
  /// The first arm against the second, if there are two with a common seed.
  var pair: PairSummary?

  /// What a paired test is about; the arms are sorted.
  struct Test: Hashable {
    var experiment: String
    var arms: [String]
    var metric: String
  }

  static func all(of directive: Directive, names: inout NameResolution) -> [ResolvedClaim] {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return []
    }
    if directive.body.isEmpty {
      names.report("there is no claim between the fences", at: directive.position)
    }
    return directive.body.compactMap { line in
      do throws(ClaimSyntaxError) {
        let claim = try Claim(parsing: line.value)
        return ResolvedClaim(claim, at: line.position, of: experiment, names: &names)
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
    let arms = claim.arms.compactMap { names.arm(placed($0), of: experiment) }
    // A metric that does not exist is one mistake, not one for each arm.
    var scores: [SeedScores] = []
    for arm in arms {
      guard let next = names.scores(placed(claim.metric), of: arm, in: experiment) else {
        return nil
      }
      scores.append(next)
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
    pair = scores.count == 2 ? PairSummary(scores[0], minus: scores[1]) : nil
  }

  /// The test that the claim needs; nil if it needs none.
  var test: Test? {
    switch claim.relation {
    case .greater, .unresolved:
      Test(experiment: experiment.name, arms: scores.map(\.arm).sorted(), metric: scores[0].metric)
    case .bound, .equivalent: nil
    }
  }

  /// Returns what the test says, and the numbers behind it.
  func check(family: ClaimFamily, catalog: MetricCatalog) -> (ReportClaim.Verdict, String) {
    let metric = claim.metric.text
    let information = experiment.information(on: metric, from: catalog)
    let decimals = experiment.decimals(of: metric, information: information)
    func number(_ value: Double) -> String { NumberText.fixed(value, decimals: decimals) }
    if case .bound(_, let side, let bound, let needed, let total) = claim.relation {
      return check(side, bound, needed: needed, of: total, number: number)
    }
    guard let pair else { return (.untested, "\(title(0)) and \(title(1)) have no seed in common") }
    let means = scores.indices.map {
      "\(title($0)) \(number(interquartileMean(scores[$0].values)))"
    }
    let numbers =
      means.joined(separator: ", ") + ", difference \(number(pair.difference)) "
      + NumberText.interval(pair.interval, decimals: decimals)
    guard pair.pairs >= ReportStatistics.leastSeeds else {
      return (
        .untested,
        "too few seeds (\(pair.pairs) in common, \(ReportStatistics.leastSeeds) needed): \(numbers)"
      )
    }
    if case .equivalent(_, _, let margin) = claim.relation {
      let isInside = pair.interval.lower >= 0 - margin && pair.interval.upper <= margin
      return (isInside ? .holds : .fails, "\(numbers), \(pair.pairs) seeds")
    }
    guard let test, let adjusted = family.adjustedP(of: test) else {
      return (.untested, numbers)
    }
    let isClear = adjusted < ReportStatistics.significance
    let tests = family.count == 1 ? "1 test" : "Holm over \(family.count) tests"
    let evidence =
      "\(numbers), \(NumberText.pEquals(adjusted)) (\(tests)), \(pair.pairs) seeds"
    if case .unresolved = claim.relation { return (isClear ? .fails : .holds, evidence) }
    return (isClear && pair.difference > 0 ? .holds : .fails, evidence)
  }

  private func check(
    _ side: Claim.Side, _ bound: Double, needed: Int, of total: Int, number: (Double) -> String
  ) -> (ReportClaim.Verdict, String) {
    let values = scores[0].values
    guard values.count == total else {
      return (.fails, "\(title(0)) has \(values.count) seeds, not \(total)")
    }
    let count = values.count { side == .atLeast ? $0 >= bound : $0 <= bound }
    let worst = side == .atLeast ? values.min() : values.max()
    let extreme = side == .atLeast ? "lowest" : "highest"
    return (
      count >= needed ? .holds : .fails,
      "\(title(0)) in \(count) of \(total) seeds, \(extreme) \(number(worst ?? 0))"
    )
  }

  private func title(_ index: Int) -> String {
    experiment.arm(scores[index].arm)?.title ?? scores[index].arm
  }
}

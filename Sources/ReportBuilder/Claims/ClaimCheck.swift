internal import Notebook
internal import ReportRendering
internal import ResultStore

/// A claim with the place where it was written and the verdict of its test.
struct CheckedClaim {
  var claim: Claim
  /// Its place among all claims of the notebook, from 1.
  var number: Int
  var position: SourcePosition
  /// The place where its directive begins.
  var directive: SourcePosition
  /// The experiment that the claim is about.
  var experiment: String
  var verdict: ReportClaim.Verdict
  /// The numbers behind the verdict.
  var evidence: String

  /// The error of a build that is not a draft; nil if the claim holds.
  var failure: String? {
    switch verdict {
    case .holds, .unresolved: nil
    case .fails: "the claim '\(claim.text)' does not hold: \(evidence)"
    case .untested: "the claim '\(claim.text)' cannot be tested: \(evidence)"
    }
  }

  /// The claim as a block of the report.
  var block: ReportBlock {
    .claim(
      ReportClaim(
        number: number, statement: [.text(claim.text + " of "), .code(experiment)],
        verdict: verdict,
        evidence: [.text(evidence)]))
  }
}

/// The claims of a notebook, checked as one family.
struct ClaimCheck {
  /// All claims in reading order.
  private var claims: [CheckedClaim] = []
  /// The claims about two arms, for tables to name.
  private(set) var testedPairs = TestedPairs()
  private let family: ClaimFamily

  /// Checks all claims of `notebook`; lines that are no claims, names that do not exist and claims that
  /// no result could show are added to the problems of `names`.
  init(_ notebook: Notebook, catalog: MetricCatalog, names: inout NameResolution) {
    var read: [(directive: SourcePosition, claim: ResolvedClaim)] = []
    for directive in notebook.directives where directive.declaration.body == .claims {
      read += ResolvedClaim.all(of: directive, names: &names).map { (directive.position, $0) }
    }
    family = ClaimFamily(read.map(\.claim))
    for (index, (directive, claim)) in read.enumerated() {
      if let hopelessness = family.hopelessness(of: claim) {
        names.report(hopelessness, at: claim.position)
        continue
      }
      let (verdict, evidence) = claim.check(family: family, catalog: catalog)
      claims.append(
        CheckedClaim(
          claim: claim.claim, number: index + 1, position: claim.position, directive: directive,
          experiment: claim.experiment.name, verdict: verdict, evidence: evidence))
      testedPairs.add(claim, number: index + 1, verdict: verdict)
    }
  }

  /// The claims between the fences of `directive`, in reading order.
  func claims(of directive: Directive) -> [CheckedClaim] {
    claims.filter { $0.directive == directive.position }
  }

  /// The rule of the report's tests in one sentence.
  var rule: String {
    let intervals = "intervals are of 95 % each and not adjusted"
    guard family.count > 0 else {
      return "No claim of this report tests a difference, so none has a p-value here or is bold; "
        + "\(intervals)."
    }
    let tests =
      family.count == 1
      ? "the one test of a difference stands alone"
      : "the \(family.count) tests of differences are one family, adjusted by Holm's method,"
    return "P-values stand in claims alone, where \(tests) and an equivalence is tested by itself; "
      + "\(intervals), and where arms are compared, bold marks a difference that a claim which holds has "
      + "tested."
  }

  /// The problems of the claims that do not hold, in reading order.
  func failures(path: String) -> [SourceProblem] {
    claims.compactMap { claim in
      claim.failure.map { SourceProblem(path: path, position: claim.position, message: $0) }
    }
  }
}

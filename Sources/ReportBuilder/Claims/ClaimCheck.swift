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
  /// The same numbers one by one; nil where two arms are not compared.
  var comparison: ReportClaim.Comparison?
  /// Whether it was registered before its runs: then it stands whatever came out.
  var isRegistered: Bool
  /// Whether the report is final, for which no run is still to come.
  var isFinal: Bool

  /// The error of a build that is not a draft; nil if the claim holds, or was registered and may not.
  var failure: String? {
    switch verdict {
    case .holds, .unresolved: nil
    case .fails: isRegistered ? nil : "the claim '\(claim.text)' does not hold: \(evidence)"
    case .untested:
      isRegistered ? nil : "the claim '\(claim.text)' cannot be tested: \(evidence)"
    case .planned:
      isFinal ? "the claim '\(claim.text)' cannot be tested: \(experiment) has no runs" : nil
    }
  }

  /// The claim as a block of the report.
  var block: ReportBlock {
    .claim(
      ReportClaim(
        number: number, statement: [.text(claim.text + " of "), .code(experiment)],
        verdict: verdict,
        evidence: [.text(evidence)], comparison: comparison,
        short: (
          [.text(claim.text.replacing(" on \(claim.metric.text)", with: ""))],
          [.code(claim.metric.text), .text(" of "), .code(experiment)]
        )))
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
  init(
    _ notebook: Notebook, registration: RegistrationCheck, catalog: MetricCatalog,
    names: inout NameResolution
  ) {
    var written: [(directive: Directive, claim: WrittenClaim, resolved: ResolvedClaim?)] = []
    for directive in notebook.directives where directive.declaration.body == .claims {
      written += ResolvedClaim.all(of: directive, names: &names).map {
        (directive, $0.written, $0.resolved)
      }
    }
    family = ClaimFamily(written.compactMap(\.resolved))
    for (index, (directive, line, resolved)) in written.enumerated() {
      var outcome = ClaimOutcome(.planned, "no runs yet")
      if let resolved {
        if let hopelessness = family.hopelessness(of: resolved) {
          names.report(hopelessness, at: line.position)
          continue
        }
        outcome = resolved.check(family: family, catalog: catalog)
        testedPairs.add(resolved, number: index + 1, verdict: outcome.verdict)
      }
      if let words = registration.words(on: line.claim.text, of: line.experiment) {
        outcome.evidence += "; \(words)"
        outcome.comparison?.notes.append(words)
      }
      claims.append(
        CheckedClaim(
          claim: line.claim, number: index + 1, position: line.position,
          directive: directive.position, experiment: line.experiment,
          verdict: outcome.verdict, evidence: outcome.evidence, comparison: outcome.comparison,
          isRegistered: registration.isRegistered(line.claim.text, of: line.experiment),
          isFinal: notebook.frontMatter.status == .final))
    }
  }

  /// The claims between the fences of `directive`, in reading order.
  func claims(of directive: Directive) -> [CheckedClaim] {
    claims.filter { $0.directive == directive.position }
  }

  /// The sentences of a summary on the claims: how many hold, and which are open; none without claims.
  var summary: [[Inline]] {
    guard !claims.isEmpty else { return [] }
    func links(_ verdicts: [ReportClaim.Verdict], _ words: String) -> [Inline]? {
      let numbers = claims.filter { verdicts.contains($0.verdict) }.map(\.number)
      guard !numbers.isEmpty else { return nil }
      return TestedPairs.links(toClaims: numbers) + [.text(" " + words)]
    }
    let count = claims.count { $0.verdict == .holds }
    // A claim that arms are not told apart is none that holds, and none that fell: it is open.
    let held: String? =
      switch count {
      case 0: nil
      case 1: claims.count == 1 ? "The only claim holds." : "1 claim holds."
      case 2 where claims.count == 2: "Both claims hold."
      case claims.count: "All \(count) claims hold."
      default: "\(count) claims hold."
      }
    let fallen = links([.fails], "not borne out").map { $0 + [.text(".")] }
    let unresolved = claims.count { $0.verdict == .unresolved }
    let open = [
      links(
        [.unresolved],
        unresolved == 1 ? "shows no difference, as it says" : "show no difference, as they say"),
      links([.untested], "not tested"),
      links([.planned], "not tested yet"),
    ].compactMap(\.self)
    let isOpen =
      [Inline.text("Open: ")]
      + open.enumerated().flatMap { index, words in
        (index > 0 ? [Inline.text("; ")] : []) + words
      }
    return (held.map { [[.text($0)]] } ?? []) + (fallen.map { [$0] } ?? [])
      + (open.isEmpty ? [] : [isOpen + [.text(".")]])
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

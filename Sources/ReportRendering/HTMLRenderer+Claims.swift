import Notebook

/// Claims as a table: statement, difference with its interval, verdict.
extension HTMLRenderer {
  /// The table of claims that stand together; what all of their numbers have in common is said once, below it.
  mutating func table(of claims: [ReportClaim]) -> String {
    guard !claims.isEmpty else { return "" }
    let comparisons = claims.compactMap(\.comparison)
    let shared = comparisons.count == claims.count ? Self.sharedNotes(of: comparisons) : []
    let hasComparisons = !comparisons.isEmpty
    let hasTests = comparisons.contains { $0.pValue != nil }
    let subject = Self.sharedSubject(of: claims)
    var html = "<figure class=\"results claims\">\n"
    if let subject { html += caption(subject, named: "", number: nil, at: nil) }
    html += "<div class=\"scroll\">\n<table>\n<thead>\n<tr>"
    html += "<th>Claim</th><th>Verdict</th>"
    if hasComparisons {
      html +=
        "<th class=\"trailing\">Difference</th><th>95 % interval</th><th class=\"plot\">"
        + "<span class=\"unseen\">Drawn</span></th>"
      if hasTests { html += "<th>Test</th>" }
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    let width = hasTests ? 4 : 3
    for claim in claims {
      html += "<tr class=\"claim \(claim.verdict.look)\" id=\"\(claim.anchor)\">"
      html += "<th scope=\"row\">" + permalink("\(claim.number).", to: claim.anchor)
      html += " \(inlines(subject == nil ? claim.statement : claim.short?.claim ?? []))"
      html += remarks(on: claim, besides: shared) + "</th>"
      html +=
        "<td class=\"verdict\"><span class=\"mark\" aria-hidden=\"true\">\(claim.verdict.mark)</span> "
      html += "\(claim.verdict.words)</td>"
      if let comparison = claim.comparison {
        html += "<td class=\"trailing\">\(escaped(comparison.difference))</td>"
        html += "<td>\(escaped(comparison.interval))</td>"
        let scale = Self.scale(of: comparison, among: comparisons)
        html += "<td class=\"plot\">\(comparison.drawing.svg(scale: scale))</td>"
        if hasTests { html += "<td>\(escaped(comparison.pValue ?? ""))</td>" }
      } else if hasComparisons {
        html += "<td colspan=\"\(width)\"></td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table>\n</div>\n"
    var seen: Set<String> = []
    let notes = (shared + comparisons.flatMap(\.explanations)).filter { seen.insert($0).inserted }
    if !notes.isEmpty {
      html += "<p class=\"note\">\(escaped(notes.joined(separator: "; "))).</p>\n"
    }
    return html + "</figure>\n"
  }

  /// The metric and the experiment that several claims are about, if they are the same.
  private static func sharedSubject(of claims: [ReportClaim]) -> [Inline]? {
    guard claims.count > 1, let subject = claims[0].short?.subject,
      claims.allSatisfy({ $0.short?.subject == subject })
    else { return nil }
    return subject
  }

  /// The notes that belong to the numbers of all comparisons, in the order of the first.
  private static func sharedNotes(of comparisons: [ReportClaim.Comparison]) -> [String] {
    guard comparisons.count > 1, let first = comparisons.first else { return [] }
    let tested = comparisons.filter { $0.pValue != nil }
    return first.notes.filter { note in comparisons.allSatisfy { $0.notes.contains(note) } }
      + (tested.first?.notes ?? []).filter { note in
        note.hasPrefix("p-values: ") && tested.allSatisfy { $0.notes.contains(note) }
          && !comparisons.allSatisfy { $0.notes.contains(note) }
      }
  }

  /// The remarks on one claim alone: its means, or all of its numbers, and its notes.
  private mutating func remarks(on claim: ReportClaim, besides shared: [String]) -> String {
    guard let comparison = claim.comparison else {
      return " <span class=\"evidence\">\(inlines(claim.evidence))</span>"
    }
    let notes = comparison.notes.filter { !shared.contains($0) }
    return " <span class=\"evidence\">"
      + escaped(([comparison.means] + notes).joined(separator: "; ")) + "</span>"
  }

  // MARK: Drawing

  /// The value at the edge of a drawing: the same for all claims on a metric, so that their intervals can be compared.
  private static func scale(
    of comparison: ReportClaim.Comparison, among all: [ReportClaim.Comparison]
  ) -> Double {
    all.filter { $0.metric == comparison.metric }.map(\.drawing.extent).max() ?? 0
  }
}

extension ReportClaim.Comparison {
  /// The interval beside 0, with the margin if one is claimed.
  fileprivate var drawing: ForestDrawing { ForestDrawing(ends: ends, margin: margin) }
}

extension ReportClaim {
  fileprivate var anchor: String { Self.anchor(number) }
}

extension ReportClaim.Verdict {
  /// The verdict in words, as a table has it.
  fileprivate var words: String {
    switch self {
    case .holds: "holds"
    case .fails: "does not hold"
    case .untested: "not tested"
    case .planned: "not tested yet"
    case .unresolved: "not told apart"
    }
  }
}

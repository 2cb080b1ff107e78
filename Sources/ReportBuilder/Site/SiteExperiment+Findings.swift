internal import ReportRendering

/// The findings of reports on an experiment.
extension SiteExperiment {
  /// The most claims that stand before a line that opens.
  private static let mostClaims = 6
  /// The most figures, which the report has all of.
  private static let mostFigures = 2

  /// The findings of the newest report that has a word of its own on the experiment; nothing where no week reports it.
  ///
  /// - Parameter weeks: The weeks whose locks have the experiment, oldest first.
  /// - Returns: A section with its heading.
  func found(in weeks: [SiteWeek]) -> String {
    let told = weeks.map { (week: $0, findings: $0.findings(on: name)) }
    guard let newest = told.last else { return "" }
    let (week, findings) = told.last { $0.findings.isSpecific } ?? newest
    let report = "../weeks/\(week.name)/report.html"
    let days = week.days.map { "\(escaped($0)), " } ?? ""
    var html = """
      <h2 id="found">What was found</h2>
      <p class="status"><a href="\(report)">\(escaped(week.title))</a> · \(days)\(week.name) · \
      \(SiteIndex.status(of: week, root: "../"))</p>

      """
    // A report on several experiments may have a sentence on all of them alone.
    let lines = findings.isSpecific ? findings.lines : Array(week.found.prefix(1))
    if !lines.isEmpty { html += Self.list(lines.map(escaped), style: "found") }
    let claims = findings.claims.map { claim in
      let words = claim.verdict.replacing(",", with: "")
      return
        "<a href=\"\(report)#\(claim.anchor)\">\(escaped(words))</a>: \(escaped(claim.statement))"
        + (claim.evidence.isEmpty
          ? "" : " <span class=\"evidence\">(\(escaped(claim.evidence)))</span>")
    }
    if claims.count > Self.mostClaims + 1 {
      let rest = claims.dropFirst(Self.mostClaims)
      html +=
        Self.list(Array(claims.prefix(Self.mostClaims)), style: "claimed")
        + "<details><summary>\(rest.count) more claims</summary>\n\(Self.list(Array(rest), style: "claimed"))</details>\n"
    } else if !claims.isEmpty {
      html += Self.list(claims, style: "claimed")
    }
    // Where that report has no figure of it, an earlier one may.
    let drawn =
      findings.figures.isEmpty ? told.last { $0.findings.figures.contains(where: \.isOwn) } : nil
    return html + figures(of: drawn?.week ?? week, drawn?.findings ?? findings)
  }

  private func figures(of week: SiteWeek, _ findings: SiteFindings) -> String {
    let own = findings.figures.filter(\.isOwn)
    let shown =
      own.isEmpty ? Array(findings.figures.prefix(1)) : Array(own.prefix(Self.mostFigures))
    return shown.compactMap { figure in
      week.figure(figure.label).map { svg in
        let drawing = inlineSVG(svg, prefix: figure.label, label: figure.caption)
        return
          "<figure class=\"still\">\n<div class=\"\(paperClasses(of: drawing))\">\(drawing)</div>\n"
          + "<figcaption>\(escaped(figure.caption)) <a href=\"../weeks/\(week.name)/report.html#\(figure.label)\">\(week.name)</a>"
          + "</figcaption>\n</figure>\n"
      }
    }.joined()
  }

  private static func list(_ items: [String], style: String) -> String {
    "<ul class=\"\(style)\">\n\(items.map { "<li>\($0)</li>\n" }.joined())</ul>\n"
  }
}

internal import ReportRendering
internal import ResultStore

/// The page of a report as the site shows it: the report's own page, with the site's bar above it and its ways below it.
struct SiteReport {
  let week: SiteWeek
  let bar: SiteBar

  /// The page.
  ///
  /// - Throws: If labbook's own files are not there.
  var html: String {
    get throws {
      // The search is a form, which a page outside of a site has no use for.
      var page = PageShell.allowingForm(in: week.page)
      if let end = page.firstRange(of: "</style>\n</head>") {
        page.replaceSubrange(end, with: "\(try SiteBar.style)</style>\n</head>")
      }
      // The link that skips it all stays the first.
      if let body = page.firstMatch(of: #/<body[^>]*>\n?(?:<a class="skip"[^\n]*\n)?/#) {
        page.insert(contentsOf: bar.html, at: body.range.upperBound)
      }
      if let line = page.firstMatch(of: #/<p class="facts">([^\n]*)<\/p>/#) {
        page.replaceSubrange(line.range, with: "<p class=\"facts\">\(facts(String(line.1)))</p>")
      }
      // Words of a report hold no marks, so this is the end of its text.
      if !ways.isEmpty, let end = page.firstRange(of: "</main>\n") {
        page.insert(contentsOf: ways, at: end.lowerBound)
      }
      return page
    }
  }

  /// The line below the title as the index has it: days, week, and whether it may change, before what else there is.
  private func facts(_ own: String) -> String {
    var facts = own.replacing("<span class=\"draft\">draft</span>", with: "")
    var first = "<span>\(week.isStanding ? "standing report" : escaped(week.name))</span>"
    facts = facts.replacing(first, with: "", maxReplacements: 1)
    if let days = week.days {
      let span = "<span>\(escaped(days))</span>"
      facts = facts.replacing(span, with: "", maxReplacements: 1)
      first = span + first
    }
    // A small screen has room for the first alone.
    facts = facts.replacing("<span>", with: "<span class=\"by\">")
    return first + "<span>\(SiteIndex.status(of: week, root: bar.root))</span>" + facts
  }

  /// The ways to the pages of the experiments that it stands on, and to its neighbours.
  private var ways: String {
    var ways: [String] = []
    let experiments = week.lock.experiments.map { experiment in
      "<a href=\"\(bar.root)experiments/\(SitePage.fileName(experiment.name))\">\(escaped(experiment.name))</a>"
    }
    if !experiments.isEmpty {
      let name = experiments.count == 1 ? "Its experiment" : "Its experiments"
      ways.append("\(name): \(experiments.joined(separator: ", "))")
    }
    let neighbours = [("The week before", bar.previous), ("The week after", bar.next)]
    ways += neighbours.compactMap { words, name in
      name.map { "\(words): <a href=\"../\($0)/report.html\">\($0)</a>" }
    }
    return ways.map { "<p class=\"beside\">\($0)</p>\n" }.joined()
  }
}

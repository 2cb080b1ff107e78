internal import Notebook
internal import ReportRendering
internal import ResultStore

/// The first page of the site: when each week was, what it asked and what it found, the newest first.
///
/// Who has three minutes reads the answers, which stand out; what else a report begins with stands below each.
struct SiteIndex {
  let title: String
  /// The weeks, oldest first.
  let weeks: [Entry]
  /// The reports that belong to no week.
  let standing: [SiteWeek]
  let terms: SiteTerms

  /// A week, and how it relates to those before it.
  struct Entry {
    let week: SiteWeek
    /// A sentence on what changed in its experiments.
    let changes: String
    /// The number of its runs, and where they were before, as HTML.
    let runs: String
  }

  var page: SitePage {
    let articles = weeks.reversed().map(article)
    return SitePage(
      title: title, section: "Weeks",
      body: (articles.isEmpty ? "<p>No week has a report yet.</p>\n" : span + articles.joined())
        + standingList)
  }

  /// A sentence on all weeks together.
  private var span: String {
    let known = weeks.compactMap { ISOWeek($0.week.name) }
    guard weeks.count > 1, let first = known.first, let last = known.last else { return "" }
    let days = SiteDays.words(from: SiteDays(first).first, to: SiteDays(last).last)
    // Weeks may stand on the same runs.
    let runs = Set(weeks.flatMap { $0.week.lock.runs.map(\.run.key) }).count
    return
      "<p class=\"status\">\(weeks.count) weeks, \(days), on \(Self.counted(runs)) in all. The newest is first, each with its question and its answer.</p>\n"
  }

  private func article(of entry: Entry) -> String {
    let week = entry.week
    let parts = SiteHighlights(week.highlights)
    var linked: Set<String> = []
    func text(_ words: String) -> String { terms.html(words, linked: &linked) }
    var html = """
      <article class="\(week.isDraft ? "draft" : "final")">
      <div>
      <h2><a href="weeks/\(week.name)/report.html">\(escaped(week.title))</a></h2>
      <p class="status when">\(Self.status(of: week)) \
      \(week.days.map { "<span class=\"days\">\(escaped($0))</span> · " } ?? "")\(week.name) · \(entry.runs)</p>

      """
    // The first question is the report's own; the page has the others.
    if let question = parts.questions.first {
      html += "<p class=\"asked\"><strong>Asked:</strong> \(text(question))</p>\n"
    }
    if let answer = parts.answer { html += "<p class=\"answer\">\(text(answer))</p>\n" }
    if !parts.further.isEmpty {
      html += "<ul>\n\(parts.further.map { "<li>\(text($0))</li>\n" }.joined())</ul>\n"
    }
    for (label, sentences) in parts.others {
      let name = label.isEmpty ? "" : "<strong>\(escaped(label)):</strong> "
      html += "<p class=\"more\">\(name)\(sentences.map(text).joined(separator: " "))</p>\n"
    }
    return html + "<p class=\"status changed\">\(escaped(entry.changes))</p>\n</div>\n"
      + picture(of: week) + "</article>\n"
  }

  /// The first figure of a week without its words, which are too small to be read at that size: the report has it whole.
  private func picture(of week: SiteWeek) -> String {
    for (label, _) in week.figureNames {
      guard let svg = week.figure(label) else { continue }
      let drawing = inlineSVG(svg, prefix: "week-\(week.name)", label: "The first figure")
      return "<div class=\"paper picture\" aria-hidden=\"true\">\(drawing)</div>\n"
    }
    return ""
  }

  static func counted(_ runs: Int) -> String {
    runs == 1 ? "1 run" : "\(NumberText.fixed(Double(runs), decimals: 0)) runs"
  }

  /// Whether a report may still change, with the way to what that means, for a page that reaches the site's root by `root`.
  static func status(of report: SiteWeek, root: String = "") -> String {
    let word = report.isDraft ? "draft" : "final"
    return "<a class=\"term \(word)\" href=\"\(root)glossary.html#word-\(word)\">\(word)</a>"
  }

  /// The reports that belong to no week, below the weeks: who comes every week looks for the newest first.
  private var standingList: String {
    guard !standing.isEmpty else { return "" }
    let items = standing.map { report in
      var linked: Set<String> = []
      let words = report.highlights.map { terms.html($0.text, linked: &linked) }
        .joined(separator: " ")
      return
        "<dt><a href=\"weeks/\(report.name)/report.html\">\(escaped(report.title))</a>"
        + " <span class=\"status\">\(Self.status(of: report))</span></dt><dd>\(words)</dd>\n"
    }
    return
      "<section aria-labelledby=\"standing\">\n<h2 id=\"standing\">Standing reports</h2>\n<dl>\n"
      + items.joined() + "</dl>\n</section>\n"
  }
}

/// The items that a report begins with, told apart by what it is to a reader.
struct SiteHighlights {
  /// The first thing that was found.
  var answer: String?
  /// Further findings, and what is open.
  var further: [String] = []
  /// The questions of the experiments.
  var questions: [String] = []
  /// Everything else under its name, such as *Claims*.
  var others: [(label: String, sentences: [String])] = []

  /// Sorts the items of the lists that a report begins with; one without a name belongs to the name before it.
  init(_ highlights: [(label: String, text: String)]) {
    var label = ""
    for item in highlights {
      if !item.label.isEmpty { label = item.label }
      switch label {
      case "Asked" where item.text.wholeMatch(of: #/and \d+ more questions?/#) != nil: break
      case "Asked": questions.append(item.text)
      // Numbers of claims tell nothing to who does not see them; what is open stands among the findings.
      case "Claims" where item.text.hasPrefix("Open: "): break
      // A report without a summary begins with what it says.
      case "Found", "":
        if answer == nil { answer = item.text } else { further.append(item.text) }
      default:
        if others.last?.label == label {
          others[others.count - 1].sentences.append(item.text)
        } else {
          others.append((label, [item.text]))
        }
      }
    }
  }
}

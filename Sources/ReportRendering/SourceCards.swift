/// The cards that tell where the numbers of a page come from, a popover for each.
///
/// Each number has a card with a row for each of its runs, until the page would list very many runs: then the numbers of
/// one metric of an experiment share a card, with a line for each.
struct SourceCards {
  /// Whether numbers share cards.
  private let isShared: Bool
  /// What each card tells of, in order.
  private var cards: [[ReportProvenance]] = []
  /// The place of a number's card among ``cards``.
  private var places: [ReportProvenance: Int] = [:]
  /// The place of a shared card, by what is said of its numbers and by the experiment.
  private var sharedPlaces: [[Substring]: Int] = [:]

  /// Beyond so many runs on all cards of a page, numbers share cards: at 10,000 runs a page would have 1.7 MB.
  private static let mostRuns = 8_000
  /// The most runs that a line of a shared card has.
  private static let mostOfLine = 20

  /// Prepares the cards of a report, which shows where numbers come from in tables.
  init(of report: ReportDocument) {
    var seen: Set<ReportProvenance> = []
    var runs = 0
    func count(_ block: ReportBlock) {
      switch block {
      case .table(let table):
        for provenance in table.rows.flatMap({ $0.compactMap(\.provenance) })
        where seen.insert(provenance).inserted {
          runs += provenance.runs.count
        }
      case .details(_, let content): for block in content { count(block) }
      default: break
      }
    }
    for block in report.directives.joined() { count(block) }
    isShared = runs > Self.mostRuns
  }

  /// The number of the card of a number, from 1.
  mutating func number(of source: ReportProvenance) -> Int {
    if let place = places[source] { return place + 1 }
    var place = cards.count
    if isShared, let run = source.runs.first {
      let experiment = run.name.prefix { $0 != "/" }
      place = sharedPlaces[[source.summary[...], experiment], default: place]
      sharedPlaces[[source.summary[...], experiment]] = place
    }
    if place == cards.count { cards.append([]) }
    cards[place].append(source)
    places[source] = place
    return place + 1
  }

  /// The cards, or nothing without any.
  var html: String {
    guard !cards.isEmpty else { return "" }
    let all = cards.enumerated().map { place, sources in
      "<div popover class=\"source\" id=\"source-\(place + 1)\">\n"
        + (isShared ? Self.lines(of: sources) : sources.map(Self.table).joined()) + "</div>\n"
    }
    return "<aside aria-label=\"Where the numbers come from\">\n\(all.joined())</aside>\n"
  }

  private static func table(of source: ReportProvenance) -> String {
    let rows = source.runs.map { run in
      "<tr><td>\(escaped(run.name))</td><td class=\"trailing\">\(escaped(run.value))</td>"
        + "<td><code>\(escaped(run.key))</code></td></tr>\n"
    }
    let table =
      rows.isEmpty
      ? ""
      : "<div class=\"scroll\">\n<table>\n<thead>\n<tr><th>run</th><th class=\"trailing\">value"
        + "</th><th>key</th></tr>\n</thead>\n<tbody>\n\(rows.joined())</tbody>\n</table>\n</div>\n"
    return "<p>\(escaped(source.summary))</p>\n\(table)"
      + "<p class=\"command\">Compute it again: <code>\(escaped(source.command))</code></p>\n"
  }

  /// A line for each number: its arm, and the value of each run; before it the seeds, where they change.
  private static func lines(of sources: [ReportProvenance]) -> String {
    var lines: [String] = []
    var seeds: [String] = []
    for source in sources {
      let runs = source.runs.prefix(mostOfLine).map { run in
        let slash = run.name.lastIndex(of: "/") ?? run.name.startIndex
        return (arm: run.name[..<slash], seed: String(run.name[slash...].dropFirst()), run.value)
      }
      guard let arm = runs.first?.arm else { continue }
      let own = runs.map(\.seed)
      if own != seeds { lines.append("seeds " + own.joined(separator: " ")) }
      seeds = own
      let left = source.runs.count - runs.count
      lines.append(
        "\(arm) " + runs.map(\.2).joined(separator: " ")
          + (left > 0 ? " … and \(left) more, in the lock" : ""))
    }
    guard let first = sources.first else { return "" }
    return
      "<p>\(escaped(first.summary))</p>\n<pre>\(escaped(lines.joined(separator: "\n")))</pre>\n"
      + "<p class=\"command\">Compute the first again: <code>\(escaped(first.command))</code></p>\n"
  }
}

internal import ReportRendering
internal import ResultStore

/// The weeks as an Atom feed (RFC 4287), newest first.
struct SiteFeed {
  /// The title of the site.
  var title: String
  /// The address that the site is reached at, ending with a slash; nil if that is not known.
  var address: String?
  /// The weeks, oldest first.
  var weeks: [SiteWeek]

  /// The feed, ending with a line end.
  ///
  /// Times are those of weeks, and identifiers follow from names: the same weeks give the same bytes.
  var xml: String {
    let entries = weeks.reversed().map { week in
      """
      <entry>
        <title>\(escaped(week.title))</title>
        <id>\(identifier(week.name))</id>
        <updated>\(week.timestamp)</updated>
        <link href="\(escaped(address ?? ""))weeks/\(week.name)/report.html"/>
        <category term="\(week.isDraft ? "draft" : "final")"/>
        <summary>\(escaped(week.highlights.map { $0.label.isEmpty ? $0.text : "\($0.label): \($0.text)" }.joined(separator: " ")))</summary>
      </entry>

      """
    }
    let own = address.map { "<link rel=\"self\" href=\"\(escaped($0))feed.xml\"/>\n  " } ?? ""
    return """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom">
        <title>\(escaped(title))</title>
        <id>\(identifier(""))</id>
        <author><name>\(escaped(title))</name></author>
        \(own)<link href="\(escaped(address ?? ""))index.html"/>
        <updated>\(weeks.last?.timestamp ?? "1970-01-01T00:00:00Z")</updated>
      \(entries.joined())</feed>

      """
  }

  /// A UUID of version 8, made from names.
  private func identifier(_ name: String) -> String {
    var digits = Array(
      Digest.hex(of: "labbook site\n\(title)\n\(address ?? "")\n\(name)").prefix(32))
    digits[12] = "8"
    digits[16] = "8"
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return "urn:uuid:" + parts.joined(separator: "-")
  }
}

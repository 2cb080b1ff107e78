/// A link from one report of a lab to another, or to itself: `../2026-W50/report.md#place`.
///
/// Markdown reports link to Markdown reports, which GitHub shows; pages link to pages, at the same places.
public struct ReportLink: Equatable, Sendable {
  /// The name of the other report, which is that of its folder; nil for the report that the link stands in.
  public let name: String?
  /// The place in the report as the link has it, without `#`; empty for its beginning.
  public let place: String

  /// Reads the address of a link; nil if it leads elsewhere than to a report.
  public init?(_ address: String) {
    let head = address.prefix { $0 != "#" && $0 != "?" }
    var steps: [Substring] = []
    for step in head.removingPercents.split(separator: "/", omittingEmptySubsequences: false) {
      switch step {
      case ".": continue
      case ".." where steps.last.map { $0 != ".." } ?? false: steps.removeLast()
      default: steps.append(step)
      }
    }
    guard steps.popLast() == "report.md" else { return nil }
    switch steps.count {
    case 0: name = nil
    case 2 where steps[0] == ".." && ReportName(String(steps[1])) != nil: name = String(steps[1])
    default: return nil
    }
    place = address.firstIndex(of: "#").map { String(address[$0...].dropFirst()) } ?? ""
  }

  /// The address of the same place from one page to the other.
  public var page: String {
    (name.map { "../\($0)/" } ?? "") + "report.html" + (place.isEmpty ? "" : "#\(place)")
  }
}

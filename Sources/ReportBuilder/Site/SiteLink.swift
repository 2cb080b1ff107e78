internal import Foundation
internal import Notebook
internal import ReportRendering
internal import ResultStore

/// A link of a report to a file, as the site has it.
struct SiteLink: Sendable {
  /// The address in the notebook and the Markdown report.
  let destination: String
  /// The address on the page.
  let address: String
  /// The place that it leads to, from the site's root; nil outside of the folder of reports, which the site does not have.
  let place: String?
  /// The content of the file, if it is an ordinary one that the site has to carry along.
  let bytes: [UInt8]?

  /// Reads the link `destination` of the notebook in `folder`.
  init(_ destination: String, from folder: WeekFolder) {
    self.destination = destination
    address = pageAddress(of: destination)
    let head = address.prefix { $0 != "#" && $0 != "?" }
    let name = head.removingPercentEncoding ?? String(head)
    let path = NamedFiles.plainName("\(folder.name)/\(name)")
    guard NamedFiles.isWellFormed(name), !path.isEmpty, !path.hasPrefix("..") else {
      (place, bytes) = (nil, nil)
      return
    }
    place = "weeks/\(path)"
    // Pages of reports are the site's own.
    bytes = ReportLink(destination) == nil ? (try? folder.files.content(of: name)) ?? nil : nil
  }

  /// The name from the folder of the report called `report`; nil if it leads out of that.
  func name(beside report: String) -> String? {
    guard let place, place.hasPrefix("weeks/\(report)/") else { return nil }
    return String(place.dropFirst("weeks/\(report)/".count))
  }

  /// Returns a Markdown report with this link as plain words.
  func removed(fromMarkdown text: String) -> String {
    // Words of a link may hold brackets, in pairs or marked.
    let link =
      #/
      (!?) \[ ( (?: \\. | [^\[\]\\] | \[ (?: \\. | [^\[\]\\] )* \] )* ) \]
      \( ( <[^<>\n]*> | [^\s()]* (?: \( [^\s()]* \) [^\s()]* )* ) (?: \ "[^"\n]*" )? \)
      /#
    return text.replacing(link) { match in
      var target = match.3
      if target.hasPrefix("<") { target = target.dropFirst().dropLast() }
      return match.1.isEmpty && target == destination ? String(match.2) : String(match.0)
    }
  }

  /// Returns `page` with this link as plain words, where the site has nothing that it could lead to.
  func removed(from page: String) -> String {
    page.replacing(
      "<a href=\"\(escaped(address))\"",
      with: "<a style=\"color:inherit;text-decoration:none\"")
  }
}

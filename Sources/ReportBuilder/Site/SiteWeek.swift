internal import Foundation
internal import Notebook
internal import ReportRendering
public import ResultStore

/// A week, or a standing report, as the site shows it.
public struct SiteWeek: Sendable {
  /// The ISO week, such as `2026-W47`, or the name of a standing report.
  public let name: String
  /// The title of its notebook.
  public let title: String
  /// The days covered as its notebook has them, or else the days of the week; nil for a standing report.
  package let days: String?
  /// Whether its results may still change.
  public let isDraft: Bool
  /// The lock that its report stands on.
  public let lock: Lock
  /// The report as Markdown.
  let markdown: String
  /// The report as a page.
  let page: String
  /// The files beside the report that it may lead to, by their names from its folder.
  let figures: [(name: String, bytes: [UInt8])]
  /// The links of the report to files, in the order of the notebook.
  let links: [SiteLink]
  /// The names of experiments in each line of its summary.
  let summaryNames: [Set<String>]
  /// The experiments that each figure shows, by label.
  let figureNames: [(label: String, experiments: Set<String>)]

  /// Whether it belongs to no week.
  public var isStanding: Bool { ISOWeek(name) == nil }

  /// Reads the report of the week in `folder` as it was built.
  ///
  /// - Returns: nil if the week has no lock yet, and so no report.
  /// - Throws: The file that cannot be read.
  public init?(in folder: WeekFolder) throws(ReportFailure) {
    guard let lock = try folder.lock() else { return nil }
    let notebook = try folder.notebook()
    guard let markdown = try folder.content(of: WeekFolder.markdownName),
      let page = try folder.content(of: WeekFolder.htmlName)
    else {
      throw .file(
        "there is no \(folder.displayPath)/\(WeekFolder.htmlName); 'labbook report \(folder.name)' builds it"
      )
    }
    name = folder.name
    title = notebook.frontMatter.title.value
    days =
      notebook.frontMatter.period ?? ISOWeek(folder.name).map { SiteDays($0).words }
    isDraft = notebook.frontMatter.status == .draft
    self.lock = lock
    self.markdown = markdown
    self.page = page
    var figures: [(name: String, bytes: [UInt8])] = []
    let path = folder.file("figures").path(percentEncoded: false)
    let names: [String]
    do throws(StoreError) { names = try DurableFiles.names(in: path) } catch { throw .store(error) }
    for name in names {
      if let bytes = try folder.bytes(of: "figures/\(name)") {
        figures.append(("figures/\(name)", bytes))
      }
    }
    self.figures = figures
    summaryNames = notebook.summaryNames
    figureNames = notebook.figureNames
    links = notebook.links.map { SiteLink($0.value, from: folder) }
  }

  /// The items of the lists that the report begins with, under the names of its summary such as *Asked* and *Found*, or
  /// with such a name in each; its first paragraph where it begins with none.
  package var highlights: [(label: String, text: String)] {
    var label: String?
    var items: [(label: String, text: String)] = []
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(5)
    for block in lines.split(whereSeparator: \.isEmpty) {
      guard let first = block.first, !first.hasPrefix("#") else { break }
      if block.count == 1, let name = first.wholeMatch(of: #/\*\*([^*]+)\*\*/#) {
        label = String(name.1)
        continue
      }
      if label == nil, !items.isEmpty { break }
      let list = Self.items(of: block)
      items += list.enumerated().map { index, item in
        guard label == nil, let name = item.prefixMatch(of: #/\*\*([^*]+?):?\*\*:?\s*/#) else {
          return (index == 0 ? label ?? "" : "", Self.plain(item))
        }
        return (String(name.1), Self.plain(String(item[name.range.upperBound...])))
      }
      // A summary has a name for each of its lists.
      if label == nil { break }
      label = nil
    }
    return items
  }

  /// The items of a list, or a paragraph as one item.
  private static func items(of block: ArraySlice<Substring>) -> [String] {
    var items: [String] = []
    for line in block {
      if line.hasPrefix("- ") || items.isEmpty {
        items.append(String(line.hasPrefix("- ") ? line.dropFirst(2) : line[...]))
      } else {
        items[items.count - 1] += " " + line.drop { $0 == " " }
      }
    }
    return items
  }

  /// The words of the report without marks: each paragraph, item and row of a table by itself.
  var blocks: [String] {
    var blocks: [String] = []
    var isOpen = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      guard !line.isEmpty, !line.hasPrefix("<!--"), !line.hasPrefix("| :") else {
        isOpen = false
        continue
      }
      let isRow = line.hasPrefix("|")
      let begins = isRow || line.prefixMatch(of: #/#+ |- /#) != nil
      let words =
        isRow
        ? line.split(separator: "|").map { String($0).trimmed }.joined(separator: " · ")
        : String(line.replacing(#/^(?:#+|-) /#, with: ""))
      if isOpen, !begins {
        blocks[blocks.count - 1] += " " + words
      } else {
        blocks.append(words)
      }
      isOpen = !isRow
    }
    return blocks.map { Self.plain($0).trimmed }.filter { !$0.isEmpty }
  }

  /// Running text of a report without its marks; formulas with commands stay as they are written.
  static func plain(_ text: String) -> String {
    text.replacing(#/<[^>]*>/#, with: "")
      .replacing(#/!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^)]*\)/#) { String($0.1) }
      .replacing(#/\\([\[\]*_`<>#|])/#) { String($0.1) }
      .replacing(#/\$([^$\\]+)\$/#) { String($0.1) }
      .replacing("**", with: "").replacing("`", with: "").replacing("&lt;", with: "<")
      .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
      .replacing(#/[|\s]+/#, with: " ")
  }

  /// The last day of the week, as Atom writes times: it is of the week and of no clock.
  var timestamp: String {
    guard let week = ISOWeek(name) else { return "" }
    return "\(SiteDays.digits(SiteDays(week).last))T00:00:00Z"
  }
}

extension String {
  /// The text without spaces at either end.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

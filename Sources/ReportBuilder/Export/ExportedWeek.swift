internal import Foundation
internal import ChildProcesses
internal import ReportRendering
internal import ResultStore

/// The report of a week as files for other programs.
public struct ExportedWeek: Sendable {
  /// The week's report as it was built.
  public var week: SiteWeek
  /// The programs that convert drawings and documents.
  public var tools: ReportTools

  /// Creates an export.
  public init(of week: SiteWeek, tools: ReportTools) {
    self.week = week
    self.tools = tools
  }

  /// The files that are made of the week's words and numbers alone, by their names.
  public var files: [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = [
      ("report.md", Array(markdown.utf8)), ("report.html", Array(week.page.utf8)),
      ("runs.csv", Array(week.lock.commaSeparated.utf8)),
    ]
    for table in ExportedTable.all(in: week.markdown) {
      files.append(("tables/\(table.name).csv", Array(table.commaSeparated.utf8)))
      files.append(("tables/\(table.name).tex", Array(table.latex.utf8)))
    }
    return files + week.figures
  }

  /// The report whose figures are those that all programs know.
  private var markdown: String {
    week.markdown.replacing(#/\]\((figures\/[A-Za-z0-9_.-]+)\.svg\)/#) { "](\($0.1).png)" }
  }

  /// Converts what has been written to `folder`: each drawing to PDF and PNG, the report to docx and to a Jupyter notebook.
  ///
  /// - Returns: The names of the files made.
  /// - Throws: The program that failed, with its last words.
  public func convert(in folder: String) throws -> [String] {
    let drawings = week.figures.map(\.name).filter { $0.hasSuffix(".svg") }
    var made: [String] = []
    if !drawings.isEmpty {
      guard let python = tools.python else {
        throw ReportFailure.tool("Python with vl-convert, which converts figures, is not there")
      }
      let script = try BundledResource.file("convert_figures.py", in: .module)
      try run(
        [python.path(percentEncoded: false), "-I", script.path(percentEncoded: false)] + drawings,
        in: folder)
      made += drawings.flatMap { name in [".pdf", ".png"].map { String(name.dropLast(4)) + $0 } }
    }
    guard let pandoc = tools.pandoc else { return made }
    for name in ["report.docx", "report.ipynb"] {
      try run(
        [
          pandoc.path(percentEncoded: false), "--from=gfm+tex_math_dollars", "--standalone",
          "--metadata=title:\(week.title)", "--resource-path=.", "--output=\(name)", "report.md",
        ], in: folder)
      made.append(name)
    }
    return made
  }

  private func run(_ words: [String], in folder: String) throws {
    let process = try ChildProcess(
      words, inputFile: "/dev/null", errorFile: nil, folder: folder)
    let said = process.readToEnd()
    guard process.wait(seconds: 60) == .exited(0) else {
      let last =
        String(decoding: said, as: UTF8.self).split(separator: "\n").last ?? "it said nothing"
      throw ReportFailure.tool("\(words[0]) failed: \(last)")
    }
  }
}

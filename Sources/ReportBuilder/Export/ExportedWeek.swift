internal import Foundation
internal import ReportRendering
internal import ResultStore

/// The report of a week as files for other programs.
public struct ExportedWeek: Sendable {
  /// The week's report as it was built.
  public var week: SiteWeek
  /// The programs that convert drawings and documents.
  public var tools: ReportTools

  /// The images of the notebook by their names from the report's folder, sorted.
  private let images: [(name: String, bytes: [UInt8])]

  /// Creates an export of the report in `folder`, which `week` was read from.
  ///
  /// - Throws: The reason why its notebook cannot be read.
  public init(of week: SiteWeek, in folder: WeekFolder, tools: ReportTools) throws(ReportFailure) {
    self.week = week
    self.tools = tools
    let files = NotebookFiles(of: try folder.notebook(), folder: folder)
    let named = files.images.compactMap { address, bytes in
      files.imageNames[address].map { ($0, bytes) }
    }
    images = Dictionary(named) { first, _ in first }.map { (name: $0.key, bytes: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// The files that are made of the week's words and numbers alone, by their names.
  public var files: [(name: String, bytes: [UInt8])] {
    let page = deadLinks.reduce(week.page) { $1.removed(from: $0) }
    var files: [(name: String, bytes: [UInt8])] = [
      ("report.md", Array(markdown.utf8)), ("report.html", Array(page.utf8)),
      ("runs.csv", Array(week.lock.commaSeparated.utf8)),
    ]
    for table in ExportedTable.all(in: week.markdown) {
      files.append(("tables/\(table.name).csv", Array(table.commaSeparated.utf8)))
      files.append(("tables/\(table.name).tex", Array(table.latex.utf8)))
    }
    // An image may be linked to as well, or stand among the figures.
    for file in week.figures + images + carried
    where !files.contains(where: { $0.name == file.name }) {
      files.append(file)
    }
    return files
  }

  /// The files of the report's folder that it links to, each once.
  private var carried: [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    for link in week.links {
      guard let name = link.name(beside: week.name), let bytes = link.bytes,
        !files.contains(where: { $0.name == name })
      else { continue }
      files.append((name, bytes))
    }
    return files
  }

  /// The links to what the export does not have, such as other reports and files in folders above: they would lead nowhere.
  private var deadLinks: [SiteLink] {
    let own = ["report.md", "report.html"] + (week.figures + images + carried).map(\.name)
    return week.links.filter { link in
      link.name(beside: week.name).map { !own.contains($0) } ?? true
    }
  }

  /// The report whose figures are those that all programs know.
  private var markdown: String {
    deadLinks.reduce(week.markdown) { $1.removed(fromMarkdown: $0) }.replacing(
      #/\]\((figures\/[A-Za-z0-9_.-]+)\.svg\)/#
    ) { "](\($0.1).png)" }
  }

  /// The outcome of a conversion.
  public struct Conversion: Sendable {
    /// The names of the files made.
    public var files: [String] = []
    /// A sentence for each file that was not made, since a program is not there.
    public var notes: [String] = []
  }

  /// Converts what has been written to `folder`: each drawing to PDF and PNG, the report to docx, to a Jupyter notebook, and
  /// to PDF where typst is there.
  ///
  /// - Throws: The program that failed, with its last words.
  public func convert(in folder: String) throws -> Conversion {
    let programs = ExportPrograms(tools: tools, folder: folder)
    let drawings = week.figures.map(\.name).filter { $0.hasSuffix(".svg") }
    var made = Conversion()
    if !drawings.isEmpty {
      guard try programs.run(script: "convert_figures.py", drawings) else {
        throw ReportFailure.tool("Python with vl-convert, which converts figures, is not there")
      }
      made.files += drawings.flatMap { name in
        [".pdf", ".png"].map { String(name.dropLast(4)) + $0 }
      }
    }
    guard let pandoc = tools.pandoc?.path(percentEncoded: false) else { return made }
    let words = [
      pandoc, "--from=gfm+tex_math_dollars", "--standalone", "--resource-path=.", "report.md",
    ]
    for name in ["report.docx", "report.ipynb"] {
      try programs.run(words + ["--metadata=title:\(week.title)", "--output=\(name)"])
      made.files.append(name)
    }
    let (filter, template) = (
      try BundledResource.file("print.lua", in: .module),
      try BundledResource.file("print.typ", in: .module)
    )
    try programs.run(
      words + [
        "--lua-filter=\(filter.path(percentEncoded: false))",
        "--template=\(template.path(percentEncoded: false))", "--to=typst", "--output=report.typ",
      ])
    made.files.append("report.typ")
    if try programs.run(script: "print_report.py", ["report.typ", "report.pdf"]) {
      made.files.append("report.pdf")
    } else {
      made.notes.append("there is no report.pdf, since the Python package typst is not there")
    }
    return made
  }
}

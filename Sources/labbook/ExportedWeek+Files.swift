import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder
import ResultStore

extension ExportedWeek {
  /// Writes the files of a week that has a report to a folder, where none of them is yet.
  ///
  /// - Returns: The paths of the files, sorted.
  static func write(_ week: Week, in lab: Lab, to folder: String) throws -> [String] {
    _ = try week.requiredLock()
    let tools = try ReportTools.find()
    var build = WeekBuild(
      folder: week.folder, store: lab.store, experiments: [], catalog: .labbook, tools: tools)
    build.rendersLock = true
    build.canExecute = { Vocabulary.labbook.canExecute($0) }
    _ = try build.run()
    guard let read = try SiteWeek(in: week.folder) else { return [] }
    let export = ExportedWeek(of: read, tools: tools)
    let files = export.files
    try NewFiles(
      files: files.map { (path: NewFiles.path(of: $0.name, in: folder), bytes: $0.bytes) }
    ).write(in: folder)
    let conversion = try export.convert(in: folder)
    for note in conversion.notes { printError("note: \(note); \(ReportTools.exportsRemedy)") }
    return (files.map(\.name) + conversion.files)
      .map { NewFiles.path(of: $0, in: folder) }.sorted()
  }
}

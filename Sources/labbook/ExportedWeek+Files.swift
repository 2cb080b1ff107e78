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
    let export = try ExportedWeek(of: read, in: week.folder, tools: tools)
    let files = export.files
    // Before time is spent on conversions, and again of what they made.
    try NewFiles(files: paths(of: files, in: folder)).check(in: folder)
    let session = try StoreSession()
    defer { withExtendedLifetime(session) {} }
    let place = "\(session.path)/export"
    try NewFiles(files: paths(of: files, in: place)).write(in: place)
    let conversion = try export.convert(in: place)
    for note in conversion.notes { printError("note: \(note); \(ReportTools.exportsRemedy)") }
    let made = try conversion.files.map { name in
      (name: name, bytes: try DurableFiles.read("\(place)/\(name)") ?? [])
    }
    // One that was converted may be there as a file of the report's folder too.
    let names = Set(made.map(\.name))
    let all = paths(of: files.filter { !names.contains($0.name) } + made, in: folder)
    try NewFiles(files: all).write(in: folder)
    return all.map(\.path).sorted()
  }

  private static func paths(
    of files: [(name: String, bytes: [UInt8])], in folder: String
  ) -> [(path: String, bytes: [UInt8])] {
    files.map { (path: NewFiles.path(of: $0.name, in: folder), bytes: $0.bytes) }
  }
}

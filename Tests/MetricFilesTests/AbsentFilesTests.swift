import Foundation
import MetricFiles
import Testing

/// A metric file that is not there.
@Suite struct AbsentFilesTests {
  @Test(arguments: ["métriques.csv", "日本/日本語.csv", "\u{301}a.csv"])
  func `the files of the output folder alone are named in its place`(name: String) throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "absent-\(UUID().uuidString)")
    defer { try? files.removeItem(at: folder) }
    try files.createDirectory(
      at: folder.appending(path: "output"), withIntermediateDirectories: true)
    try Data().write(to: folder.appending(path: "secret.csv"))
    try Data().write(to: folder.appending(path: "output/other.txt"))
    let words = problem { () throws(MetricFileError) in
      try readMetricHistory(.csv, from: "\(folder.path)/output/\(name)", shownAs: name)
    }
    #expect(words?.contains("there is other.txt") == true, "\(words ?? "")")
    #expect(words?.contains("secret") == false)
  }
}

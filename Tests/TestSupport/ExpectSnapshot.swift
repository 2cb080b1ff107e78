public import Foundation
public import Testing

/// Expects `text` to equal the file `Snapshots/<name>` beside the calling test file.
///
/// With `RECORD_SNAPSHOTS=1` in the environment it writes the file instead and fails the test, so
/// that a recording run is never mistaken for a passing one.
public func expectSnapshot(
  _ text: String, named name: String, filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = testFolder(of: filePath).appending(components: "Snapshots", name)
  guard ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != "1" else {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name); read the diff, then run again", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "\(name) differs", sourceLocation: sourceLocation)
}

/// The folder that holds the test file `filePath`; goldens and snapshots are read beside it.
public func testFolder(of filePath: String = #filePath) -> URL {
  URL(filePath: filePath).deletingLastPathComponent()
}

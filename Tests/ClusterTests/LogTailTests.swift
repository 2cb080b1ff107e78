import Cluster
import Foundation
import ResultStore
import Testing

@Suite struct LogTailTests {
  @Test func `of a log of any size the end alone is read`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "job.log").path
    #expect(lastLines(ofLog: path, 3) == [])
    try Data("a\n\n \u{1B}b\nc".utf8).write(to: URL(filePath: path))
    #expect(lastLines(ofLog: path, 2) == ["  b", "c"])
    #expect(truncate(path, 5 << 30) == 0)
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\nlast words\n".utf8))
    try file.close()
    #expect(lastLines(ofLog: path, 1).last?.hasSuffix("last words") == true)
    #expect(DurableFiles.end(of: path, atMost: 6) == Array("words\n".utf8))
    #expect(DurableFiles.end(of: folder.path, atMost: 6) == [])
  }
}

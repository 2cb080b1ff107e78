import ExternalTrainers
import Foundation
import Glibc
import ResultStore
import Testing

/// The files of an output folder that a record keeps.
@Suite struct KeptFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", to: "output/plain.txt")
  }

  private func gather(_ patterns: [String]) -> String {
    do throws(TrainerFailure) {
      return try KeptFiles.gather(
        patterns, in: "\(folder.path)/output", into: "\(folder.path)/kept", isMoving: false
      ).map(\.path).joined(separator: " ")
    } catch {
      return error.description
    }
  }

  /// Makes a file whose name ends with a byte that is not UTF-8.
  private func makeFile(_ name: String) throws {
    let bytes = Array("\(folder.path)/output/\(name)".utf8) + [0xFF, 0]
    let file = bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { buffer in
        buffer.baseAddress.map { Glibc.open($0, O_WRONLY | O_CREAT, 0o600) } ?? -1
      }
    }
    try #require(file >= 0)
    close(file)
  }

  @Test func `a file whose name is not UTF-8 is not lost in silence`() throws {
    try makeFile("x")
    let words = "the file 'x\u{FFFD}' cannot be kept: its name is not UTF-8"
    #expect(gather(["x*"]).contains(words), "\(gather(["x*"]))")
    #expect(gather(["**"]).contains(words))
    #expect(gather(["plain*"]) == "output/plain.txt")
  }

  @Test func `the name of a file that cannot be kept is told on one line`() throws {
    try folder.write("a", to: "output/a\nb\u{1B}[31m.txt")
    let words = gather(["a*"])
    #expect(words.contains("'output/a\\nb\\u{1b}[31m.txt' is no path within a record"), "\(words)")
  }
}

import Foundation
import Testing

/// The short form of the fault suite in `Tests/Faults`, whose long one is `make torture`.
@Suite(.serialized) struct FaultSuiteTests {
  @Test(arguments: [
    "kills", "together", "clock", "full", "lost", "calls", "gone", "edits", "flips", "trainers",
  ])
  func `numbers stay what they are`(row: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-B", root.appending(path: "Tests/Faults/torture.py").path, "--short", "--seed",
      "840815345",
      try LabFixture.program.path, row,
    ]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["LABBOOK_TOOLS": root.appending(path: ".venv").path]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let words = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(words)")
    // A row is printed, or is skipped with a reason where it would take root.
    #expect(
      words.contains("make torture ROWS=\(row)") || words.contains("skipped, since"), "\(words)")
  }
}

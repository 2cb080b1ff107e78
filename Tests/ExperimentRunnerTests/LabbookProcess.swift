import Foundation
import Testing

/// The `labbook` program that this build made, started under a path of its own so that its
/// processes can be told from those of other tests.
struct LabbookProgram {
  /// A symbolic link to the program.
  let path: String

  init(in folder: TemporaryFolder) throws {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(filePath: tests).deletingLastPathComponent().appending(path: "labbook")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path),
      "\(program.path) is not built; build the whole package")
    path = folder.url.appending(path: "labbook").path
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: program.path)
  }

  /// Starts the program with `arguments`, by another program if one is named; what it writes goes to
  /// `output`.
  func start(_ arguments: [String], output: URL, under launcher: String? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: launcher == nil ? path : "/usr/bin/env")
    process.arguments = (launcher.map { [$0, path] } ?? []) + arguments
    try Data().write(to: output)
    let file = try FileHandle(forWritingTo: output)
    process.standardOutput = file
    process.standardError = file
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The SHA-256 of a program's file.
  static func digest(of program: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sha256sum", program.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let words = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return String(words.prefix(64))
  }

  /// The identifiers of the running processes whose command line starts with `words`.
  static func processes(startingWith words: [String]) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter {
      // A process that has just ended has no command line any more.
      guard let line = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") else {
        return false
      }
      return String(decoding: line, as: UTF8.self).split(separator: "\0").map(String.init)
        .starts(with: words)
    }
  }

  /// Waits for the end of a process; one that does not end is killed, and the test has failed.
  static func waitForExit(
    of process: Process, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try wait(until: { !process.isRunning }, sourceLocation: sourceLocation)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Waits until `condition` holds; a test that waits a minute in vain has failed.
  static func wait(
    until condition: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for _ in 0..<6000 {
      if try condition() { return }
      usleep(10_000)
    }
    Issue.record("waited a minute in vain", sourceLocation: sourceLocation)
  }
}

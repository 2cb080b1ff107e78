import Foundation

/// One run of pandoc, in an environment that is the same on every machine.
struct PandocCall {
  var program: URL

  /// Why pandoc failed.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs pandoc on `input` and returns what it prints.
  func run(arguments: [String], input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "labbook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "input.json")
    let result = folder.appending(path: "output.json")
    try input.write(to: source)
    let process = Process()
    process.executableURL = program
    process.arguments = arguments + ["--output=\(result.path)", source.path]
    process.environment = ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": folder.path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw Failure(description: "pandoc could not be started at \(program.path)")
    }
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let said = String(decoding: words, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard process.terminationStatus == 0 else {
      throw Failure(description: "pandoc failed on the bibliography: \(said)")
    }
    return try Data(contentsOf: result)
  }
}

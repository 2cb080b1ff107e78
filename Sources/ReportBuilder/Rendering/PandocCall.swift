import Foundation

/// One run of pandoc, in an environment that is the same on every machine.
struct PandocCall {
  var program: URL

  /// Why pandoc failed.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Formats the citations of a document.
  ///
  /// Pandoc gets copies of its files in a folder of its own, and is told to read nothing else.
  ///
  /// - Parameters:
  ///   - works: The bibliography.
  ///   - name: The bibliography's name, whose ending tells its form.
  ///   - style: The citation style, which stands on no other.
  ///   - input: The document as pandoc's JSON.
  /// - Returns: The document with its citations, as pandoc's JSON.
  /// - Throws: If pandoc cannot be started or fails, with what it says.
  func run(works: String, named name: String, style: String, input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "labbook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let library = folder.appending(
      path: "works." + (["bibtex", "json", "ris", "yaml"].contains(ending) ? ending : "bib"))
    let styleFile = folder.appending(path: "style.csl")
    let source = folder.appending(path: "input.json")
    let result = folder.appending(path: "output.json")
    try Data(works.utf8).write(to: library)
    try Data(style.utf8).write(to: styleFile)
    try input.write(to: source)
    let process = Process()
    process.executableURL = program
    process.arguments = [
      "--sandbox", "--from=json", "--to=json", "--citeproc", "--bibliography=\(library.path)",
      "--csl=\(styleFile.path)", "--metadata=link-citations:true", "--output=\(result.path)",
      source.path,
    ]
    // The sandbox does not cover what the citation processor fetches; a proxy that is not there does.
    let nowhere = "http://127.0.0.1:1"
    process.environment = [
      "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": folder.path, "http_proxy": nowhere,
      "https_proxy": nowhere,
    ]
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
      throw Failure(
        description: "pandoc failed on the bibliography: "
          + said.replacing(library.path, with: name).replacing(folder.path + "/", with: ""))
    }
    return try Data(contentsOf: result)
  }
}

import Foundation
import Notebook
import Settings

/// One run of pandoc, in an environment that is the same on every machine.
struct PandocCall {
  var program: URL

  /// The reason why pandoc failed.
  struct Failure: Error, CustomStringConvertible {
    var description: String
    /// Pandoc's words about a line of the bibliography.
    var reading: (line: Int, words: String)?
    /// Pandoc's words about the citation style, with the place in it if it is not well-formed.
    var style: (position: SourcePosition?, words: String)?
  }

  /// Formats the citations of a document.
  ///
  /// Pandoc gets copies of its files in a folder of its own, and is told to read nothing else.
  ///
  /// - Parameters:
  ///   - works: The bibliography as BibTeX.
  ///   - style: The citation style, which stands on no other.
  ///   - input: The document as pandoc's JSON.
  /// - Returns: The document with its citations, as pandoc's JSON.
  /// - Throws: ``Failure`` if pandoc cannot be started or fails, with its words.
  func run(works: String, style: String, input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "labbook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let library = folder.appending(path: "works.bib")
    let styleFile = folder.appending(path: "style.csl")
    let source = folder.appending(path: "input.json")
    let result = folder.appending(path: "output.json")
    try Data(works.utf8).write(to: library)
    try Data(style.utf8).write(to: styleFile)
    try input.write(to: source)
    let process = Process()
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw Failure(description: "pandoc could not be started at \(program.path)")
    }
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      Self.bounds + [
        program.path, "+RTS", "-M\(Self.mostMegabytes)m", "-RTS", "--sandbox", "--from=json",
        "--to=json", "--citeproc", "--bibliography=\(library.path)",
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
      throw Self.failure(
        saying: said.replacing(folder.path + "/", with: ""), status: process.terminationStatus)
    }
    return try Data(contentsOf: result)
  }

  /// The most memory that pandoc may use, and the most seconds of processor time.
  private static let (mostMegabytes, mostSeconds) = (160, 10)
  /// A shell's words that start a program which ends after that time.
  private static let bounds = ["-c", "ulimit -t \(mostSeconds) && exec \"$0\" \"$@\""]

  /// The failure that pandoc's words and exit code tell of.
  private static func failure(saying said: String, status: Int32) -> Failure {
    var failure = Failure(
      description: "pandoc failed on the works cited: "
        + (said.isEmpty || said.contains("eap exhausted")
          ? "they take more than \(mostMegabytes) MB or \(mostSeconds) s of processor time"
          : excerpt(said)))
    let words = said.replacing(/\s+/, with: " ")
    if let match = words.firstMatch(of: /\(line (\d+), column \d+\):? (.*)/),
      let line = Int(match.output.1)
    {
      failure.reading = (line, String(match.output.2))
    } else if let match = words.firstMatch(of: /CiteprocXMLError: (?:(\d+):(\d+))?[^:]*:? ?(.*)/) {
      var position: SourcePosition?
      if let line = match.output.1.flatMap({ Int($0) }),
        let column = match.output.2.flatMap({ Int($0) })
      {
        position = SourcePosition(line: line, column: column)
      }
      failure.style = (
        position, "is no XML: \(match.output.3.isEmpty ? match.output.0[...] : match.output.3)"
      )
    } else if let match = words.firstMatch(of: /CiteprocParseError: (.*)/) {
      failure.style = (nil, "is no citation style: \(match.output.1)")
    }
    return failure
  }
}

import ChildProcesses
import Foundation
import Notebook
import ResultStore
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
    let session = try StoreSession()
    defer { withExtendedLifetime(session) {} }
    let folder = URL(filePath: session.path, directoryHint: .isDirectory)
    let library = folder.appending(path: "works.bib")
    let styleFile = folder.appending(path: "style.csl")
    let source = folder.appending(path: "input.json")
    let result = folder.appending(path: "output.json")
    let errors = folder.appending(path: "errors")
    try Data(works.utf8).write(to: library)
    try Data(style.utf8).write(to: styleFile)
    try input.write(to: source)
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw Failure(description: "pandoc could not be started at \(program.path)")
    }
    let words =
      Self.bounds + [
        program.path, "+RTS", "-M\(Self.mostMegabytes)m", "-RTS", "--sandbox", "--from=json",
        "--to=json", "--citeproc", "--bibliography=\(library.path)",
        "--csl=\(styleFile.path)", "--metadata=link-citations:true", "--output=\(result.path)",
        source.path,
      ]
    // The sandbox does not cover what the citation processor fetches; a proxy that is not there does.
    let nowhere = "http://127.0.0.1:1"
    let environment = [
      "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": folder.path, "http_proxy": nowhere,
      "https_proxy": nowhere,
    ]
    let process: ChildProcess
    do {
      process = try ChildProcess(
        words, environment: .only(environment), inputFile: "/dev/null", errorFile: errors.path)
    } catch {
      throw Failure(description: "pandoc could not be started at \(program.path)")
    }
    _ = process.readToEnd()
    let status = process.wait()
    let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard status == .exited(0) else {
      throw Self.failure(saying: said.replacing(session.path + "/", with: ""))
    }
    return try Data(contentsOf: result)
  }

  /// The most memory that pandoc may use, and the most seconds of processor time.
  private static let (mostMegabytes, mostSeconds) = (160, 10)
  /// A shell's words that start a program which ends after that time.
  private static let bounds = ["/bin/sh", "-c", "ulimit -t \(mostSeconds) && exec \"$0\" \"$@\""]

  /// The failure that pandoc's words tell of.
  private static func failure(saying said: String) -> Failure {
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

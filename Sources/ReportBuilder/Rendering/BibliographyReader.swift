public import Foundation
public import Notebook
internal import Settings

/// Returns the works that `notebook` cites, formatted and numbered by pandoc's citation processor
/// in one call; without a call if it cites nothing.
///
/// - Parameters:
///   - notebook: The notebook; its front matter names the BibTeX file and may name a CSL style.
///   - folder: The notebook's folder, from which those files are found.
///   - pandoc: The program, or nil if it has not been found.
/// - Returns: The works and the text of every citation.
/// - Throws: ``NotebookError`` for missing files and for every key that the file does not have;
///   ``MissingSoftware`` if pandoc is needed and not there.
public func makeBibliography(
  for notebook: Notebook, folder: URL, pandoc: URL?
) throws -> Bibliography {
  guard !notebook.citations.isEmpty else { return .empty }
  let front = notebook.frontMatter
  let library = folder.appending(path: front.bibliography.value).standardizedFileURL
  guard let bibTeX = try? String(contentsOf: library, encoding: .utf8) else {
    throw NotebookError([
      SourceProblem(
        path: notebook.path, position: front.bibliography.position,
        message: "there is no bibliography '\(front.bibliography.value)'")
    ])
  }
  try checkKeys(of: notebook, in: BibTeX(bibTeX).works.map(\.key))
  var style = try BundledResource.file("numeric.csl")
  if let chosen = front.citationStyle {
    style = folder.appending(path: chosen.value).standardizedFileURL
    guard FileManager.default.fileExists(atPath: style.path) else {
      throw NotebookError([
        SourceProblem(
          path: notebook.path, position: chosen.position,
          message: "there is no citation style '\(chosen.value)'")
      ])
    }
  }
  guard let pandoc else {
    throw MissingSoftware(
      description: "pandoc, which formats citations, is not there; 'make report' installs it")
  }
  let output = try PandocCall(program: pandoc).run(
    arguments: [
      "--from=json", "--to=json", "--citeproc", "--bibliography=\(library.path)",
      "--csl=\(style.path)", "--metadata=link-citations:true",
    ],
    input: PandocDocument.encoded(notebook.citations))
  let isNumbered = try String(contentsOf: style, encoding: .utf8)
    .contains("citation-format=\"numeric\"")
  return try PandocDocument(json: output).bibliography(
    for: notebook.citations, isNumbered: isNumbered)
}

private func checkKeys(of notebook: Notebook, in keys: [String]) throws {
  let library = notebook.frontMatter.bibliography.value
  var problems: [SourceProblem] = []
  for citation in notebook.citations {
    for item in citation.items where !keys.contains(item.key) {
      var message = "no work has the key '\(item.key)' in \(library)"
      if let near = nearestName(to: item.key, among: keys) {
        message += "; did you mean '\(near)'?"
      } else if citation.isNarrative {
        message += "; write '\\@' for the character"
      }
      problems.append(
        SourceProblem(path: notebook.path, position: item.position, message: message))
    }
  }
  if !problems.isEmpty { throw NotebookError(problems) }
}

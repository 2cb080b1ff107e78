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
  try makeBibliography(
    for: notebook, files: NotebookFiles(of: notebook, folder: folder), pandoc: pandoc)
}

/// As ``makeBibliography(for:folder:pandoc:)``, of files that have been read.
func makeBibliography(
  for notebook: Notebook, files: NotebookFiles, pandoc: URL?
) throws -> Bibliography {
  guard !notebook.citations.isEmpty else { return .empty }
  guard let library = files.bibliography else { throw NotebookError(files.problems) }
  try checkKeys(of: notebook, in: BibTeX(library.text).works.map(\.key))
  guard files.problems.isEmpty else { throw NotebookError(files.problems) }
  guard let pandoc else {
    throw MissingSoftware(
      description: "pandoc, which formats citations, is not there; 'make report' installs it")
  }
  let style = try files.styles.last?.text ?? BundledResource.text("numeric.csl")
  let output = try PandocCall(program: pandoc).run(
    works: library.text, named: library.name, style: style,
    input: PandocDocument.encoded(notebook.citations))
  return try PandocDocument(json: output).bibliography(
    for: notebook.citations, isNumbered: CitationStyle.isNumeric(style))
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

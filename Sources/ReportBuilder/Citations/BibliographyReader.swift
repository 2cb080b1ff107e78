package import Foundation
package import Notebook
package import ReportRendering
internal import ResultStore

/// Returns the works that `notebook` cites, formatted and numbered by pandoc's citation processor
/// in one call; without a call if it cites nothing.
///
/// - Parameters:
///   - notebook: The notebook; its front matter names the BibTeX file and may name a CSL style.
///   - files: The files that it names, as they were read.
///   - pandoc: The program, or nil if it has not been found.
/// - Returns: The works and the text of every citation.
/// - Throws: ``NotebookError`` for missing files and for every key that the file does not have;
///   ``MissingSoftware`` if pandoc is needed and not there.
package func makeBibliography(
  for notebook: Notebook, files: NotebookFiles, pandoc: URL?
) throws -> Bibliography {
  guard !notebook.citations.isEmpty else { return .empty }
  guard let library = files.bibliography else { throw NotebookError(files.problems) }
  let style = try files.style
  let works = try citedWorks(of: notebook, in: library, style: style)
  guard files.problems.isEmpty else { throw NotebookError(files.problems) }
  guard let pandoc else {
    throw MissingSoftware(
      description: "pandoc, which formats citations, is not there; 'make report' installs it")
  }
  let input = try PandocDocument.encoded(notebook.citations, works: works)
  let items = notebook.citations.reduce(0) { $0 + $1.items.count }
  guard input.count <= mostBytesOfWords + 400 * items else {
    throw NotebookError([
      SourceProblem(
        path: notebook.path,
        position: notebook.citations.first?.items.first?.position
          ?? SourcePosition(line: 1, column: 1),
        message: "the words beside the works cited, from here on, are more than labbook formats")
    ])
  }
  let output: Data
  do {
    output = try PandocCall(program: pandoc).run(works: works.text, style: style, input: input)
  } catch let failure as PandocCall.Failure {
    throw problem(with: failure, notebook, works, styles: files.styles) ?? failure
  }
  return try PandocDocument(json: output).bibliography(
    for: notebook.citations, works: works, isNumbered: CitationStyle.isNumeric(style))
}

extension NotebookFiles {
  /// The citation style, which is labbook's own where the notebook chooses none.
  fileprivate var style: String {
    get throws { try styles.last?.text ?? BundledResource.text("numeric.csl", in: .module) }
  }

  /// The mistakes of the citations of `notebook` and the works that they name.
  func problems(withWorksOf notebook: Notebook) -> [SourceProblem] {
    guard let library = bibliography else { return [] }
    do {
      _ = try citedWorks(of: notebook, in: library, style: style)
      return []
    } catch {
      // What is wrong with a style stands among the problems of files.
      return (error as? NotebookError)?.problems ?? []
    }
  }
}

private func citedWorks(
  of notebook: Notebook, in library: NotebookFiles.Text, style: String
) throws -> CitedWorks {
  try CitedWorks(
    of: notebook, in: BibTeX(library.text), path: pathInMessages(of: library.name, notebook),
    cut: CitationStyle.nameCut(in: StyleTags(style)))
}

/// The most bytes of the words that stand beside the works cited, as the citation processor gets them.
private let mostBytesOfWords = 100_000

/// The path of a file that `notebook` names, as the notebook's own is shown.
private func pathInMessages(of name: String, _ notebook: Notebook) -> String {
  let folder = notebook.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  let path = NamedFiles.plainName((folder + [name[...]]).joined(separator: "/"))
  return notebook.path.hasPrefix("/") && !path.hasPrefix("/") ? "/" + path : path
}

/// Returns pandoc's failure as a fault of the bibliography or the style; nil if it is neither's.
private func problem(
  with failure: PandocCall.Failure, _ notebook: Notebook, _ works: CitedWorks,
  styles: [NotebookFiles.Text]
) -> NotebookError? {
  if let (line, words) = failure.reading, let problem = works.problem(onLine: line, saying: words) {
    return NotebookError([problem])
  }
  guard let (position, words) = failure.style, let style = styles.last,
    let named = notebook.frontMatter.citationStyle
  else { return nil }
  let path = pathInMessages(of: style.name, notebook)
  let problem =
    position.map {
      SourceProblem(path: path, position: $0, message: "the citation style \(words)")
    }
    ?? SourceProblem(
      path: notebook.path, position: named.position,
      message: "the citation style '\(style.name)' \(words)")
  return NotebookError([problem])
}

internal import Foundation
internal import Notebook
internal import ResultStore

/// What a week's report is made from beside its own results: the digests of documents, and the locks
/// of earlier weeks.
struct WeekSources {
  let folder: WeekFolder
  /// The digest of the notebook's file, `status:` included.
  private(set) var notebookFileDigest = ""
  /// The digest of the whole bibliography by its name, if there is one.
  private var bibliographyFileDigest: [String: String] = [:]
  /// The digests of notebook, works cited, style, images and earlier locks by relative name.
  private(set) var digests: [String: String] = [:]
  /// The locks of the weeks that the notebook compares with.
  private(set) var earlier: [String: Lock] = [:]

  init(folder: WeekFolder) {
    self.folder = folder
  }

  /// Reads what `notebook` names.
  ///
  /// - Throws: Each file that is not there, and a lock that cannot be read.
  mutating func read(_ notebook: Notebook, source: String) throws(ReportFailure) {
    digests[WeekFolder.notebookName] = notebookDigest(of: source)
    notebookFileDigest = Digest.hex(of: source)
    var problems: [SourceProblem] = []
    let images = notebook.images.map {
      Positioned($0.value.removingPercentEncoding ?? $0.value, at: $0.position)
    }
    func reportMissing(_ file: Positioned<String>) {
      problems.append(
        SourceProblem(
          path: notebook.path, position: file.position,
          message: "there is no file '\(file.value)' beside the notebook"))
    }
    if try !readBibliography(of: notebook), !notebook.citations.isEmpty {
      reportMissing(notebook.frontMatter.bibliography)
    }
    for file in (notebook.frontMatter.citationStyle.map { [$0] } ?? []) + images {
      if let digest = try folder.digest(of: file.value) {
        digests[file.value] = digest
      } else {
        reportMissing(file)
      }
    }
    for directive in notebook.directives where directive.name == "changes" {
      guard let week = directive.argument ?? notebook.frontMatter.compareTo else {
        problems.append(
          SourceProblem(
            path: notebook.path, position: directive.position,
            message: "'changes' needs a week, here or as 'compare_to' in the front matter"))
        continue
      }
      if let problem = try read(week) {
        problems.append(
          SourceProblem(path: notebook.path, position: week.position, message: problem))
      }
    }
    guard problems.isEmpty else { throw .notebook(NotebookError(problems)) }
  }

  /// The digests of the files as they are.
  var fileDigests: [String: String] {
    var digests = digests
    digests[WeekFolder.notebookName] = notebookFileDigest
    return digests.merging(bibliographyFileDigest) { $1 }
  }

  /// Reads the bibliography, which weeks share: a lock holds the digest of the works its week cites,
  /// so that a work added for another week changes nothing here.
  ///
  /// - Returns: Whether the file is there.
  private mutating func readBibliography(of notebook: Notebook) throws(ReportFailure) -> Bool {
    let name = notebook.frontMatter.bibliography.value
    guard let text = try folder.content(of: name) else { return false }
    bibliographyFileDigest = [name: Digest.hex(of: text)]
    let cited = Set(notebook.citations.flatMap(\.items).map(\.key))
    digests[name] = BibTeX(text).digest(ofWorks: cited)
    return true
  }

  /// Reads the lock of an earlier week; returns what is wrong with the week.
  private mutating func read(_ week: Positioned<String>) throws(ReportFailure) -> String? {
    guard let asked = ISOWeek(week.value) else { return "'\(week.value)' is not an ISO week" }
    if let this = ISOWeek(folder.week), asked >= this {
      return "'changes' compares with an earlier week; \(asked) is not before \(this)"
    }
    let other = folder.beside(week.value)
    guard let lock = try other.lock() else {
      return "the week '\(week.value)' has no \(WeekFolder.lockName)"
    }
    earlier[week.value] = lock
    digests["../\(week.value)/\(WeekFolder.lockName)"] = Digest.hex(of: lock.text)
    return nil
  }
}

internal import Foundation
internal import Notebook
internal import ResultStore

/// What a week's report is made from beside its own results: the digests of documents, and the locks
/// of earlier weeks.
struct WeekSources {
  let folder: WeekFolder
  /// The digest of the notebook's file, `status:` included.
  private(set) var notebookFileDigest = ""
  /// The digests of notebook, bibliography, style, images and earlier locks by relative name.
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
    let works = [notebook.frontMatter.bibliography, notebook.frontMatter.citationStyle]
    for file in works.compactMap(\.self) + images {
      if let digest = try folder.digest(of: file.value) {
        digests[file.value] = digest
      } else if file != notebook.frontMatter.bibliography || !notebook.citations.isEmpty {
        problems.append(
          SourceProblem(
            path: notebook.path, position: file.position,
            message: "there is no file '\(file.value)' beside the notebook"))
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
    return digests
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

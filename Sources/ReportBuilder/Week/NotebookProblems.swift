public import Notebook
internal import ReportRendering
internal import ResultStore

/// Everything that is wrong with a notebook.
///
/// A build goes step by step, and a mistake ends it: of form, of names, of files, of citations. Who mends one must not find
/// the next only in the next build, so when one is told, the steps behind it are looked at as well.
extension WeekFolder {
  /// Returns `error` with all other mistakes of this week's notebook that can be told before anything is executed.
  ///
  /// - Parameters:
  ///   - error: The mistakes that are known.
  ///   - experiments: The experiments of the lab; nil where names are not to be checked, such as of a week that stands on its lock.
  ///   - unread: The names of experiments whose specs cannot be read.
  /// - Returns: All of them, each once, in reading order.
  public func allProblems(
    beside error: NotebookError, experiments: [PlannedExperiment]?, unread: [String] = []
  ) -> NotebookError {
    guard let source = try? notebookSource(),
      let notebook = notebookInSpiteOfMistakes(
        source, path: displayPath(of: Self.notebookName), directives: reportDirectives)
    else { return error }
    var problems = error.problems
    // A final week stands on its lock; the specs may have moved on.
    if let experiments, notebook.frontMatter.status == .draft {
      do throws(NotebookError) {
        try checkNames(of: notebook, in: experiments, unread: unread)
      } catch { problems += error.problems }
      do throws(NotebookError) {
        try checkEarlierWeeks(of: notebook, in: experiments)
      } catch { problems += error.problems }
    }
    let files = NotebookFiles(of: notebook, folder: self)
    problems += files.problems + files.problems(withWorksOf: notebook)
    // As of every build, what the links of a final week lead to may have moved on.
    if notebook.frontMatter.status == .draft { problems += files.linkProblems }
    return NotebookError(problems)
  }
}

internal import Foundation
internal import Notebook
internal import ResultStore

extension WeekBuild {
  /// Looks everything up that the notebook names; claims that do not hold fail the build unless they
  /// are to be marked.
  ///
  /// - Throws: All mistakes of the notebook at once.
  func resolve(
    _ notebook: Notebook, lock: Lock, _ sources: WeekSources
  ) throws(ReportFailure) -> ReportContent {
    var problems: [SourceProblem] = []
    var bibliography = Bibliography.empty
    do {
      bibliography = try makeBibliography(
        for: notebook, folder: folder.url, pandoc: tools.pandoc)
    } catch let error as NotebookError {
      problems += error.problems
    } catch {
      throw .tool("\(error)")
    }
    do throws(NotebookError) {
      let content = try ReportContent(
        notebook: notebook, lock: lock, earlier: sources.earlier, catalog: catalog,
        bibliography: bibliography)
      if !marksFailures { problems += content.failures }
      if problems.isEmpty { return content }
    } catch {
      problems += error.problems
    }
    throw .notebook(NotebookError(problems))
  }
}

extension ReportContent {
  /// Renders the report as Markdown and HTML.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - directives: What each directive stands for, figures included.
  ///   - folder: The week, from which the notebook's own images are read.
  ///   - output: Where the two files are added.
  /// - Throws: Formulas that cannot be typeset and images that cannot be shown, at their places.
  func render(
    _ notebook: Notebook, directives: [[ReportBlock]], folder: WeekFolder,
    into output: inout OutputFiles
  ) throws(ReportFailure) {
    let report = ReportDocument(
      notebook: notebook, directives: directives, values: values, bibliography: bibliography,
      rule: rule)
    do {
      output.write(try markdown(for: report), to: WeekFolder.markdownName)
      output.write(
        try html(for: report, folder: folder.url, typesetter: FormulaTypesetter()),
        to: WeekFolder.htmlName)
    } catch let error as NotebookError {
      throw .notebook(error)
    } catch {
      throw .tool("\(error)")
    }
  }
}

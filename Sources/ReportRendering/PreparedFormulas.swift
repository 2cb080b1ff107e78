import Notebook

/// A report's formulas as both outputs show them: with macros written out.
struct PreparedFormulas {
  /// In the order of ``Notebook/formulas``.
  let formulas: [MacroExpansion]

  /// Writes the macros in the formulas of `report` out.
  ///
  /// - Throws: The commands that cannot be written out or that GitHub would not show, each at its place.
  init(of report: ReportDocument) throws(NotebookError) {
    let macros = report.macros.overridden(by: report.notebook.frontMatter.macros).macros
    var problems: [SourceProblem] = []
    var formulas: [MacroExpansion] = []
    let path = report.notebook.path
    var seen: Set<String> = []
    var total = 0
    for formula in report.notebook.formulas {
      func note(_ message: String, at offset: Int) {
        problems.append(
          SourceProblem(
            path: path, position: formula.position(ofUTF16Offset: offset),
            message: "formula: \(message)"))
      }
      do {
        let expansion = try MacroExpansion(texTokens(formula.tex), macros)
        if expansion.tex != formula.tex {
          for problem in FormulaCheck.problems(in: expansion.tex) {
            note(problem.message, at: expansion.offset(ofWritten: problem.offset))
          }
        }
        for problem in GitHubTeX.problems(in: expansion.tex) {
          note(problem.message, at: expansion.offset(ofWritten: problem.offset))
        }
        formulas.append(expansion)
        if seen.insert(expansion.tex).inserted { total += expansion.tex.count }
        if total > FormulaCheck.mostInAll {
          note(FormulaCheck.tooMuchInAll, at: 0)
          break
        }
      } catch {
        note(error.message, at: error.offset)
      }
    }
    guard problems.isEmpty else { throw NotebookError(problems) }
    self.formulas = formulas
  }
}

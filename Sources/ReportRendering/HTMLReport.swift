import Foundation
import Notebook

/// Returns `report` as one HTML page that needs nothing beside itself: no network and no file. Formulas, fonts,
/// figures and styles are inside it; so is one script, without which everything can be read.
///
/// The text is a function of `report`, the notebook's own images and the installed KaTeX alone.
///
/// - Parameters:
///   - report: The report.
///   - images: The notebook's own images, as they were read.
///   - typesetter: The typesetter of formulas.
/// - Returns: The page, ending with a line end.
/// - Throws: ``NotebookError`` for each formula that cannot be typeset, at its place; ``MissingSoftware`` if
///   KaTeX is not installed.
package func html(
  for report: ReportDocument, images: EmbeddedImages, typesetter: FormulaTypesetter
) throws -> String {
  let formulas = try typesetFormulas(of: report, with: typesetter)
  var renderer = HTMLRenderer(
    report: report, numbering: try ReportNumbering(report), formulas: formulas.notebook,
    titleFormulas: formulas.titles, images: images)
  let body = renderer.body()
  var style = try PageShell.reportStyle
  if !formulas.isEmpty {
    style = try typesetter.styleSheet(for: formulas.distinct) + "\n" + style
  }
  return try PageShell(
    title: report.notebook.frontMatter.title.value, style: style, body: body
  ).html
}

/// `text` with the characters that HTML reads as its own replaced.
package func escaped(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  // By scalars: a quotation mark with an accent on it is another character, and ends an attribute all the same.
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;".unicodeScalars
    case "<": result += "&lt;".unicodeScalars
    case ">": result += "&gt;".unicodeScalars
    case "\"": result += "&quot;".unicodeScalars
    default: result.append(scalar)
    }
  }
  return String(result)
}

/// The formulas of a report as HTML.
private struct TypesetFormulas {
  /// In the order of ``Notebook/formulas``.
  var notebook: [String]
  /// Those in the titles of works, by their TeX.
  var titles: [String: String]

  var isEmpty: Bool { notebook.isEmpty && titles.isEmpty }
  /// Each formula once, in an order that means nothing.
  var distinct: String { Set(notebook + titles.values).sorted().joined() }
}

private func typesetFormulas(
  of report: ReportDocument, with typesetter: FormulaTypesetter
) throws -> TypesetFormulas {
  let prepared = try PreparedFormulas(of: report).formulas
  let macros = report.macros.overridden(by: report.notebook.frontMatter.macros).macros
  var result: [String] = []
  var problems: [SourceProblem] = []
  var number = 0
  for (formula, expansion) in zip(report.notebook.formulas, prepared) {
    // Each costs a suggestion, and nobody reads as many.
    if problems.count > 200 { break }
    var tex = expansion.tex
    if formula.label != nil {
      number += 1
      tex += "\\tag{\(number)}"
    }
    do {
      result.append(try typesetter.html(tex, isDisplay: formula.isDisplay))
    } catch let error as FormulaTypesetter.FormulaError {
      problems.append(
        SourceProblem(
          path: report.notebook.path,
          position: formula.position(ofUTF16Offset: expansion.offset(ofWritten: error.offset)),
          message: "formula: \(error.message)"
            + typesetter.suggestion(for: error, macros: Array(macros.keys))))
    }
  }
  var titles: [String: String] = [:]
  for entry in report.bibliography.entries {
    for tex in formulas(in: entry.text) where titles[tex] == nil {
      do {
        titles[tex] = try typesetter.html(tex, isDisplay: false)
      } catch let error as FormulaTypesetter.FormulaError {
        problems.append(
          SourceProblem(
            path: report.notebook.path,
            position: report.notebook.citations.lazy.flatMap(\.items)
              .first { $0.key == entry.key }?.position ?? SourcePosition(line: 1, column: 1),
            message: "formula '\(tex)' of the work '\(entry.key)': \(error.message)"))
      }
    }
  }
  if !problems.isEmpty { throw NotebookError(problems) }
  return TypesetFormulas(notebook: result, titles: titles)
}

private func formulas(in text: [RichText]) -> [String] {
  text.flatMap { part -> [String] in
    switch part {
    case .formula(let tex): [tex]
    case .emphasis(let content), .strong(let content), .superscript(let content),
      .subscript(let content), .link(_, let content):
      formulas(in: content)
    case .text, .code, .inline: []
    }
  }
}

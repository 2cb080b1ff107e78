import Notebook

/// The numbers of a report's tables, figures and equations, in reading order, and what references
/// to them say. The same in every output format.
struct ReportNumbering {
  /// For each directive, the numbers of its tables and figures in order; nil if not numbered.
  private(set) var directives: [[Int?]]
  /// The number of each of the notebook's own images that has a label.
  private(set) var images: [String: Int] = [:]
  /// The number of each labelled formula, by its index.
  private(set) var formulas: [Int: Int] = [:]
  /// The words of a reference to each label: "Table 1", or a section's title.
  private(set) var references: [String: [Inline]] = [:]
  private var tableCount = 0
  private var figureCount = 0

  /// Numbers everything in `document`.
  ///
  /// - Throws: ``NotebookError`` if a reference names a label whose directive shows no such thing.
  init(_ document: ReportDocument) throws {
    directives = Array(repeating: [], count: document.directives.count)
    number(document.notebook.blocks, in: document)
    for footnote in document.notebook.footnotes { number(footnote.blocks, in: document) }
    for (index, formula) in document.notebook.formulas.enumerated() {
      guard let label = formula.label else { continue }
      formulas[index] = formulas.count + 1
      references[label] = [.text("Equation \(formulas.count)")]
    }
    let problems = document.notebook.references.filter { references[$0.label] == nil }.map {
      SourceProblem(
        path: document.notebook.path, position: $0.position,
        message: "the directive labelled '\($0.label)' shows nothing that can be referred to")
    }
    if !problems.isEmpty { throw NotebookError(problems) }
  }

  private mutating func number(_ blocks: [Block], in document: ReportDocument) {
    for block in blocks {
      switch block {
      case .paragraph(let content): number(content)
      case .heading(_, let anchor, let content):
        number(content)
        references[anchor] = references[anchor] ?? content
      case .blockQuote(let content), .alert(_, let content): number(content, in: document)
      case .list(let list): for item in list.items { number(item.blocks, in: document) }
      case .table(let table):
        for cell in table.header + table.rows.flatMap({ $0 }) { number(cell) }
      case .directive(let index): directives[index] = numbers(of: document.directives[index])
      case .code, .thematicBreak: break
      }
    }
  }

  private mutating func number(_ content: [Inline]) {
    for inline in content {
      switch inline {
      case .image(_, _, _, let label?):
        figureCount += 1
        images[label] = figureCount
        references[label] = [.text("Figure \(figureCount)")]
      case .emphasis(let inside), .strong(let inside), .strikethrough(let inside),
        .link(_, _, let inside):
        number(inside)
      default: break
      }
    }
  }

  private mutating func numbers(of blocks: [ReportBlock]) -> [Int?] {
    var result: [Int?] = []
    for block in blocks {
      switch block {
      case .table(let table):
        guard table.label != nil || table.caption != nil else {
          result.append(nil)
          continue
        }
        tableCount += 1
        result.append(tableCount)
        if let label = table.label { references[label] = [.text("Table \(tableCount)")] }
      case .figure(let figure):
        guard figure.label != nil || figure.caption != nil else {
          result.append(nil)
          continue
        }
        figureCount += 1
        result.append(figureCount)
        if let label = figure.label { references[label] = [.text("Figure \(figureCount)")] }
      case .details(_, let content): result += numbers(of: content)
      case .paragraph, .claim, .notice, .list: break
      }
    }
    return result
  }
}

internal import Foundation
internal import Notebook
internal import ResultStore

/// The drawing of a draft's figures.
extension WeekBuild {
  /// A figure with its specification and its drawing.
  struct DrawnFigure {
    var figure: PlannedFigure
    var (specification, drawing): (String, String)
  }

  /// Draws figures; of those that show what they showed at the last build the week's files are taken.
  ///
  /// - Parameters:
  ///   - figures: The figures, in order.
  ///   - draft: The records that they show.
  ///   - lock: The results that they show.
  ///   - sources: What the notebook names.
  /// - Returns: The figures in the same order, and what to keep of them for the next build.
  /// - Throws: If a record cannot be read, or the program that draws fails.
  func draw(
    _ figures: [PlannedFigure], of draft: DraftLock, lock: Lock, _ sources: WeekSources
  ) throws(ReportFailure) -> (figures: [DrawnFigure], kept: KeptFigures) {
    guard !figures.isEmpty else { return ([], KeptFigures(drawnBy: tools)) }
    let former = KeptFigures(at: keptFiguresPath, drawnBy: tools)
    let keys = FigureKeys(of: lock, weeks: sources.lockDigests)
    var kept = KeptFigures(drawnBy: tools)
    let byKey = Dictionary(former.entries.map { ($0.key, $0) }) { first, _ in first }
    let bySpecification = Dictionary(former.entries.map { ($0.specification, $0) }) { first, _ in
      first
    }
    var drawn = [DrawnFigure?](repeating: nil, count: figures.count)
    var missing: [(index: Int, specification: String)] = []
    // Figures of one experiment follow each other, so that its records are read once.
    let order = figures.indices.sorted {
      (figures[$0].directive.argument?.value ?? "", $0)
        < (figures[$1].directive.argument?.value ?? "", $1)
    }
    for index in order {
      let figure = figures[index]
      if let entry = byKey[keys.key(of: figure)], let texts = texts(of: entry) {
        drawn[index] = DrawnFigure(
          figure: figure, specification: texts.specification, drawing: texts.drawing)
        continue
      }
      let specification = figure.chart(catalog) { draft.record($0) }.specification
      if let entry = bySpecification[Digest.hex(of: specification)],
        let texts = texts(of: entry)
      {
        drawn[index] = DrawnFigure(
          figure: figure, specification: specification, drawing: texts.drawing)
      } else {
        missing.append((index, specification))
      }
    }
    if let problem = draft.problem { throw .store(problem) }
    let drawings = try drawFigures(missing.map(\.specification), python: tools.python)
    for (item, drawing) in zip(missing, drawings) {
      drawn[item.index] = DrawnFigure(
        figure: figures[item.index], specification: item.specification, drawing: drawing)
    }
    let all = drawn.compactMap(\.self)
    for item in all {
      kept.add(
        item.figure.file, key: keys.key(of: item.figure), specification: item.specification,
        drawing: item.drawing)
    }
    return (all, kept)
  }

  /// Keeps what the next build can take; it draws all figures again if this cannot be written.
  func remember(_ kept: KeptFigures) {
    try? DurableFiles.createFolder(DurableFiles.parent(of: keptFiguresPath))
    try? store.replaceFile(keptFiguresPath, Array(kept.text.utf8))
  }

  private var keptFiguresPath: String {
    store.root.appending(path: "reports/\(folder.name).figures").path(percentEncoded: false)
  }

  /// The files of a figure that was drawn, if they are as they were.
  private func texts(of entry: KeptFigures.Entry) -> (specification: String, drawing: String)? {
    let named = [entry.file + ".vl.json", entry.file + ".svg"]
    guard named.allSatisfy(OutputFiles.isFigure),
      let specification = (try? folder.content(of: named[0])) ?? nil,
      let drawing = (try? folder.content(of: named[1])) ?? nil,
      Digest.hex(of: specification) == entry.specification,
      Digest.hex(of: drawing) == entry.drawing
    else { return nil }
    return (specification, drawing)
  }
}

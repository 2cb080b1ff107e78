public import Foundation
internal import Notebook
public import ReportRendering
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
        for: notebook, files: sources.files, pandoc: tools.pandoc)
    } catch let error as NotebookError {
      problems += error.problems
    } catch {
      throw .tool("\(error)")
    }
    do throws(NotebookError) {
      let content = try ReportContent(
        notebook: notebook, lock: lock, earlier: sources.earlier, before: sources.before,
        catalog: catalog, bibliography: bibliography)
      if !marksFailures { problems += content.failures }
      if problems.isEmpty { return content }
    } catch {
      problems += error.problems
    }
    throw .notebook(NotebookError(problems))
  }

  /// The sentences below everything else: on which runs the numbers of a report stand, which of them were executed
  /// again, and between which results somebody decided.
  func footer(of lock: Lock) throws(ReportFailure) -> [[Inline]] {
    let verified = (try folder.verification() ?? VerificationState()).words(on: lock).map {
      [Inline.text($0)]
    }
    return statedRuns(of: lock) + (verified.map { [$0] } ?? []) + lock.decisions
  }

  /// The digests of the files beside the lock that a build reads.
  func sidecarDigests() throws(ReportFailure) -> [String: String] {
    var digests: [String: String] = [:]
    for name in [WeekFolder.verificationName, WeekFolder.proseName] {
      digests[name] = try folder.digest(of: name) ?? "absent"
    }
    return digests
  }

  /// Whether this version can execute an arm again: remembered, where nothing but the arm's own settings says so.
  private func isExecutable(
    _ arm: ArmPreimage, _ canExecute: (ArmPreimage) -> Bool
  ) -> Bool {
    guard let answers, ArmPreimage.stageFields.allSatisfy({ arm.fields[$0] == nil }) else {
      return canExecute(arm)
    }
    return answers.answer(Array("can execute\n\(arm.digest)".utf8)) {
      (canExecute(arm) ? 1 : 0, 0, 0)
    }.0 == 1
  }

  private func statedRuns(of lock: Lock) -> [[Inline]] {
    let arms = lock.experiments.flatMap(\.arms)
    let all = arms.reduce(0) { $0 + $1.runs.count }
    let runs = arms.reduce(0) { $0 + $1.runs.count { $0.observation == nil } }
    guard let canExecute, runs > 0 else { return [] }
    let own = runs == all ? "" : " of the engine"
    let count = arms.reduce(0) { count, arm in
      count + (isExecutable(arm.identity, canExecute) ? arm.runs.count : 0)
    }
    return [
      [
        .text(
          "Of the \(runs) \(runs == 1 ? "run" : "runs")\(own) that this report stands on, this "
            + "version of labbook can execute \(count) again; the numbers are stated by the lock until "
        ),
        .code("labbook verify \(folder.name)"), .text(" recomputes them."),
      ]
    ]
  }
}

extension Lock {
  /// A paragraph for each run that gave results that differ, of which a person chose one.
  fileprivate var decisions: [[Inline]] {
    guard
      experiments.contains(where: { $0.arms.contains { $0.runs.contains { $0.resolution != nil } } }
      )
    else { return [] }
    return runs.compactMap { name, _, run in
      run.resolution.map { resolution in
        let others = resolution.rejected.map { String($0.prefix(12)) }
        return [
          .strong([.text("Decided by a person:")]), .text(" "), .code(name),
          .text(
            " gave \(others.count + 1) results that differ; \(run.digest.prefix(12)) is kept and "
              + "\(others.joined(separator: ", ")) \(others.count == 1 ? "is" : "are") not: "
              + "\(resolution.reason)"),
        ]
      }
    }
  }
}

extension ReportContent {
  /// Renders the report as Markdown and HTML.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - directives: The content of each directive, figures included.
  ///   - images: The notebook's own images.
  ///   - footer: Sentences below everything else.
  ///   - macros: The lab's commands for formulas.
  ///   - output: The files to write, to which the two are added.
  /// - Throws: Formulas that cannot be typeset and images that cannot be shown, at their places.
  func render(
    _ notebook: Notebook, directives: [[ReportBlock]], images: EmbeddedImages,
    footer: [[Inline]], macros: FormulaMacros,
    into output: inout OutputFiles
  ) throws(ReportFailure) {
    let report = ReportDocument(
      notebook: notebook, directives: directives, values: values, bibliography: bibliography,
      summary: summary, footer: registration.notes + footer, rule: rule, macros: macros)
    do {
      output.write(try markdown(for: report), to: WeekFolder.markdownName)
      output.write(
        try html(for: report, images: images, typesetter: FormulaTypesetter()),
        to: WeekFolder.htmlName)
    } catch let error as NotebookError {
      throw .notebook(error)
    } catch {
      throw .tool("\(error)")
    }
  }
}

/// Returns `report` as one HTML page that holds everything it shows, the notebook's own images included.
///
/// - Parameters:
///   - report: The report.
///   - folder: The notebook's folder, from which its own images are read.
///   - typesetter: The typesetter of formulas.
/// - Returns: The page, ending with a line end.
/// - Throws: ``NotebookError`` for each formula that cannot be typeset and each image that cannot be
///   read, at their places; ``MissingSoftware`` if KaTeX is not installed.
public func html(
  for report: ReportDocument, folder: URL, typesetter: FormulaTypesetter
) throws -> String {
  let files = NotebookFiles(
    of: report.notebook, folder: WeekFolder(url: folder, displayPath: folder.lastPathComponent))
  guard files.imageProblems.isEmpty else { throw NotebookError(files.imageProblems) }
  return try html(for: report, images: EmbeddedImages(files), typesetter: typesetter)
}

extension EmbeddedImages {
  /// The images of a notebook's files.
  init(_ files: NotebookFiles) {
    self.init(
      files.images.compactMap { source, content in
        files.imageNames[source].map { (source: source, name: $0, content: content) }
      })
  }
}

import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook report`: the build of a week's report, after the runs that it lacks.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run what is missing and build a week's report.",
    discussion: """
      Without a week it builds the newest draft, or else the newest final week. A final week is \
      rendered from its lock and never executes anything.

      Examples:
        labbook report
        labbook report 2026-W44
        labbook report --draft          mark claims that do not hold instead of failing
        labbook report --accept-prose   what the words say holds on the results as they are
      """)

  @Argument(help: "The week, such as 2026-W45.", completion: Completions.weeks)
  var week: String?

  @Flag(help: "Build every week.")
  var all = false

  @Flag(help: "Mark claims that do not hold in the report instead of failing.")
  var draft = false

  @Flag(help: "Let records replace what a draft's lock says about the same runs.")
  var accept = false

  @Flag(
    help: "Take it that a draft's words hold on the results as they are, though these have changed."
  )
  var acceptProse = false

  @Flag(help: "Render from the locks alone; execute nothing and change no lock.")
  var renderedOnly = false

  @OptionGroup var jobs: JobsOption
  @OptionGroup var checkpoints: CheckpointOption
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      if all, week != nil { throw ValidationError("Name a week or give --all, not both.") }
      let weeks =
        if all { Week.all(in: lab) } else {
          [try week.map { try Week($0, in: lab) } ?? Week.current(in: lab)]
        }
      for week in weeks { try build(week, in: lab) }
    }
  }

  private func build(_ week: Week, in lab: Lab) throws {
    let state = BuildState(
      folder: week.folder, lab: lab.root, store: lab.store,
      executable: URL(filePath: "/proc/self/exe"),
      dependencies: specPaths(inLab: lab.root).map { lab.root.appending(path: $0) },
      sealed: lab.sealed)
    let isForced = accept || acceptProse || draft || renderedOnly
    if !isForced, state.isUpToDate() {
      print("\(week): nothing to do; the report is \(week.folder.displayPath)/report.html")
      return
    }
    let notebook = try week.notebook()
    week.folder.seal(notebook)
    for warning in notebook.warnings { printError("\(warning)") }
    // An altered lock, or one that is ahead of this version, is told before time is spent on runs.
    let isLockRead = !accept || notebook.frontMatter.status == .final
    let registered = (isLockRead ? try week.lock : try? week.lock)?.preregistered
    var experiments: [Experiment] = []
    if notebook.frontMatter.status == .draft, !renderedOnly {
      experiments = try execute(notebook, registered, lab.loadSpecs(), in: lab)
    }
    var build = WeekBuild(
      folder: week.folder, store: lab.store, experiments: experiments.map(\.planned),
      catalog: .labbook, tools: try .find())
    build.marksFailures = draft
    build.canExecute = { Vocabulary.labbook.canExecute($0) }
    build.rendersLock = renderedOnly
    build.acceptsRecords = accept
    build.acceptsProse = acceptProse
    let outcome = try build.run()
    if !renderedOnly { try state.remember(outcome) }
    for warning in outcome.warnings { printError("\(warning)") }
    for note in outcome.notes { printError("note: \(note)") }
    for path in lab.sealed.edited {
      printError(
        "note: \(path) was changed while this was built, from what it was before; build again to take it in"
      )
    }
    for problem in outcome.markedFailures { printError("\(problem)") }
    print("\(week): built")
    for file in outcome.files {
      let mark = outcome.changedFiles.contains(file) ? "changed" : "as before"
      print("  \(week.folder.displayPath(of: file))  (\(mark))")
    }
  }

  /// Executes the runs that the notebook needs and the store does not have.
  ///
  /// - Returns: The experiments that the notebook needs, and those of which it says what is planned.
  private func execute(
    _ notebook: Notebook, _ registered: Preregistration?, _ specs: LabSpecs, in lab: Lab
  ) throws -> [Experiment] {
    try checkNames(
      of: notebook, in: specs.experiments.map(\.planned), unread: specs.broken.map(\.name))
    try checkRegistration(of: notebook, registered: registered)
    let chosen = try specs.experiments(
      named: experimentsNeeded(by: notebook, registered: registered).map(\.value))
    printWarnings(of: chosen)
    let runs = try plannedRuns(of: chosen, in: lab.store, vocabulary: .labbook)
    try checkStages(neededBy: runs, in: lab.store)
    let result = try jobs.execute(runs, in: lab, checkpointSeconds: checkpoints.seconds)
    if result.wasInterrupted { throw ExitCode(130) }
    if !result.isComplete {
      for outcome in result.outcomes where outcome.isFailure { printError("error: \(outcome)") }
      throw ExitCode.failure
    }
    let names = chosen.map(\.name)
    let planned = experimentsPlanned(by: notebook).map(\.value).filter { !names.contains($0) }
    return try chosen + (planned.isEmpty ? [] : specs.experiments(named: planned))
  }
}

import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import RecordExchange
import ReportBuilder
import ResultStore

/// `labbook report`: the build of a report, after the runs that it lacks.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Run what is missing and build a report.",
    discussion: """
      Without a name it builds the newest draft week, or else the newest final one. A final report is \
      rendered from its lock and never executes anything. A standing report, which belongs to no week, is built by \
      the name of its folder.

      Examples:
        labbook report
        labbook report 2026-W44
        labbook report methods          the standing report in reports/methods
        labbook report --draft          mark claims that do not hold instead of failing
        labbook report --on slurm --wait
        labbook report --accept-prose   what the words say holds on the results as they are
        labbook report 2026-W44 --rendered-only --accept-prose
                                        words were corrected in a week whose records nobody has
        labbook report --pull --remote group:bucket/records
      """)

  @Argument(
    help: ArgumentHelp(
      "The week, such as 2026-W45, or the name of a standing report.", valueName: "report"),
    completion: Completions.reports)
  var week: String?

  @Flag(help: "Build every report.")
  var all = false

  @Flag(help: "Mark claims that do not hold in the report instead of failing.")
  var draft = false

  @Flag(help: "Let records replace what a draft's lock says about the same runs.")
  var accept = false

  @Flag(
    help: """
      Take it that a draft's words hold on the results as they are, though these have changed; with \
      --rendered-only on those of its lock, which takes the words in.
      """
  )
  var acceptProse = false

  @Flag(help: "Fetch the records that are missing before the rest is executed.")
  var pull = false

  @Option(help: "The remote to pull from; by default the only one of labbook.yaml.")
  var remote: String?

  @Flag(help: "Render from the locks alone; execute nothing and change no result.")
  var renderedOnly = false

  @OptionGroup var place: PlaceOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var checkpoints: CheckpointOption
  @OptionGroup var options: LabOptions

  func validate() throws { try place.refuse(jobs: jobs) }

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      if all, week != nil { throw ValidationError("Name a report or give --all, not both.") }
      if remote != nil, !pull { throw ValidationError("--remote says where --pull fetches from.") }
      if all { try lab.weeks.requireRead() }
      let weeks =
        if all { Week.all(in: lab) } else {
          [try week.map { try Week($0, in: lab) } ?? Week.current(in: lab)]
        }
      for week in weeks { try build(week, in: lab) }
    }
  }

  private func build(_ week: Week, in lab: Lab) throws {
    let checked = lab.checkedRecords()
    let state = BuildState(
      folder: week.folder, lab: lab.root, store: lab.store,
      executable: URL(filePath: "/proc/self/exe"),
      dependencies: specPaths(inLab: lab.root).map { lab.root.appending(path: $0) },
      sealed: lab.sealed, checked: checked)
    let isForced = accept || acceptProse || draft || renderedOnly
    if !isForced, state.isUpToDate(inputs: lab.inputs(of:)) {
      print("\(week): nothing to do; the report is \(week.folder.displayPath)/report.html")
      return
    }
    let notebook = try week.checkedNotebook(specs: { lab.loadSpecs() }, namesMatter: !renderedOnly)
    week.folder.seal(notebook)
    for warning in notebook.warnings { printError("\(warning)") }
    // An altered lock, or one that is ahead of this version, is told before time is spent on runs.
    let isLockRead = !accept || notebook.frontMatter.status == .final
    let registered = (isLockRead ? try week.lock : try? week.lock)?.preregistered
    if pull, renderedOnly || notebook.frontMatter.status == .final {
      printError(
        "note: \(week) is rendered from its lock, which needs no records; nothing is pulled")
    }
    var experiments: [PlannedExperiment] = []
    var specFiles: [String] = []
    if notebook.frontMatter.status == .draft, !renderedOnly {
      if let plan = lab.rememberedPlan(),
        let known = try experimentsStored(plan, for: notebook, registered, checked)
      {
        (experiments, specFiles) = (known, plan.files)
      } else {
        let specs = lab.loadSpecs()
        _ = try week.checkedNotebook(specs: { specs }) { notebook in
          try checkNames(
            of: notebook, in: specs.experiments.map(\.planned), unread: specs.broken.map(\.name))
          try checkRegistration(of: notebook, registered: registered)
          try week.folder.checkEarlierWeeks(
            of: notebook, in: specs.experiments.map(\.planned), store: lab.store)
        }
        guard let chosen = try execute(notebook, registered, specs, in: lab) else {
          // A script that is printed is nothing but a script.
          if !place.dryRun {
            print("\(week): not built; 'labbook report \(week)' builds it when its runs are there")
          }
          return
        }
        (experiments, specFiles) = (chosen, lab.specFilesRead)
      }
    }
    var build = WeekBuild(
      folder: week.folder, store: lab.store, experiments: experiments, catalog: .labbook,
      tools: try .find())
    build.checked = checked
    build.answers = lab.rememberedAnswers()
    build.lockAsWritten = state.lockAsWritten
    build.marksFailures = draft
    build.canExecute = { Vocabulary.labbook.canExecute($0) }
    build.rendersLock = renderedOnly
    build.acceptsRecords = accept
    build.acceptsProse = acceptProse
    let outcome = try build.run()
    if !renderedOnly { try state.remember(outcome, of: experiments, alsoRead: specFiles) }
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

  /// Fetches the records of runs that have none here; what is not to be had is executed.
  private func pullMissing(of runs: [PlannedRun], in lab: Lab) throws {
    let missing = runs.filter(\.needsExecution)
    guard !missing.isEmpty else { return }
    let rclone = try lab.rclone(remote)
    let pull = try ToldPull(from: rclone, in: lab) { wanted, manifests in
      try wanted.add(missing, manifests: manifests)
    }
    printError("\(rclone.remote): \(pull.summary)")
  }

  /// The experiments that the notebook needs, and those of which it says what is planned, as they are remembered.
  ///
  /// - Returns: Nil if a run of them has no sound record, or a name stands for nothing: then the specs are to be read.
  private func experimentsStored(
    _ plan: RememberedPlan, for notebook: Notebook, _ registered: Preregistration?,
    _ checked: CheckedRecords
  ) throws -> [PlannedExperiment]? {
    guard (try? checkNames(of: notebook, in: plan.experiments)) != nil else { return nil }
    try checkRegistration(of: notebook, registered: registered)
    let needed = Set(experimentsNeeded(by: notebook, registered: registered).map(\.value))
    let planned = Set(experimentsPlanned(by: notebook).map(\.value))
    for experiment in plan.experiments where needed.contains(experiment.name) {
      for arm in experiment.arms {
        for seed in arm.seeds where try checked.holds(arm.identity.key(seed: seed)) == false {
          return nil
        }
      }
    }
    return plan.experiments.filter { needed.contains($0.name) || planned.contains($0.name) }
  }

  /// Executes the runs that the notebook needs and the store does not have.
  ///
  /// - Returns: The experiments that the notebook needs, and those of which it says what is planned; nil if a cluster
  ///   executes the runs and is not waited for.
  private func execute(
    _ notebook: Notebook, _ registered: Preregistration?, _ specs: LabSpecs, in lab: Lab
  ) throws -> [PlannedExperiment]? {
    let all = specs.experiments.map(\.planned)
    let chosen = try specs.experiments(
      named: experimentsNeeded(by: notebook, registered: registered).map(\.value))
    printWarnings(of: chosen)
    var runs = try plannedRuns(of: chosen, in: lab.store, vocabulary: .labbook)
    if pull {
      try pullMissing(of: runs, in: lab)
      runs = try plannedRuns(of: chosen, in: lab.store, vocabulary: .labbook)
    }
    try checkStages(neededBy: runs, in: lab.store)
    let planned = experimentsPlanned(by: notebook).map(\.value)
    // A name without an experiment is told as such.
    _ = try specs.experiments(named: planned)
    let names = Set(chosen.map(\.name) + planned)
    let wanted = all.filter { names.contains($0.name) }
    guard place.isLocal else {
      let submitting = ClusterSubmitting(
        lab: lab, place: place, checkpointSeconds: checkpoints.seconds)
      let end = try submitting.submit(runs)
      if end == .incomplete { throw ExitCode.failure }
      return end == .complete ? wanted : nil
    }
    let result = try jobs.execute(runs, in: lab, checkpointSeconds: checkpoints.seconds)
    if result.wasInterrupted { throw ExitCode(130) }
    if !result.isComplete {
      for outcome in result.outcomes where outcome.isFailure {
        printError("error: \(outcome.listed)")
      }
      throw ExitCode.failure
    }
    lab.remember(specs, as: all)
    return wanted
  }
}

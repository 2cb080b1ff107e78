import ArgumentParser
import ExperimentRunner
import Foundation
import ReportBuilder
import ResultStore

/// `labbook diff`: compares the locks of two weeks.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare the results of two weeks.",
    discussion: """
      Reads nothing but the two locks, and for a page the two notebooks. For each experiment, arm and metric it shows the old and new \
      mean over common seeds, the difference with its 95 % interval and adjusted p-value, a verdict, and \
      which fields of the run key changed.

      Examples:
        labbook diff 2026-W44 2026-W45
        labbook diff 2026-W44 2026-W45 --metric evaluation_return --format markdown
        labbook diff 2026-W44 2026-W45 --format html > diff.html
        labbook diff 2026-W44 2026-W45 --exit-code    exits with 2 if anything changed
        labbook diff HEAD~3:2026-W45 2026-W45         what changed in a week since

      The page of --format html needs nothing beside itself. It shows the settings that changed, the intervals of either \
      week, and the words of both notebooks side by side: of the earlier week those that its results were locked with, which \
      are read from git where the notebook was edited since.

      REVISION:WEEK is a week as a commit has it. A week whose folder is gone is taken from the last commit that had it.
      """)

  /// The forms of a difference.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, json, html
  }

  @Argument(help: "The earlier week, or REVISION:WEEK.", completion: Completions.weeks)
  var old: String

  @Argument(help: "The later week, or REVISION:WEEK.", completion: Completions.weeks)
  var new: String

  @Option(help: "Only this experiment; may be repeated.", completion: Completions.experiments)
  var experiment: [String] = []

  @Option(help: "Only this metric; may be repeated.")
  var metric: [String] = []

  @Option(help: "text, markdown, json or html.")
  var format = Format.text

  @Flag(
    help: "Exit with 2 if a verdict is 'changed', or seeds, an arm or an experiment came or went.")
  var exitCode = false

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let (oldWeek, newWeek) = try ComparedWeek.pair(old, new, in: lab)
      let (oldLock, newLock) = (oldWeek.lock, newWeek.lock)
      let names = (oldLock.experiments + newLock.experiments).map(\.name)
      for name in experiment where !names.contains(name) {
        throw UnknownName("experiment", name, among: Set(names).sorted())
      }
      if !metric.isEmpty {
        let metrics = Set((oldLock.runs + newLock.runs).flatMap { $0.run.metricNames }).sorted()
        for name in metric where !metrics.contains(name) {
          throw UnknownName("metric", name, among: metrics)
        }
      }
      let answers = lab.rememberedAnswers()
      let difference = remembering(answers) {
        LockDifference(
          from: oldLock, named: oldWeek.name, to: newLock, named: newWeek.name, catalog: .labbook,
          experiments: experiment.isEmpty ? nil : experiment,
          metrics: metric.isEmpty ? nil : metric)
      }
      answers.save()
      switch format {
      case .text: print(difference.text(width: Terminal.width), terminator: "")
      case .markdown: print(difference.markdown, terminator: "")
      case .json: print(difference.json, terminator: "")
      case .html:
        let page = DifferencePage(
          difference, old: oldWeek.side(isOlder: true, in: lab),
          new: newWeek.side(isOlder: false, in: lab), catalog: .labbook)
        try print(page.html, terminator: "")
      }
      if exitCode, difference.hasChanges { throw ExitCode(2) }
    }
  }
}

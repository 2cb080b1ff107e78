import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook preregister`: writes a week's claims into its lock before their runs are made.
struct Preregister: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preregister",
    abstract: "Register a week's claims before the runs that they are about.",
    discussion: """
      Writes the claims of the notebook's `preregistered` blocks into the week's lock, with a digest of them and of \
      the keys of the runs that they are about. It is refused once one of these runs exists. Commit the lock: the \
      history of git is what shows that it is older than the runs.

      Example:
        labbook preregister 2026-W48
      """)

  @Argument(
    help: ArgumentHelp("The week, or the name of a standing report.", valueName: "report"),
    completion: Completions.reports)
  var week: String

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let chosen = try Week(week, in: lab)
      _ = try chosen.lock
      let specs = lab.loadSpecs()
      let names = experimentsPlanned(by: try chosen.notebook()).map(\.value)
      let broken = specs.broken.filter { names.contains($0.name) }
      if let error = SpecError(of: broken) { throw error }
      let build = WeekBuild(
        folder: chosen.folder, store: lab.store, experiments: specs.experiments.map(\.planned),
        catalog: .labbook, tools: ReportTools(python: nil, pandoc: nil))
      let registration = try build.preregister()
      let count = registration.claims.count
      print(
        "\(week): \(count == 1 ? "1 claim" : "\(count) claims") registered, digest \(registration.digest)"
      )
      for claim in registration.claims { print("  \(claim.experiment): \(claim.text)") }
      print(
        "commit \(chosen.folder.displayPath(of: WeekFolder.lockName)) before 'labbook report \(week)' makes the runs"
      )
    }
  }
}

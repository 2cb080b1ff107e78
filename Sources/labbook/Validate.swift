import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Notebook
import ReportBuilder

/// `labbook validate`: checks specs and notebooks without running anything.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check all specs and notebooks of the lab without running anything.",
    discussion: """
      Checks every setting of every spec, the form of every notebook, the experiments and arms that \
      drafts name, and the integrity of every lock and of the files beside it. Citations, formulas and values are checked when a \
      report is built. Prints one line for each problem and exits with 1 if there was any; a warning, of what can be \
      run and is likely not meant, is a line of its own and no problem.
      """)

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      var isValid = true
      func check(_ body: () throws -> Void) {
        do { try body() } catch {
          isValid = false
          printError("\(error)")
        }
      }
      let specs = lab.loadSpecs()
      check { if let error = specs.error { throw error } }
      check { _ = try lab.settings() }
      let broken = specs.broken.map(\.name)
      let reports = Week.all(in: lab)
      for (_, failure) in lab.weeks.unread { check { throw failure } }
      for name in lab.weeks.misnamed {
        isValid = false
        printError(
          "\(lab.weeks.folder(name).displayPath): error: "
            + ReportName.problem(with: name, among: reports.map(\.description)))
      }
      for week in reports {
        check {
          let notebook = try week.checkedNotebook(specs: { specs }) { notebook in
            // A final week stands on its lock; the specs may have moved on.
            guard notebook.frontMatter.status == .draft else { return }
            let experiments = specs.experiments.map(\.planned)
            try checkNames(of: notebook, in: experiments, unread: broken)
            try week.folder.checkEarlierWeeks(of: notebook, in: experiments)
          }
          for warning in notebook.warnings { printError("\(warning)") }
        }
        check { _ = try week.lock }
        check { try week.folder.checkSidecars() }
      }
      printWarnings(of: specs.experiments)
      guard isValid else { throw ExitCode.failure }
      let standing = reports.count { $0.folder.isStanding }
      let weeks = "\(reports.count - standing) weeks"
      print(
        "\(specs.experiments.count) experiments"
          + (standing == 0
            ? " and \(weeks) are valid"
            : ", \(weeks) and \(standing) standing \(standing == 1 ? "report" : "reports") are valid")
      )
    }
  }
}

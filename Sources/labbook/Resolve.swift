import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// `labbook resolve`: records a person's decision between results of one run that differ.
struct Resolve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Decide which of a run's differing results counts, and say why.",
    discussion: """
      A run that gave two results blocks every report that stands on it. 'labbook status' shows their digests. The \
      decision, with its reason, is kept in the store and goes into the locks and onto the pages of the weeks that use \
      the run; the results that do not count are kept as well. A decision that was taken before stays on file. Runs that \
      started from a result that no longer counts have to be executed again: their records are set aside.

      Examples:
        labbook resolve cartpole/PPO/3 --keep 1f09c2aa --reason "The other was computed on a node with faulty memory."
        labbook resolve 0a3f5c17 --keep 1f09c2aa --reason "Made before the library was pinned."
      """)

  @Argument(
    help: ArgumentHelp(
      "experiment/arm/seed, or at least 8 digits of a run key.", valueName: "run"),
    completion: Completions.runs)
  var reference: RunReference

  @Option(help: "The first digits of the digest of the result that counts.")
  var keep: String

  @Option(help: "Why, in one line; it stands on the page.")
  var reason: String

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let key = try reference.key(in: lab)
      do {
        var setAside = 0
        let resolution = try lab.store.resolve(
          key, keeping: keep, reason: reason, named: "\(reference)"
        ) { _ in setAside += 1 }
        print(
          "\(reference): \(resolution.kept.prefix(12)) counts, and "
            + resolution.rejected.map { String($0.prefix(12)) }.joined(separator: ", ")
            + " \(resolution.rejected.count == 1 ? "does" : "do") not; all are kept")
        if setAside > 0 {
          print(
            "\(setAside) \(setAside == 1 ? "run" : "runs") that started from the other result "
              + "\(setAside == 1 ? "is" : "are") in the store's quarantine; 'labbook run' executes "
              + "\(setAside == 1 ? "it" : "them") again")
        }
      } catch let error as ResolutionError {
        throw UnknownName("\(error)")
      }
    }
  }
}

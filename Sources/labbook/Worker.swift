import ArgumentParser
import ExperimentRunner

/// `labbook worker`: trains the runs that another labbook process sends.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Train the runs that come over standard input.", shouldDisplay: false)

  func run() throws {
    WorkerLoop.run()
  }
}

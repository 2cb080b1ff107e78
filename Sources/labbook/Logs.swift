import ArgumentParser
import ExperimentRunner
import ExternalTrainers
@preconcurrency import Glibc
import ResultStore

/// `labbook logs`: what a run's trainer has printed, also while it prints.
struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what the trainer of a run has printed.",
    discussion: """
      Of a run that is under way, what it has printed so far; of one that is over, what it printed last. Of a failed \
      run of the engine, what its worker said.

      Examples:
        labbook logs smollm2/GRPO/0
        labbook logs smollm2/GRPO/0 -f       go on until the run is over
      """)

  @Argument(
    help: ArgumentHelp("experiment/arm/seed, or at least 8 digits of a run key.", valueName: "run"),
    completion: Completions.runs)
  var reference: RunReference

  @Flag(name: [.customShort("f"), .long], help: "Go on as long as the run is under way.")
  var follow = false

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let key = try reference.key(in: lab)
      let live = try lab.store.sessions().map { TrainerLog.file(of: key, in: $0) }
        .last(where: DurableFiles.exists)
      guard let path = live ?? [lab.store.logFile(for: key)].first(where: DurableFiles.exists)
      else { throw MissingLog(run: "\(reference)") }
      try show(path, following: follow && live != nil)
    }
  }

  /// Prints a file, and what is appended to it until it has that name no more.
  private func show(_ path: String, following: Bool) throws {
    var file = try DurableFiles.openFile(path, atMost: 2 * TrainerLog.most)
    defer { close(file) }
    while true {
      Self.printRest(of: file)
      guard following else { return }
      var (own, named) = (stat(), stat())
      fstat(file, &own)
      guard stat(path, &named) == 0 else { return Self.printRest(of: file) }
      if own.st_ino != named.st_ino {
        // A log that grew too long has another file now.
        guard let next = try? DurableFiles.openFile(path, atMost: 2 * TrainerLog.most) else {
          return
        }
        Self.printRest(of: file)
        close(file)
        file = next
        continue
      }
      usleep(200_000)
    }
  }

  /// Prints what is left of a file as it is: a piece may end within a character.
  private static func printRest(of file: Int32) {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      fwrite(bytes, 1, count, stdout)
    }
    fflush(nil)
  }
}

/// There is nothing that a run has printed.
private struct MissingLog: Error, CustomStringConvertible {
  var run: String

  var description: String {
    "\(run) has no log: it is not under way, and its trainer left none; the engine's own runs leave one when they fail"
  }
}

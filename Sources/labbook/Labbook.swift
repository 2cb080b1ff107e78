import ArgumentParser
import Glibc

/// The program: one command, and an exit code that does not claim more than was written.
@main
enum Program {
  static func main() {
    StandardOutput.prepare()
    var code = ExitCode.success
    do {
      try Labbook.checkCommandName(in: CommandLine.arguments.dropFirst())
      var command = try Labbook.parseAsRoot()
      try command.run()
    } catch let error as UnknownName {
      code = .validationFailure
      printError("error: \(error)")
    } catch {
      code = Labbook.exitCode(for: error)
      let words = Labbook.fullMessage(for: error)
      if !words.isEmpty {
        // Help is asked for, and so is output.
        if code.isSuccess { print(words) } else { printError(words) }
      }
    }
    if let loss = StandardOutput.finish() {
      // Who closed a pipe knows; to all others it is news.
      if case .failed(let reason) = loss {
        printError("error: standard output is not complete: \(reason)")
      }
      if code.isSuccess { code = .failure }
    }
    exit(code.rawValue)
  }
}

/// The command `labbook`.
struct Labbook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labbook",
    abstract: "Weekly research reports whose every number can be recomputed bit for bit.",
    discussion: """
      labbook works in the lab that holds the current directory: the nearest folder upward with \
      experiments/ and reports/.

      Examples:
        labbook report                     run what is missing, build the newest week
        labbook run cartpole --arm PPO     execute one arm of an experiment
        labbook rerun cartpole --seed 3    execute runs again and compare
        labbook diff 2026-W44 2026-W45     what changed between two weeks
        labbook explain cartpole/PPO/3     why a run is stale

      Exit codes: 0 done; 1 the work failed, a file is invalid or a claim is false; \
      2 'diff --exit-code' found a change; 64 wrong usage or an unknown name.
      """,
    version: ProgramVersion.line,
    subcommands: [
      Report.self, Run.self, Cancel.self, Rerun.self, Diff.self, Status.self, Plan.self,
      Explain.self,
      Show.self, Logs.self, Import.self, Verify.self, Resolve.self, Push.self, Pull.self,
      Merge.self, GC.self, Fsck.self, Validate.self,
      Init.self, New.self, Preregister.self, Preview.self, Site.self,
      Describe.self, Schema.self, Export.self, Audit.self,
      Doctor.self, Manual.self, Worker.self,
    ])

  /// Refuses a command that there is none of, with the name that may have been meant.
  ///
  /// - Parameter arguments: The words after the program's name.
  /// - Throws: The name, if it stands for nothing.
  static func checkCommandName(in arguments: ArraySlice<String>) throws(UnknownName) {
    // To ask a type for its name looks through all conformances of the program.
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    // `help` takes the name of a command.
    let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let name = asked, !name.hasPrefix("-"), !names.contains(name), name != "help" else {
      return
    }
    throw UnknownName(
      "command", name,
      among: configuration.subcommands.filter { $0.configuration.shouldDisplay }.map {
        "\($0)".lowercased()
      })
  }
}

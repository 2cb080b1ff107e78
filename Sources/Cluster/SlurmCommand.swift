internal import ChildProcesses
internal import ExperimentRunner
internal import ResultStore

/// A call of one of Slurm's commands, which may take long, fail, or say nothing at all.
struct SlurmCommand {
  /// The output of a command, or the reason why there is none.
  enum Answer: Equatable {
    case output(String)
    case failure(String)
  }

  /// The seconds that a command may take: without its controller, `squeue` gives up after twenty or so.
  static let patience = 60

  /// Calls a command.
  ///
  /// - Parameter words: The program and its arguments.
  /// - Returns: What it has printed, if it ended well.
  static func call(_ words: [String]) -> Answer {
    guard ChildProcess.path(of: words[0]) != nil else {
      return .failure(
        "there is no '\(words[0])' on the PATH; are you on a login node of the cluster?")
    }
    guard let session = try? StoreSession() else {
      return .failure("there is no temporary folder for what '\(words[0])' says")
    }
    defer { withExtendedLifetime(session) {} }
    let errors = "\(session.path)/errors"
    guard let child = try? ChildProcess(words, errorFile: errors) else {
      return .failure("'\(words[0])' cannot be started")
    }
    child.closeInput()
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(patience)
    var output: [UInt8] = []
    while true {
      guard clock.now < deadline else {
        child.terminate()
        return .failure("'\(words[0])' has not answered for \(patience) s")
      }
      if Interruption.hasCome {
        child.terminate()
        return .failure("'\(words[0])' was interrupted")
      }
      guard !ChildProcess.ready([child.output], milliseconds: 500).isEmpty else { continue }
      guard let bytes = child.readBytes() else { break }
      output += bytes
    }
    let status = child.wait()
    guard status == .exited(0) else {
      let said = sentence(of: words[0], lastLines(ofLog: errors, 1).first ?? "")
      return .failure("'\(words[0])' \(said.isEmpty ? "\(status)" : "said: \(said)")")
    }
    return .output(String(decoding: output, as: UTF8.self))
  }

  /// The words of a program without its name and the kind of message in front: `sbatch: error: Invalid account`.
  private static func sentence(of program: String, _ said: String) -> String {
    for start in ["\(program): error: ", "\(program): fatal: "] where said.hasPrefix(start) {
      return String(said.dropFirst(start.count))
    }
    return said
  }
}

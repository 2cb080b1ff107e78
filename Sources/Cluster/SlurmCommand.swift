internal import ChildProcesses
internal import Glibc
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
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - errors: A file for its error output, which is appended to.
  /// - Returns: What it has printed, if it ended well.
  static func call(_ words: [String], errors: String) -> Answer {
    let start = size(of: errors)
    guard ChildProcess.path(of: words[0]) != nil else {
      return .failure(
        "there is no '\(words[0])' on the PATH; are you on a login node of the cluster?")
    }
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
      guard !ChildProcess.ready([child.output], milliseconds: 500).isEmpty else { continue }
      guard let bytes = child.readBytes() else { break }
      output += bytes
    }
    let status = child.wait()
    guard status == .exited(0) else {
      let said = said(in: errors, from: start)
      return .failure("'\(words[0])' \(said.isEmpty ? "\(status)" : "said: \(said)")")
    }
    return .output(String(decoding: output, as: UTF8.self))
  }

  private static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The last line that was appended to a file.
  private static func said(in path: String, from start: Int) -> String {
    let bytes = ((try? DurableFiles.read(path)) ?? nil) ?? []
    let text = String(decoding: bytes.dropFirst(start).suffix(4096), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
  }
}

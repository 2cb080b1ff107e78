/// Runs a program without input and returns what it writes to standard output.
///
/// - Parameter words: The program, looked up in `PATH` unless it has a slash, and its arguments.
/// - Returns: The output; nil if the program is not there or fails.
package func programOutput(_ words: [String]) -> String? {
  guard let program = try? ChildProcess(words, errorFile: "/dev/null") else {
    return nil
  }
  program.closeInput()
  let output = String(decoding: program.readToEnd(), as: UTF8.self)
  return program.wait() == .exited(0) ? output : nil
}

internal import CProcessGuard
internal import Glibc

/// A child process with a pipe to its standard input, or a file there, and a pipe from its standard output.
///
/// It ends when this process does, however that happens, with all processes that it has started: a guard stands in
/// between (`lb_start_guarded`), and closing the pipe to it is also how a child is ended. Every other descriptor is
/// closed in the child.
package final class ChildProcess {
  /// The guard, which ends as the program did.
  private let guardian: pid_t
  /// The descriptor whose closing ends the program.
  private var life: Int32
  private var input: Int32
  /// The descriptor to poll for output.
  package let output: Int32
  private var pending: [UInt8] = []
  private var status: ExitStatus?

  /// How a process ended.
  package enum ExitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// The variables of a child's environment.
  package enum Environment {
    /// Those of this process, with these set on top.
    case inherited(with: [String: String])
    /// These alone.
    case only([String: String])
  }

  /// Starts `words[0]`, looked up in `PATH` unless it has a slash, with its arguments.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - environment: The variables of its environment.
  ///   - inputFile: The file that it reads on standard input; nil for a pipe, which ``send(_:)`` writes to.
  ///   - errorFile: Where standard error goes, appended; nil for where its output goes.
  ///   - folder: The folder that it works in; nil for that of this process.
  ///   - held: A descriptor that stays open as long as something of the child lives, such as that of a lock.
  /// - Throws: If the program cannot be started.
  package init(
    _ words: [String], environment: Environment = .inherited(with: [:]), inputFile: String? = nil,
    errorFile: String?, folder: String? = nil, held: Int32? = nil
  ) throws(ChildProcessError) {
    func failure(_ code: Int32) -> ChildProcessError {
      ChildProcessError(words: words, reason: String(cString: strerror(code)))
    }
    guard let path = Self.path(of: words.first ?? "") else { throw failure(ENOENT) }
    var streams: [Int32] = []
    defer { for stream in streams { close(stream) } }
    var ownInput: Int32 = -1
    if let inputFile {
      let file = open(inputFile, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { throw failure(errno) }
      streams.append(file)
    } else {
      guard let ends = Self.pipe() else { throw failure(errno) }
      streams.append(ends.read)
      ownInput = ends.write
    }
    var isStarted = false
    defer { if !isStarted, ownInput >= 0 { close(ownInput) } }
    guard let fromChild = Self.pipe() else { throw failure(errno) }
    defer { if !isStarted { close(fromChild.read) } }
    streams.append(fromChild.write)
    if let errorFile {
      let errors = open(errorFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      guard errors >= 0 else { throw failure(errno) }
      streams.append(errors)
    }
    let place = folder.map { strdup($0) } ?? nil
    defer { free(place) }

    var arguments = words.map { strdup($0) } + [nil]
    var variables = Self.variables(of: environment).map { strdup($0) } + [nil]
    defer { for copy in arguments + variables { free(copy) } }
    var guardian: pid_t = 0
    var life: Int32 = -1
    let code = path.withCString { path in
      arguments.withUnsafeMutableBufferPointer { arguments in
        variables.withUnsafeMutableBufferPointer { variables -> Int32 in
          guard let words = arguments.baseAddress, let values = variables.baseAddress else {
            return EINVAL
          }
          var program = lb_guarded_program(
            path: path, arguments: words, environment: values, folder: place, input: streams[0],
            output: streams[1], errors: streams.last ?? streams[1],
            // A hang-up that is ignored stays ignored, in the child too: that is what `nohup` asks for.
            ignores_hang_up: Self.isIgnored(SIGHUP), held: held ?? -1)
          return lb_start_guarded(&program, &guardian, &life)
        }
      }
    }
    guard code == 0 else { throw failure(code) }
    isStarted = true
    self.guardian = guardian
    self.life = life
    input = ownInput
    output = fromChild.read
  }

  /// The file that a program's name stands for; nil if there is none.
  package static func path(of program: String) -> String? {
    if program.isEmpty { return nil }
    if program.utf8.contains(UInt8(ascii: "/")) { return program }
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }

  /// Whether this process ignores a signal.
  package static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// A pipe that children do not inherit.
  private static func pipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  deinit {
    closeInput()
    close(output)
    terminate()
  }

  /// Writes to the child's standard input; a child that is gone is noticed by its output's end.
  package func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Ends the child's standard input.
  package func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Reads what the child has written, waiting if there is nothing.
  ///
  /// - Returns: The lines that are complete, without their line breaks; `nil` at the end of output.
  package func readLines() -> [[UInt8]]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = bytes.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { return [] }
    guard count > 0 else { return nil }
    pending += bytes[..<count]
    var lines = pending.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    pending = lines.popLast() ?? []
    return lines
  }

  /// Reads everything up to the end of output, or as many bytes as are wanted at most.
  package func readToEnd(atMost limit: Int = .max) -> [UInt8] {
    var all = pending
    pending = []
    while all.count < limit, let bytes = readBytes() { all += bytes }
    return all.count > limit ? Array(all[..<limit]) : all
  }

  /// Reads what the child has written, waiting if there is nothing, at most 64 KiB.
  ///
  /// - Returns: The bytes; `nil` at the end of output.
  package func readBytes() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = bytes.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      bytes.removeLast(bytes.count - count)
      return bytes
    }
  }

  /// How the program ended, with all that it had started; nil as long as it goes on.
  package var end: ExitStatus? {
    if let status { return status }
    var code: Int32 = 0
    return waitpid(guardian, &code, WNOHANG) == guardian ? finish(code) : nil
  }

  /// The guard's process id; the program and what it starts descend from it.
  package var id: Int32 { guardian }

  /// Waits for the end of a child that has closed its output; one that stays is killed.
  package func wait(seconds: Int = 2) -> ExitStatus {
    if let status { return status }
    var code: Int32 = 0
    for _ in 0..<(seconds * 100) {
      let ended = waitpid(guardian, &code, WNOHANG)
      if ended == guardian { return finish(code) }
      if ended < 0, errno != EINTR { break }
      usleep(10_000)
    }
    return terminate()
  }

  /// Kills the child and waits for its end.
  @discardableResult
  package func terminate() -> ExitStatus {
    if let status { return status }
    closeLife()
    var code: Int32 = 0
    while waitpid(guardian, &code, 0) < 0 {
      // Somebody else has waited for it: how it ended is not known, and that is no success.
      if errno != EINTR { return finish(SIGKILL) }
    }
    return finish(code)
  }

  /// Warns the program that it is to end soon (`SIGUSR1`), which a program that does not expect it ends by.
  package func warn() {
    if status == nil { kill(guardian, SIGUSR1) }
  }

  /// From now on the program counts as ended when all that it has started is over too, so that a program which is asked to
  /// end does not take with it what others of its processes are about to write.
  package func endWithTree() {
    if status == nil { kill(guardian, SIGUSR2) }
  }

  private func closeLife() {
    if life >= 0 { close(life) }
    life = -1
  }

  private func finish(_ code: Int32) -> ExitStatus {
    let signal = code & 0x7F
    let status: ExitStatus = signal == 0 ? .exited((code >> 8) & 0xFF) : .signalled(signal)
    self.status = status
    closeLife()
    return status
  }

  private static func variables(of environment: Environment) -> [String] {
    var variables: [String] = []
    let changes: [String: String]
    switch environment {
    case .only(let all): changes = all
    case .inherited(let with):
      changes = with
      var pointer = environ
      while let entry = pointer.pointee {
        let variable = String(cString: entry)
        if changes[String(variable.prefix { $0 != "=" })] == nil { variables.append(variable) }
        pointer += 1
      }
    }
    return variables + changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}

extension ChildProcess {
  /// Waits until one of the descriptors can be read or has ended.
  ///
  /// - Returns: The positions in `descriptors` of those that are.
  package static func ready(_ descriptors: [Int32], milliseconds: Int32) -> [Int] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
    return polled.indices.filter { polled[$0].revents != 0 }
  }
}

extension ChildProcess.ExitStatus {
  /// Whether the process failed by itself, as a trap does, and was not ended by somebody.
  package var isOwnFault: Bool {
    switch self {
    case .exited: true
    case .signalled(let signal):
      [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV].contains(signal)
    }
  }
}

extension ChildProcess.ExitStatus: CustomStringConvertible {
  package var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }
}

internal import Glibc
internal import Synchronization

/// A child process with a pipe to its standard input and one from its standard output.
///
/// Every other descriptor is closed in the child, so that its input ends when this process does,
/// however that happens.
final class ChildProcess {
  let identifier: pid_t
  private var input: Int32
  /// The descriptor to poll for output.
  let output: Int32
  private var pending: [UInt8] = []
  private var status: ExitStatus?

  /// How a process ended.
  enum ExitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Starts `words[0]`, looked up in `PATH` unless it has a slash, with its arguments.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - environment: Variables that are set on top of this process's environment.
  ///   - errorFile: Where standard error goes, appended.
  /// - Throws: If the program cannot be started.
  init(
    _ words: [String], environment: [String: String], errorFile: String
  ) throws(ExecutionError) {
    let started = Self.startLock.withLock { _ in
      Self.start(words, environment: environment, errorFile: errorFile)
    }
    switch started {
    case .success(let ends): (identifier, input, output) = ends
    case .failure(let error): throw error
    }
  }

  /// Held while a child starts: a pipe is inherited by whatever starts before it is marked.
  private static let startLock = Mutex<Void>(())

  private static func start(
    _ words: [String], environment: [String: String], errorFile: String
  ) -> Result<(pid_t, input: Int32, output: Int32), ExecutionError> {
    guard let toChild = markedPipe() else { return .failure(failure(words, errno)) }
    guard let fromChild = markedPipe() else {
      let code = errno
      close(toChild.read)
      close(toChild.write)
      return .failure(failure(words, code))
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, toChild.read, 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild.write, 1)
    posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    var attributes = ordinarySignals()
    var arguments = words.map { strdup($0) } + [nil]
    var variables = Self.environment(with: environment).map { strdup($0) } + [nil]
    var identifier: pid_t = 0
    let code = posix_spawnp(
      &identifier, words.first ?? "", &actions, &attributes, &arguments, &variables)
    for copy in arguments + variables { free(copy) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(toChild.read)
    close(fromChild.write)
    guard code == 0 else {
      close(toChild.write)
      close(fromChild.read)
      return .failure(failure(words, code))
    }
    return .success((identifier, toChild.write, fromChild.read))
  }

  /// Ignored and blocked signals are inherited; a child is to react to them as any program does.
  ///
  /// A hang-up that is ignored stays ignored, in the child too: that is what `nohup` asks for.
  private static func ordinarySignals() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGUSR1, SIGPIPE] { sigaddset(&signals, signal) }
    if !isIgnored(SIGHUP) { sigaddset(&signals, SIGHUP) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    return attributes
  }

  /// Whether this process ignores a signal.
  static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// A pipe that children do not inherit.
  private static func markedPipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func failure(_ words: [String], _ code: Int32) -> ExecutionError {
    .cannotStart(words: words, reason: String(cString: strerror(code)))
  }

  deinit {
    closeInput()
    close(output)
    if status == nil {
      kill(identifier, SIGKILL)
      waitpid(identifier, nil, 0)
    }
  }

  /// Writes to the child's standard input; a child that is gone is noticed by its output's end.
  func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Ends the child's standard input.
  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Reads what the child has written, waiting if there is nothing.
  ///
  /// - Returns: The lines that are complete, without their line breaks; `nil` at the end of output.
  func readLines() -> [[UInt8]]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = bytes.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { return [] }
    guard count > 0 else { return nil }
    pending += bytes[..<count]
    var lines = pending.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    pending = lines.popLast() ?? []
    return lines
  }

  /// Reads everything up to the end of output.
  func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    while let lines = readLines() {
      for line in lines { all += line + [0x0A] }
    }
    return all + pending
  }

  /// Waits for the end of a child that has closed its output; one that stays is killed.
  func wait(seconds: Int = 2) -> ExitStatus {
    if let status { return status }
    var code: Int32 = 0
    for _ in 0..<(seconds * 100) {
      let ended = waitpid(identifier, &code, WNOHANG)
      if ended == identifier { return finish(code) }
      usleep(10_000)
    }
    return terminate()
  }

  /// Kills the child and waits for its end.
  @discardableResult
  func terminate() -> ExitStatus {
    if let status { return status }
    kill(identifier, SIGKILL)
    var code: Int32 = 0
    while waitpid(identifier, &code, 0) < 0, errno == EINTR {}
    return finish(code)
  }

  private func finish(_ code: Int32) -> ExitStatus {
    let signal = code & 0x7F
    let status: ExitStatus = signal == 0 ? .exited((code >> 8) & 0xFF) : .signalled(signal)
    self.status = status
    return status
  }

  private static func environment(with changes: [String: String]) -> [String] {
    var variables: [String] = []
    var pointer = environ
    while let entry = pointer.pointee {
      let variable = String(cString: entry)
      if changes[String(variable.prefix { $0 != "=" })] == nil { variables.append(variable) }
      pointer += 1
    }
    return variables + changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}

extension ChildProcess {
  /// Waits until one of the descriptors can be read or has ended.
  ///
  /// - Returns: The positions in `descriptors` of those that are.
  static func ready(_ descriptors: [Int32], milliseconds: Int32) -> [Int] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
    return polled.indices.filter { polled[$0].revents != 0 }
  }
}

extension ChildProcess.ExitStatus {
  /// Whether the process failed by itself, as a trap does, and was not ended by somebody.
  var isOwnFault: Bool {
    switch self {
    case .exited: true
    case .signalled(let signal):
      [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV].contains(signal)
    }
  }
}

extension ChildProcess.ExitStatus: CustomStringConvertible {
  var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }
}

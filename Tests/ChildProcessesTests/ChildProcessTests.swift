import ChildProcesses
import Foundation
import Testing

@Suite struct ChildProcessTests {
  /// Starts a shell with a script; its errors are thrown away.
  private func shell(_ script: String) throws -> ChildProcess {
    try ChildProcess(["sh", "-c", script], errorFile: "/dev/null")
  }

  /// Reads lines until there are so many.
  private func lines(_ count: Int, of child: ChildProcess) -> [String] {
    var lines: [String] = []
    while lines.count < count, let more = child.readLines() {
      lines += more.map { String(decoding: $0, as: UTF8.self) }
    }
    return lines
  }

  /// The state of a process as one letter; nil if there is none, or if it has ended and is not waited for yet.
  static func state(_ process: Int32) -> Character? {
    let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    let state = status.split(separator: ")").last?.drop(while: \.isWhitespace).first
    return state == "Z" || state == "X" ? nil : state
  }

  /// Whether something holds within two seconds.
  static func soon(_ holds: () -> Bool) -> Bool {
    for _ in 0..<200 {
      if holds() { return true }
      usleep(10_000)
    }
    return false
  }

  @Test func `a child ends as its program ends`() throws {
    let ends: [(String, ChildProcess.ExitStatus)] = [
      ("exit 0", .exited(0)), ("exit 3", .exited(3)), ("kill -9 $$", .signalled(SIGKILL)),
      ("kill -11 $$", .signalled(SIGSEGV)), ("kill -15 $$", .signalled(SIGTERM)),
    ]
    for (script, status) in ends {
      let child = try shell(script)
      #expect(child.readToEnd() == [])
      #expect(child.wait() == status, "\(script)")
      #expect(child.terminate() == status)
    }
  }

  @Test func `a lock that a child is given is held until all that came of it is over`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { unlink(path) }
    func isFree() -> Bool {
      let other = open(path, O_RDWR)
      defer { close(other) }
      return flock(other, LOCK_EX | LOCK_NB) == 0
    }
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
    let child = try ChildProcess(
      ["sh", "-c", "[ -e /proc/self/fd/9 ] && echo open; setsid sleep 1000 & echo $!"],
      errorFile: "/dev/null", held: file)
    close(file)
    _ = lines(1, of: child)
    #expect(!isFree())
    child.terminate()
    #expect(isFree())
  }

  @Test func `a program counts as ended with its tree where it is told so`() throws {
    let script = "(sleep 0.2; echo late) & echo $!; exit 7"
    let alone = try shell(script)
    _ = lines(1, of: alone)
    #expect(alone.wait() == .exited(7))
    let whole = try shell("read x; \(script)")
    whole.endWithTree()
    whole.send("go\n")
    #expect(lines(2, of: whole).last == "late")
    #expect(whole.wait() == .exited(7))
  }

  @Test func `a child reads what it is sent, or a file, and has the variables that it is given`()
    throws
  {
    let cat = try ChildProcess(["cat"], errorFile: "/dev/null")
    cat.send("one\ntwo")
    cat.closeInput()
    #expect(String(decoding: cat.readToEnd(), as: UTF8.self) == "one\ntwo")
    let file = try ChildProcess(["cat"], inputFile: #filePath, errorFile: "/dev/null")
    #expect(Data(file.readToEnd()) == FileManager.default.contents(atPath: #filePath))
    let variables = try ChildProcess(
      ["env"], environment: .only(["A": "1", "B": "x y"]), errorFile: "/dev/null")
    #expect(String(decoding: variables.readToEnd(), as: UTF8.self) == "A=1\nB=x y\n")
    let inherited = try ChildProcess(
      ["sh", "-c", "echo $A$HOME"], environment: .inherited(with: ["A": "1"]),
      errorFile: "/dev/null")
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    #expect(String(decoding: inherited.readToEnd(), as: UTF8.self) == "1\(home)\n")
  }

  @Test func `a program that cannot be started is told with its reason`() {
    for (program, reason) in [
      ("/no/such/program", "No such file or directory"),
      ("no-such-program", "No such file or directory"),
      ("/etc/passwd", "Permission denied"), ("", "No such file or directory"),
    ] {
      #expect(throws: ChildProcessError(words: [program, "x"], reason: reason)) {
        try ChildProcess([program, "x"], errorFile: "/dev/null")
      }
    }
  }

  @Test func `a child holds no descriptor of this process`() throws {
    let file = open(#filePath, O_RDONLY)
    defer { close(file) }
    let child = try ChildProcess(["ls", "/proc/self/fd"], errorFile: "/dev/null")
    // The fourth is the folder that is listed.
    #expect(String(decoding: child.readToEnd(), as: UTF8.self) == "0\n1\n2\n3\n")
  }

  @Test func `what a child has started ends with it`() throws {
    for script in ["sleep 1000 & echo $!; wait", "sleep 1000 >&- & echo $!"] {
      let child = try shell(script)
      let grandchild = try #require(lines(1, of: child).first.flatMap { Int32($0) })
      if script.hasSuffix("wait") {
        #expect(Self.state(grandchild) != nil)
        child.terminate()
      } else {
        #expect(child.wait() == .exited(0))
      }
      #expect(Self.soon { Self.state(grandchild) == nil })
    }
  }

  @Test func `a program whose guard is killed ends too`() throws {
    let child = try shell("echo $PPID; echo $$; exec sleep 1000")
    let numbers = lines(2, of: child).compactMap { Int32($0) }
    try #require(numbers.count == 2)
    kill(numbers[0], SIGKILL)
    #expect(child.wait() == .signalled(SIGKILL))
    #expect(Self.soon { Self.state(numbers[1]) == nil })
  }

  @Test
  func `a program is stopped and goes on with its guard, and signals of a terminal do not end it`()
    throws
  {
    let child = try shell("echo $PPID; echo $$; exec sleep 1000")
    let numbers = lines(2, of: child).compactMap { Int32($0) }
    try #require(numbers.count == 2)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { kill(numbers[0], signal) }
    kill(numbers[0], SIGTSTP)
    #expect(Self.soon { Self.state(numbers[1]) == "T" && Self.state(numbers[0]) == "T" })
    kill(numbers[0], SIGCONT)
    #expect(Self.soon { Self.state(numbers[1]) == "S" })
    #expect(child.terminate() == .signalled(SIGKILL))
  }

  @Test func `children of a process that is killed end with it`() async throws {
    // The file is the one thing that both sides know.
    let file = "/tmp/labbook-children-of-\(getpid())"
    defer { unlink(file) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let file = "/tmp/labbook-children-of-\(getppid())"
      let child = try ChildProcess(
        ["sh", "-c", "sleep 1000 & echo $! $$ > \(file); wait"], errorFile: "/dev/null")
      while (try? String(contentsOfFile: file, encoding: .utf8))?.hasSuffix("\n") != true {
        usleep(1000)
      }
      kill(getpid(), SIGKILL)
      withExtendedLifetime(child) {}
    }
    let numbers = try String(contentsOfFile: file, encoding: .utf8).split { $0.isWhitespace }
      .compactMap { Int32($0) }
    #expect(numbers.count == 2)
    for number in numbers { #expect(Self.soon { Self.state(number) == nil }) }
  }

  /// Whether a process that was a child of this one is waited for: nothing of it is left, or its number is another's.
  private static func isReaped(_ process: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    guard let end = status.lastIndex(of: ")") else { return true }
    let fields = status[end...].split(separator: " ")
    return fields.count < 3 || Int32(fields[2]) != getpid()
  }

  @Test(arguments: ["wait", "terminate", "drop", "kill the guard", "kill the program", "leave"])
  func `nothing is left of a child and its guard, however it ends`(way: String) throws {
    var child: ChildProcess? = try shell(
      "echo $PPID; echo $$; test '\(way)' = wait || exec sleep 1000")
    let numbers = lines(2, of: try #require(child)).compactMap { Int32($0) }
    try #require(numbers.count == 2)
    switch way {
    case "wait": #expect(child?.wait() == .exited(0))
    case "terminate": #expect(child?.terminate() == .signalled(SIGKILL))
    case "kill the guard":
      kill(numbers[0], SIGKILL)
      #expect(child?.readToEnd() == [])
    case "kill the program":
      kill(numbers[1], SIGTERM)
      #expect(child?.wait() == .signalled(SIGTERM))
    case "leave":
      kill(numbers[1], SIGTERM)
      #expect(child?.readToEnd() == [])
    default: break
    }
    // Whoever drops a child has waited for it, nobody later.
    child = nil
    #expect(Self.isReaped(numbers[0]))
    #expect(Self.soon { Self.state(numbers[1]) == nil })
  }

  @Test func `nothing is left of the guard of a program that could not be started`() async {
    // In a process without other children, so that all of them can be waited for.
    await #expect(processExitsWith: .exitCode(0)) {
      for _ in 0..<3 {
        let child = try? ChildProcess(["/etc/passwd"], errorFile: "/dev/null")
        guard child == nil else { exit(1) }
      }
      exit(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD ? 0 : 2)
    }
  }

  @Test func `how a child ended is known where the parent of this process ignored such ends`()
    async
  {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGCHLD, SIG_IGN)
      let failed = try ChildProcess(["sh", "-c", "exit 3"], errorFile: "/dev/null")
      guard failed.readToEnd() == [], failed.wait() == .exited(3) else { exit(1) }
      let ended = try ChildProcess(["sh", "-c", "kill -9 $$"], errorFile: "/dev/null")
      exit(ended.readToEnd() == [] && ended.wait() == .signalled(SIGKILL) ? 0 : 2)
    }
  }

  @Test func `the end of a child that somebody else has waited for is no success`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let child = try ChildProcess(["true"], errorFile: "/dev/null")
      _ = child.readToEnd()
      guard waitpid(-1, nil, 0) > 0 else { exit(1) }
      exit(child.wait() == .exited(0) ? 2 : 0)
    }
  }
}

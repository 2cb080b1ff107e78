import ChildProcesses
import Dispatch
import Glibc
import Synchronization
import Testing

/// The lock of a library that stops its threads before each fork, as OpenBLAS does.
private let library = Mutex(0)
private let registration: Int32 = pthread_atfork(
  { library.withLock { _ in _ = usleep(1_000) } }, nil, nil)

@Suite struct ForkHandlersTests {
  @Test func `threads start programs at once, whatever a library does before a fork`() {
    // A process that is forked while another thread holds such a lock finds it locked for ever.
    #expect(registration == 0)
    let ends = Mutex<[ChildProcess.ExitStatus?]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10 {
        let child = try? ChildProcess(["true"], errorFile: "/dev/null")
        let end = child?.wait(seconds: 60)
        ends.withLock { $0.append(end) }
      }
    }
    #expect(ends.withLock { $0 } == Array(repeating: .exited(0), count: 80))
  }
}

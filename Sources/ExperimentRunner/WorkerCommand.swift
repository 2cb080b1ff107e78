internal import Foundation
internal import Glibc
internal import Tensors

/// The command that starts workers.
public struct WorkerCommand: Equatable, Sendable {
  /// The program and its arguments.
  public var words: [String]
  /// Variables that are set in a worker's environment.
  public var environment: [String: String]

  /// The variable with the words that come before the worker's own, such as
  /// `qemu-x86_64 -cpu Haswell-noTSX`.
  public static let emulatorVariable = "LABBOOK_EMULATOR"

  /// Creates a command; OpenBLAS is pinned in its environment, since it is read when the library
  /// loads.
  public init(_ words: [String], emulator: String? = nil) {
    self.words = (emulator ?? "").split(whereSeparator: \.isWhitespace).map(String.init) + words
    self.environment = OpenBLAS.workerEnvironment
  }

  /// The command `labbook worker` of the running executable, under `LABBOOK_EMULATOR` if it is set.
  ///
  /// It is named through this process, so that workers run the very same program even if the file
  /// is rebuilt meanwhile.
  public static var ofThisExecutable: Self {
    Self(
      ["/proc/\(getpid())/exe", "worker"],
      emulator: ProcessInfo.processInfo.environment[emulatorVariable])
  }
}

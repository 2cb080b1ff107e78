internal import CanonicalJSON
internal import Synchronization

/// The files that one command has read: whoever reads one of them again gets what was there at first.
///
/// So an edit that is made while a command runs, which can be hours, changes nothing in it. A file that was not there
/// stays absent. What the command itself writes takes the place of what it read.
public final class SealedFiles: Sendable {
  private let contents = Mutex<[ExactText: [UInt8]?]>([:])
  private let locks = Mutex<[ExactText: Lock]>([:])

  /// Creates a seal over nothing.
  public init() {}

  /// The content of the file at `path` as it was first read; nil if it was not read yet, and nil within if there was
  /// no file.
  package func content(at path: String) -> [UInt8]?? {
    contents.withLock { $0[ExactText(path)] }
  }

  /// Keeps what was read at `path`, unless somebody was first.
  ///
  /// - Returns: The content that is kept.
  package func keep(_ content: [UInt8]?, at path: String) -> [UInt8]? {
    contents.withLock { contents in
      let path = ExactText(path)
      if let first = contents[path] { return first }
      contents[path] = .some(content)
      return content
    }
  }

  /// The lock called `name`, read by `read` where it was not read yet.
  ///
  /// - Parameters:
  ///   - name: A name that no other lock of the command has.
  ///   - read: Reads it from a file under this seal.
  /// - Returns: The lock.
  /// - Throws: The errors of `read`.
  package func lock<Failure: Error>(
    _ name: String, _ read: () throws(Failure) -> Lock
  ) throws(Failure) -> Lock {
    let name = ExactText(name)
    if let known = locks.withLock({ $0[name] }) { return known }
    let lock = try read()
    locks.withLock { $0[name] = lock }
    return lock
  }

  /// Notes what this command has written at `path`.
  package func write(_ content: [UInt8], at path: String) {
    locks.withLock { $0 = [:] }
    contents.withLock { $0[ExactText(path)] = .some(content) }
  }

  /// The paths of the files that were read and are there, in no order.
  package var paths: [String] {
    contents.withLock { contents in contents.filter { $0.value != nil }.map(\.key.text) }
  }

  /// The paths of the files that are no longer what was read, sorted.
  package var edited: [String] {
    let contents = contents.withLock { $0 }
    return contents.filter { path, content in
      ((try? DurableFiles.read(path.text, atMost: FileSize.most)) ?? nil) != content
    }.keys.sorted().map(\.text)
  }
}

/// All seals are equal: what was read in a place is no part of what the place is.
extension SealedFiles: Hashable {
  /// Always true.
  public static func == (left: SealedFiles, right: SealedFiles) -> Bool { true }

  /// Adds nothing.
  public func hash(into hasher: inout Hasher) {}
}

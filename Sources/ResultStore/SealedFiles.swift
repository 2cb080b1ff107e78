internal import Synchronization

/// The files that one command has read: whoever reads one of them again gets what was there at first.
///
/// So an edit that is made while a command runs, which can be hours, changes nothing in it. A file that was not there
/// stays absent. What the command itself writes takes the place of what it read.
public final class SealedFiles: Sendable {
  private let contents = Mutex<[String: [UInt8]?]>([:])

  /// Creates a seal over nothing.
  public init() {}

  /// The content of the file at `path` as it was first read; nil if it was not read yet, and nil within if there was
  /// no file.
  package func content(at path: String) -> [UInt8]?? {
    contents.withLock { $0[path] }
  }

  /// Keeps what was read at `path`, unless somebody was first.
  ///
  /// - Returns: The content that is kept.
  package func keep(_ content: [UInt8]?, at path: String) -> [UInt8]? {
    contents.withLock { contents in
      if let first = contents[path] { return first }
      contents[path] = .some(content)
      return content
    }
  }

  /// Notes what this command has written at `path`.
  package func write(_ content: [UInt8], at path: String) {
    contents.withLock { $0[path] = .some(content) }
  }

  /// The paths of the files that are no longer what was read, sorted.
  package var edited: [String] {
    let contents = contents.withLock { $0 }
    return contents.filter { path, content in
      ((try? DurableFiles.read(path, atMost: FileSize.most)) ?? nil) != content
    }.keys.sorted()
  }
}

/// All seals are equal: what was read in a place is no part of what the place is.
extension SealedFiles: Hashable {
  /// Always true.
  public static func == (left: SealedFiles, right: SealedFiles) -> Bool { true }

  /// Adds nothing.
  public func hash(into hasher: inout Hasher) {}
}

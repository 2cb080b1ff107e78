internal import CanonicalJSON
internal import Glibc

/// The listing and the removal of folders, in which a trainer or a stranger may have made files of any names.
extension DurableFiles {
  /// The names in a folder, sorted; empty if there is no such folder.
  ///
  /// A name that is not UTF-8 is mended, and then leads to no file.
  package static func names(in folder: String) throws(StoreError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw failure("read the folder", folder)
    }
    defer { closedir(stream) }
    guard let names = rawNames(in: stream) else { throw failure("read the folder", folder) }
    return names.map { String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) }
      .sorted(by: CanonicalText.precedes)
  }

  /// The names in an open folder with the zero that ends each; nil if they cannot be read, for the reason in `errno`.
  private static func rawNames(in stream: OpaquePointer) -> [[CChar]]? {
    var names: [[CChar]] = []
    while true {
      // Only this tells the end from a failure.
      errno = 0
      guard let entry = readdir(stream) else { return errno == 0 ? names : nil }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      if name != [0x2E, 0], name != [0x2E, 0x2E, 0] { names.append(name) }
    }
  }

  /// Removes a folder that this program made, with all that it holds, or a file; what cannot be removed
  /// stays, and so does what a link leads to.
  ///
  /// - Returns: Whether nothing is left of it.
  @discardableResult
  package static func remove(_ path: String) -> Bool {
    if unlink(path) == 0 || errno == ENOENT { return true }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    empty(folder)
    return rmdir(path) == 0
  }

  /// Removes all that an open folder holds, whatever bytes its names have and however deep it is: no path is ever made, and
  /// folders within folders are moved up before they are emptied.
  private static func empty(_ folder: Int32) {
    var moved = 0
    var last = -1
    while moved != last {
      last = moved
      for name in rawNames(in: folder) where !remove(name, in: folder) {
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else { continue }
        defer { close(inner) }
        for other in rawNames(in: inner) where !remove(other, in: inner) {
          moved += 1
          if renameat(inner, other, folder, ".labbook-removed-\(getpid())-\(moved)") != 0 {
            moved -= 1
          }
        }
        remove(name, in: folder)
      }
    }
  }

  /// Removes a file, a link or an empty folder.
  @discardableResult
  private static func remove(_ name: [CChar], in folder: Int32) -> Bool {
    unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0
  }

  /// The names in an open folder; none if they cannot be read.
  private static func rawNames(in folder: Int32) -> [[CChar]] {
    // A stream closes its descriptor, and shares the place in it with copies.
    let other = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard other >= 0, let stream = fdopendir(other) else {
      if other >= 0 { close(other) }
      return []
    }
    defer { closedir(stream) }
    return rawNames(in: stream) ?? []
  }
}

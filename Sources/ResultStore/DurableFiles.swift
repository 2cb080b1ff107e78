internal import CanonicalJSON
internal import Glibc

/// The file operations that the store is built on: each either happens as a whole, is on disk when
/// it returns, and fails with a sentence, or is not visible under its final name.
///
/// To wait for a disk takes milliseconds each time. What is made in a scratch folder is not waited for (`waits`): it is
/// gone with its process, or becomes part of a record, which is waited for as a whole (``synchronizeAll(in:)``).
package enum DurableFiles {
  /// Whether something exists at `path`.
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Whether something exists at `path`, where the answer decides what a result stands on.
  ///
  /// - Throws: The reason why it cannot be looked up, such as a failing disk; ``exists(_:)`` takes that for nothing.
  package static func isThere(_ path: String) throws(StoreError) -> Bool {
    if access(path, F_OK) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else { throw failure("look up", path) }
    return false
  }

  /// Whether it is sure that nothing is at `path`, not even a link to nothing.
  package static func isNothing(at path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// The content of a file, or `nil` if there is none.
  ///
  /// - Throws: The reason why it cannot be read, such as that it is a folder, a pipe, or larger than `limit`.
  package static func read(
    _ path: String, atMost limit: Int = FileSize.mostOfRecord
  ) throws(StoreError) -> [UInt8]? {
    var status = stat()
    guard let file = try descriptor(of: path, &status, atMost: limit) else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 0) + 1)
    var count = 0
    while true {
      // A file may grow while it is read, and those of the kernel do not tell their size.
      guard count <= limit else {
        throw .cannot(action: "read", path: path, reason: "it \(FileSize.problem(count, limit))")
      }
      if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure("read", path) }
      if read == 0 { break }
      count += read
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Opens an ordinary file to be read piece by piece.
  ///
  /// - Returns: Its descriptor, which the caller closes.
  /// - Throws: The reason why it cannot be read, as ``read(_:atMost:)`` does, and that there is none.
  package static func openFile(_ path: String, atMost limit: Int) throws(StoreError) -> Int32 {
    var status = stat()
    guard let file = try descriptor(of: path, &status, atMost: limit) else {
      throw failure("read", path, ENOENT)
    }
    return file
  }

  /// Opens an ordinary file, of which `status` then tells; nil if there is none.
  private static func descriptor(
    of path: String, _ status: inout stat, atMost limit: Int
  ) throws(StoreError) -> Int32? {
    // To open a pipe would be to wait until somebody writes to it.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if file < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard file >= 0 else { throw failure("read", path) }
    guard fstat(file, &status) == 0 else {
      let error = failure("read", path)
      close(file)
      throw error
    }
    if let problem = problem(with: status, atMost: limit) {
      close(file)
      throw .cannot(action: "read", path: path, reason: "it \(problem)")
    }
    return file
  }

  /// The last bytes of a file of any size, such as a log; none if it cannot be read.
  package static func end(of path: String, atMost limit: Int) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    var bytes = [UInt8](repeating: 0, count: limit)
    let start = max(0, Int(status.st_size) - limit)
    var count = 0
    while count < limit {
      let read = bytes.withUnsafeMutableBytes { buffer in
        pread(file, buffer.baseAddress.map { $0 + count }, limit - count, start + count)
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { break }
      count += read
    }
    return Array(bytes.prefix(count))
  }

  /// The reason why `path` cannot be read as a file, in words that follow its name; `nil` if it can, or if
  /// there is nothing.
  package static func problem(
    with path: String, atMost limit: Int = FileSize.mostOfRecord
  ) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return problem(with: status, atMost: limit)
  }

  private static func problem(with status: stat, atMost limit: Int) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: status.st_size <= limit ? nil : FileSize.problem(Int(status.st_size), limit)
    case S_IFDIR: "is a folder"
    default: "is not an ordinary file"
    }
  }

  /// Creates a file that must not exist yet, and waits until its content is on disk.
  package static func create(
    _ path: String, _ bytes: [UInt8], waits: Bool = true
  ) throws(StoreError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure("write", path) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(file, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure("write", path)
        close(file)
        throw error
      }
      written += count
    }
    guard !waits || fsync(file) == 0 else {
      let error = failure("write", path)
      close(file)
      throw error
    }
    // Network file systems report a full disk here.
    guard close(file) == 0 else { throw failure("write", path) }
  }

  /// Replaces the file at `path` as a whole by one that is written at `temporary` first, on the same file system:
  /// readers see the old content or the new one.
  static func replace(
    _ path: String, _ bytes: [UInt8], by temporary: String
  ) throws(StoreError) {
    try create(temporary, bytes)
    try moveFile(temporary, to: path)
  }

  /// Moves a file to `path`, in place of one that may be there, on the same file system.
  package static func moveFile(
    _ file: String, to path: String, waits: Bool = true
  ) throws(StoreError) {
    guard rename(file, path) == 0 else { throw failure("write", path) }
    if waits { try synchronize(parent(of: path)) }
  }

  /// Moves a folder to a name that must be free.
  ///
  /// - Returns: Whether it was moved; `false` if the name is taken.
  package static func moveFolder(_ path: String, to destination: String) throws(StoreError) -> Bool
  {
    guard rename(path, destination) == 0 else {
      if errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR { return false }
      throw failure("create", destination)
    }
    try synchronize(parent(of: destination))
    return true
  }

  /// Creates a folder with its parents.
  package static func createFolder(_ path: String, waits: Bool = true) throws(StoreError) {
    var isMade = mkdir(path, 0o777) == 0
    if !isMade, errno == ENOENT, parent(of: path) != path {
      try createFolder(parent(of: path), waits: waits)
      isMade = mkdir(path, 0o777) == 0
    }
    if isMade {
      if waits { try synchronize(parent(of: path)) }
      return
    }
    let code = errno
    if code == EEXIST, isFolder(path) { return }
    throw failure("create the folder", path, code)
  }

  /// Creates an empty folder in `folder` under a name that nobody else has, on any machine.
  package static func temporaryFolder(
    in folder: String, prefix: String, isPrivate: Bool = false
  ) throws(StoreError) -> String {
    var template = Array("\(folder)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw failure("create a folder in", folder) }
    // mkdtemp makes the folder private; a shared store follows the umask instead.
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    if isPrivate { return path }
    let mask = umask(0)
    umask(mask)
    chmod(path, 0o777 & ~mask)
    return path
  }

  /// Removes a file or a link, never a folder; what cannot be removed stays.
  package static func removeFile(_ path: String) {
    unlink(path)
  }

  /// Removes a folder if it is empty.
  package static func removeEmptyFolder(_ path: String) {
    rmdir(path)
  }

  /// The bytes of the file at `path`, or of what a link there leads to; 0 if there is nothing.
  package static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The folder that holds `path`.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Waits until the names in a folder are on disk.
  package static func synchronize(_ folder: String) throws(StoreError) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw failure("read the folder", folder) }
    defer { close(file) }
    // Some network file systems cannot synchronise a folder and say EINVAL.
    guard fsync(file) == 0 || errno == EINVAL else { throw failure("write the folder", folder) }
  }

  /// Waits until a folder that this program made is on disk with all that it holds.
  ///
  /// Where many files were written before the first of them is waited for, most are on disk by then.
  package static func synchronizeAll(in path: String) throws(StoreError) {
    for name in try names(in: path) {
      let place = "\(path)/\(name)"
      if isFolder(place) {
        try synchronizeAll(in: place)
        continue
      }
      let file = open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard file >= 0 else { throw failure("read", place) }
      defer { close(file) }
      guard fsync(file) == 0 else { throw failure("write", place) }
    }
    try synchronize(path)
  }

  /// Whether a folder stands at `path`.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func failure(
    _ action: String, _ path: String, _ code: Int32 = errno
  ) -> StoreError {
    .cannot(action: action, path: path, reason: String(cString: strerror(code)))
  }
}

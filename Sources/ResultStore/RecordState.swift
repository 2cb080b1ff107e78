internal import Glibc

/// The facts that tell the files of a record from what they were before: of its folder and of each file in it the
/// device, inode, size and both times, to the nanosecond.
///
/// The time of the last change cannot be set by a program, so an older modification time hides nothing.
struct RecordState: Equatable {
  /// A digest of the facts, in 32 hexadecimal digits.
  let digest: String
  /// The latest of all times, in nanoseconds.
  let newest: Int64
  /// The facts of `record.json` alone, as ``ResultStore/statesOfRecords(_:every:)`` looks at them.
  let ofRecordFile: FileFacts

  /// The files of a record; the folder itself stands before them, whose times tell that one has come, gone or been
  /// replaced.
  private static let names =
    [
      RecordFile.record, RecordFile.preimage, RecordFile.provenance,
      RecordFile.provenanceDigest,
      RecordFile.updates, RecordFile.samples, RecordFile.weights,
    ] + CurvesFile.all.map(\.name)

  /// The state of the record in `folder`; nil if there is none.
  init?(folder: String) {
    // Nothing of the folder is read but the states of its files.
    let descriptor = open(folder, FileFacts.onlyPath | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var facts = FileFacts()
    var own = FileFacts()
    facts.reserve(Self.names.count + 1)
    var ofFolder = stat()
    if fstat(descriptor, &ofFolder) != 0 { ofFolder = stat() }
    facts.add(ofFolder)
    for name in Self.names {
      var status = stat()
      if fstatat(descriptor, name, &status, 0) != 0 { status = stat() }
      facts.add(status)
      if name == RecordFile.record { own.add(status) }
    }
    (digest, newest, ofRecordFile) = (facts.digest, facts.newest, own)
  }
}

/// The facts of several files, one after the other.
struct FileFacts: Equatable {
  /// `O_PATH`, which is not in Swift's module of the C library: a folder is opened for the names in it alone.
  fileprivate static let onlyPath: Int32 = 0o10_000_000
  private var words: [Int64] = []
  private(set) var newest: Int64 = 0

  /// Makes room for the facts of so many files.
  mutating func reserve(_ count: Int) { words.reserveCapacity(6 * count) }

  mutating func add(_ status: stat) {
    let modified = Self.nanoseconds(status.st_mtim)
    let changed = Self.nanoseconds(status.st_ctim)
    newest = max(newest, modified, changed)
    words.append(Int64(truncatingIfNeeded: status.st_dev))
    words.append(Int64(truncatingIfNeeded: status.st_ino))
    words.append(Int64(truncatingIfNeeded: status.st_mode))
    words.append(Int64(status.st_size))
    words.append(modified)
    words.append(changed)
  }

  /// Adds the facts of further files.
  mutating func add(_ facts: FileFacts) {
    newest = max(newest, facts.newest)
    words += facts.words
  }

  var digest: String {
    String(words.withUnsafeBytes { Digest.hex(of: $0) }.prefix(32))
  }

  static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

extension ResultStore {
  /// The states of the files `record.json` of many runs, as one.
  ///
  /// It is all that "nothing to do" looks at, at a microsecond or two for each record.
  ///
  /// - Parameters:
  ///   - keys: The run keys one after the other, 64 digits each.
  ///   - distance: The bytes from the beginning of a key to that of the next.
  /// - Returns: A digest, and the latest of all times; a record that is not there counts too.
  package func statesOfRecords(
    _ keys: ArraySlice<UInt8>, every distance: Int
  ) -> (digest: String, newest: Int64) {
    var facts = FileFacts()
    facts.reserve((keys.count + distance - 1) / max(distance, 1))
    // From the folders of shards on, the way to a file is short. Where one is not there, neither is any file of it.
    var shards: [UInt16: Int32] = [:]
    defer { for shard in shards.values where shard >= 0 { close(shard) } }
    // One path is written over and over: the key changes.
    var buffer =
      (Array(repeating: UInt8(ascii: "0"), count: 64) + Array("/\(RecordFile.record)".utf8) + [0])
      .map { CChar(bitPattern: $0) }
    var start = keys.startIndex
    while start + 64 <= keys.endIndex {
      for digit in 0..<64 { buffer[digit] = CChar(bitPattern: keys[start + digit]) }
      let (first, second) = (keys[start], keys[start + 1])
      let name = UInt16(first) << 8 | UInt16(second)
      let shard: Int32
      if let known = shards[name] {
        shard = known
      } else {
        let digits = String(decoding: [first, second], as: UTF8.self)
        shard = open(
          "\(path)/records/\(digits)", FileFacts.onlyPath | O_DIRECTORY | O_CLOEXEC)
        shards[name] = shard
      }
      var status = stat()
      facts.add(shard >= 0 && fstatat(shard, buffer, &status, 0) == 0 ? status : stat())
      start += distance
    }
    return (facts.digest, facts.newest)
  }

  /// The present time by the clock of the store's file system, in nanoseconds; nil if nothing can be written there.
  ///
  /// A server's clock may differ from this machine's.
  func fileSystemTime() -> Int64? {
    guard let session = try? makeSession() else { return nil }
    var status = stat()
    guard stat(session.path, &status) == 0 else { return nil }
    return FileFacts.nanoseconds(status.st_ctim)
  }
}

/// Facts of a program's file that change whenever it is built or installed anew.
package enum ProgramFile {
  /// The size, modification time and inode of the file at `path`.
  package static func identity(at path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "none" }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
  }
}

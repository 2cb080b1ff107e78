internal import Glibc

/// The facts that tell the files of a record from what they were before: of its folder and of each file in it the
/// device, inode, size and both times, to the nanosecond.
///
/// The time of the last change cannot be set by a program, so an older modification time hides nothing.
struct RecordState: Equatable {
  /// The part of a state that is remembered.
  struct Mark: Equatable, Sendable {
    /// The first half of a digest of the facts.
    var digest: (UInt64, UInt64)
    /// The names that are there, a bit for each.
    var files: UInt16

    static func == (first: Self, second: Self) -> Bool {
      first.digest == second.digest && first.files == second.files
    }
  }

  let mark: Mark
  /// The latest of all times, in nanoseconds.
  let newest: Int64
  /// The facts of `record.json` alone, as ``ResultStore/statesOfRecords(_:every:)`` looks at them.
  let ofRecordFile: FileFact

  /// The files of a record; the folder itself stands before them, whose times tell that one has come, gone or been
  /// replaced.
  private static let names: [[CChar]] =
    ([
      RecordFile.record, RecordFile.preimage, RecordFile.provenance,
      RecordFile.provenanceDigest,
      RecordFile.updates, RecordFile.samples, RecordFile.weights,
    ] + CurvesFile.all.map(\.name)).map { $0.utf8.map { CChar(bitPattern: $0) } + [0] }

  /// The state of the record in `folder`; nil if there is none.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder.
  ///   - mark: What is remembered of an earlier state. A name that was not there then is not there now, if the folder's own
  ///     facts are the same; if they are not, the state is another one whatever its files are.
  init?(folder: String, after mark: Mark? = nil) {
    // Nothing of the folder is read but the states of its files.
    let descriptor = open(folder, FileFacts.onlyPath | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var files: UInt16 = 0
    var newest: Int64 = 0
    var own = FileFact()
    let names = Self.names
    let digest = withUnsafeTemporaryAllocation(of: FileFact.self, capacity: names.count + 1) {
      facts in
      var status = stat()
      if fstat(descriptor, &status) != 0 { status = stat() }
      facts.initializeElement(at: 0, to: FileFact(status))
      for (number, name) in names.enumerated() {
        let bit: UInt16 = 1 << number
        status = stat()
        if mark.map({ $0.files & bit != 0 }) ?? true {
          if fstatat(descriptor, name, &status, 0) == 0 {
            files |= bit
          } else {
            // A link that leads nowhere may lead to something later, and its folder would not tell.
            if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { files |= bit }
            status = stat()
          }
        }
        facts.initializeElement(at: number + 1, to: FileFact(status))
      }
      own = facts[1]
      newest = facts.reduce(0) { max($0, $1.newest) }
      return Digest.firstHalf(of: UnsafeRawBufferPointer(facts))
    }
    self.mark = Mark(digest: digest, files: files)
    self.newest = newest
    ofRecordFile = own
  }
}

extension RecordState.Mark {
  /// How many digits its text has.
  static let digits = 36

  /// Its digits.
  var text: String {
    Digest.hex(UInt64(files), digits: 4) + Digest.hex(digest.0, digits: 16)
      + Digest.hex(digest.1, digits: 16)
  }

  /// Reads its digits; nil if they are none.
  init?(_ text: ArraySlice<UInt8>) {
    guard text.count == Self.digits, let files = Digest.number(text.prefix(4)),
      let first = Digest.number(text.dropFirst(4).prefix(16)),
      let second = Digest.number(text.suffix(16))
    else { return nil }
    self.init(digest: (first, second), files: UInt16(files))
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
      facts.add(
        shard >= 0 && fstatat(shard, buffer, &status, 0) == 0 ? FileFact(status) : FileFact())
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

internal import CanonicalJSON

/// The reason why an object gives no record.
package enum RecordObjectError: Error, Equatable, Sendable {
  /// It is not what its name says; in words that follow the name.
  case unsound(String)
  /// The store cannot be read or written.
  case store(StoreError)
}

/// The files of a record in one file: an archive that `tar` reads, with no times and no owners in it.
///
///     SHA256SUMS     the digest of each file, as `sha256sum -c` checks it
///     curves.csv     the files of the record, sorted by path
///     …
///
/// The record's own digests cover what it says; these cover every other byte too, such as those of its provenance.
enum RecordObject {
  static let sums = "SHA256SUMS"
  /// The most files: those that a record keeps, and its own.
  private static let mostFiles = KeptFile.most + 32
  private static let mostOfSums = 32 << 20

  /// Writes the files called `names` of a record's folder into a new file.
  static func write(_ names: [String], of folder: String, to path: String) throws(StoreError) {
    var sums = ""
    var sizes: [(name: String, size: Int)] = []
    for name in names {
      guard RecordFolder.isFile(name) else {
        throw .cannot(
          action: "archive", path: "\(folder)/\(name)", reason: "its name is too long for an object"
        )
      }
      guard let (size, digest) = DurableFiles.digest(of: "\(folder)/\(name)") else {
        throw .cannot(action: "read", path: "\(folder)/\(name)", reason: "it is no ordinary file")
      }
      sums += "\(digest)  \(name)\n"
      sizes.append((name, size))
    }
    let archive = try StreamedFile(creating: path)
    let text = Array(sums.utf8)
    try archive.write(TapeArchive.header(of: self.sums, size: text.count) + text)
    try archive.write(TapeArchive.padding(after: text.count))
    for (name, size) in sizes {
      try archive.write(TapeArchive.header(of: name, size: size))
      let file = try StreamedFile(reading: "\(folder)/\(name)")
      var left = size
      while left > 0 {
        let piece = try file.read(atMost: min(left, StreamedFile.piece))
        guard !piece.isEmpty else {
          throw .cannot(action: "read", path: file.path, reason: "it became shorter meanwhile")
        }
        try archive.write(piece)
        left -= piece.count
      }
      try archive.write(TapeArchive.padding(after: size))
    }
    try archive.write(TapeArchive.end)
  }

  /// Writes the files of the archive at `path` into `folder`, which exists and is empty, and checks their digests.
  ///
  /// They need not be on disk when it returns.
  ///
  /// - Throws: ``RecordObjectError/unsound(_:)`` for anything else than ``write(_:of:to:)`` writes of a record.
  static func extract(_ path: String, into folder: String) throws(RecordObjectError) {
    let archive: StreamedFile
    do { archive = try StreamedFile(reading: path) } catch { throw .store(error) }
    func next(_ count: Int) throws(RecordObjectError) -> [UInt8] {
      do { return try archive.read(atMost: count) } catch { throw .store(error) }
    }
    guard case .file(sums, let length) = try TapeArchive.entry(next: next), length <= mostOfSums
    else { throw .unsound("does not begin with \(sums)") }
    let text = String(validating: try next(length), as: UTF8.self) ?? ""
    try skipPadding(after: length, next)
    var files: [(name: String, digest: String)] = []
    for line in text.split(separator: "\n") {
      let name = String(line.dropFirst(66))
      guard Digest.isHex(line.prefix(64)), RecordFolder.isFile(name),
        files.last.map({ CanonicalText.precedes($0.name, name) }) ?? true,
        files.count < mostFiles
      else { throw .unsound("has a \(sums) that is not of the files of a record, in order") }
      files.append((name, String(line.prefix(64))))
    }
    let names = Set(files.map(\.name))
    func isBelowFile(_ name: String) -> Bool {
      let parent = DurableFiles.parent(of: name)
      return parent != "." && (names.contains(parent) || isBelowFile(parent))
    }
    guard !names.contains(where: isBelowFile) else {
      throw .unsound("has a \(sums) in which a file is a folder too")
    }
    guard CanonicalText.same(files.map { "\($0.digest)  \($0.name)\n" }.joined(), text) else {
      throw .unsound("has a \(sums) that is not as labbook writes it")
    }
    for (name, digest) in files {
      guard case .file(name, let size) = try TapeArchive.entry(next: next) else {
        throw .unsound("does not hold \(name) where its \(sums) says")
      }
      guard size <= RecordFile.mostBytes(of: name) else {
        throw .unsound(
          "holds a \(name) that \(FileSize.problem(size, RecordFile.mostBytes(of: name)))")
      }
      try extract(name, size, next, into: folder)
      try skipPadding(after: size, next)
      guard DurableFiles.digest(of: "\(folder)/\(name)")?.digest == digest else {
        throw .unsound("was altered: its \(name) does not match \(sums)")
      }
    }
    guard try TapeArchive.entry(next: next) == .end else {
      throw .unsound("holds a file that its \(sums) does not name")
    }
  }

  private static func extract(
    _ name: String, _ size: Int, _ next: (Int) throws(RecordObjectError) -> [UInt8],
    into folder: String
  ) throws(RecordObjectError) {
    do throws(StoreError) {
      try DurableFiles.createFolder(DurableFiles.parent(of: "\(folder)/\(name)"))
    } catch {
      throw .store(error)
    }
    let file: StreamedFile
    do { file = try StreamedFile(creating: "\(folder)/\(name)") } catch { throw .store(error) }
    var left = size
    while left > 0 {
      let piece = try next(min(left, StreamedFile.piece))
      guard !piece.isEmpty else { throw .unsound("ends within \(name)") }
      do { try file.write(piece) } catch { throw .store(error) }
      left -= piece.count
    }
  }

  private static func skipPadding(
    after size: Int, _ next: (Int) throws(RecordObjectError) -> [UInt8]
  ) throws(RecordObjectError) {
    let padding = TapeArchive.padding(after: size)
    guard try next(padding.count) == padding else {
      throw .unsound("has something between its files")
    }
  }
}

extension RecordFolder {
  /// Whether a path is that of a file that a record may have.
  static func isFile(_ name: String) -> Bool {
    let own: Set = [
      RecordFile.record, RecordFile.updates, RecordFile.samples, RecordFile.weights,
      RecordFile.preimage, RecordFile.provenance, RecordFile.provenanceDigest, KeptFilesList.name,
    ]
    if own.contains(name) || CurvesFile.all.contains(where: { $0.name == name }) { return true }
    let prefix = "\(KeptFile.folder)/"
    guard name.hasPrefix(prefix), name.utf8.count <= TapeArchive.longestName else { return false }
    let kept = KeptFile(path: String(name.dropFirst(prefix.count)), size: 0, digest: "")
    // No file system that matters takes longer steps.
    return kept.problem == nil
      && name.utf8.split(separator: UInt8(ascii: "/")).allSatisfy { $0.count <= 255 }
  }

  /// Checks the record and returns its digest with the paths of its files, sorted.
  func checkedFiles() throws(StoreError) -> (digest: RecordDigest, names: [String]) {
    let digest = try check()
    let foreign = Set(try foreignNames(besides: digest))
    var names = try DurableFiles.names(in: path).filter {
      !foreign.contains($0) && $0 != KeptFile.folder
    }
    if digest.hex(of: KeptFile.part) != nil {
      names += try readFiles(of: digest).map { "\(KeptFile.folder)/\($0.path)" }
    }
    return (digest, names.sorted(by: CanonicalText.precedes))
  }
}

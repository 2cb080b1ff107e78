internal import ResultStore

/// Files that a build writes: each as a whole, and only if its content changes.
struct OutputFiles {
  let folder: WeekFolder
  /// Content by name relative to the folder.
  private(set) var contents: [String: String] = [:]
  /// The digests of files that are no longer wanted, by name.
  private var removals: [String: String] = [:]

  init(folder: WeekFolder) {
    self.folder = folder
  }

  /// Plans to write `content` to the file called `name`.
  mutating func write(_ content: String, to name: String) {
    contents[name] = content
  }

  /// Plans to write the points of a figure's specification beside it. They follow from it, so the lock does not name them.
  mutating func write(data specification: ReadSpecification, of figure: PlannedFigure) {
    if let data = specification.data { write(data, to: figure.dataFile) }
  }

  /// Plans to remove the file called `name` if it still is what an earlier build made, by its digest.
  mutating func remove(_ name: String, madeAs digest: String) {
    removals[name] = digest
  }

  /// The digests of the files written.
  var digests: [String: String] { contents.mapValues { Digest.hex(of: $0) } }

  /// Writes and removes as planned, the lock last: it names the digests of all others.
  ///
  /// - Parameter store: The store, in which files are written before they take their places.
  /// - Returns: The names of the files whose content changed or that are gone, sorted.
  /// - Throws: If a file cannot be written, or if the lock is no longer the one that the build began with.
  func commit(with store: ResultStore) throws(ReportFailure) -> [String] {
    var changed: [String] = []
    var paths: [(name: String, path: String)] = []
    for name in contents.keys.sorted(by: {
      ($0 == WeekFolder.lockName ? 1 : 0, $0) < ($1 == WeekFolder.lockName ? 1 : 0, $1)
    }) {
      paths.append((name, try path(of: name)))
    }
    do throws(StoreError) {
      try checkLock(paths)
      for (name, path) in paths {
        let bytes = Array((contents[name] ?? "").utf8)
        folder.sealed?.write(bytes, at: path)
        if try isThere(bytes, at: path) { continue }
        try DurableFiles.createFolder(DurableFiles.parent(of: path))
        try store.replaceFile(path, bytes)
        changed.append(name)
      }
    } catch {
      throw .file("\(error)")
    }
    for (name, digest) in removals where contents[name] == nil {
      // What is no file of a build's, or not what it made, is somebody else's.
      guard let path = try? path(of: name),
        let bytes = try? DurableFiles.read(path, atMost: FileSize.most),
        Digest.hex(of: bytes) == digest
      else { continue }
      DurableFiles.removeFile(path)
      changed.append(name)
    }
    return changed.sorted()
  }

  /// Whether the file at `path` has this content; what is larger is not read for it.
  private func isThere(_ bytes: [UInt8], at path: String) throws(StoreError) -> Bool {
    guard DurableFiles.size(of: path) == bytes.count else { return false }
    return try DurableFiles.read(path, atMost: bytes.count) == bytes
  }

  /// Checks that the lock is still the one that the build began with, or what it makes of it.
  private func checkLock(_ paths: [(name: String, path: String)]) throws(StoreError) {
    guard let path = paths.first(where: { $0.name == WeekFolder.lockName })?.path,
      let former = folder.sealed?.content(at: path)
    else { return }
    let present = try DurableFiles.read(path, atMost: FileSize.most)
    guard present == former || present == contents[WeekFolder.lockName].map({ Array($0.utf8) })
    else {
      throw .cannot(
        action: "write", path: folder.displayPath(of: WeekFolder.lockName),
        reason:
          "somebody else has changed it since the build began; nothing was written, build it again")
    }
  }

  /// The path of the file called `name`, if it is one that builds write.
  private func path(of name: String) throws(ReportFailure) -> String {
    guard Self.isMade(name) else {
      throw .file("labbook writes no file called '\(folder.displayPath(of: name))'")
    }
    do throws(NamedFiles.Refusal) {
      return try folder.ownFiles.ownPath(of: name)
    } catch {
      throw .file(
        "cannot write '\(folder.displayPath(of: name))': it \(error.words("the folder of the week"))"
      )
    }
  }

  /// Whether `name` has the form of a file that builds make.
  static func isMade(_ name: String) -> Bool {
    [
      WeekFolder.lockName, WeekFolder.markdownName, WeekFolder.htmlName, WeekFolder.proseName,
      WeekFolder.verificationName,
    ].contains(name)
      || isFigure(name)
  }

  /// Whether `name` has the form of a figure or of its data.
  static func isFigure(_ name: String) -> Bool {
    guard name.hasPrefix("figures/"),
      [".svg", ".json", ".csv"].contains(where: { name.hasSuffix($0) })
    else { return false }
    let stem = name.utf8.dropFirst("figures/".utf8.count)
    return stem.first != UInt8(ascii: ".")
      && stem.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII
          && (character.isLetter || character.isNumber || "_+-.=".contains(character))
      }
  }
}

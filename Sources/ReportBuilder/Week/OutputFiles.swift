public import ResultStore

/// Files that a build writes: each as a whole, and only if its content changes.
struct OutputFiles {
  let folder: WeekFolder
  /// Content by name relative to the folder.
  private(set) var contents: [String: String] = [:]
  /// Names of files that are no longer wanted.
  private(set) var removals: Set<String> = []

  init(folder: WeekFolder) {
    self.folder = folder
  }

  /// Plans to write `content` to the file called `name`.
  mutating func write(_ content: String, to name: String) {
    contents[name] = content
  }

  /// Plans to remove the file called `name`, unless it is written too.
  mutating func remove(_ name: String) {
    removals.insert(name)
  }

  /// The digests of the files written.
  var digests: [String: String] { contents.mapValues { Digest.hex(of: $0) } }

  /// Does what was planned, the lock last: it names the digests of all others.
  ///
  /// - Returns: The names of the files whose content changed or that are gone, sorted.
  func commit() throws(ReportFailure) -> [String] {
    var changed: [String] = []
    do throws(StoreError) {
      for name in contents.keys.sorted(by: {
        ($0 == WeekFolder.lockName ? 1 : 0, $0) < ($1 == WeekFolder.lockName ? 1 : 0, $1)
      }) {
        let bytes = Array((contents[name] ?? "").utf8)
        let path = folder.path(of: name)
        if try DurableFiles.read(path) == bytes { continue }
        try DurableFiles.createFolder(DurableFiles.parent(of: path))
        try DurableFiles.replace(path, bytes)
        changed.append(name)
      }
    } catch {
      throw .file("\(error)")
    }
    for name in removals where contents[name] == nil {
      let path = folder.path(of: name)
      guard DurableFiles.exists(path) else { continue }
      DurableFiles.remove(path)
      changed.append(name)
    }
    return changed.sorted()
  }
}

extension WeekFolder {
  /// The content of the file called `name`, or nil if there is none.
  func content(of name: String) throws(ReportFailure) -> String? {
    do throws(StoreError) {
      guard let bytes = try DurableFiles.read(path(of: name)) else { return nil }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .cannot(action: "read", path: displayPath(of: name), reason: "it is not UTF-8")
      }
      return text
    } catch {
      throw .file("\(error)")
    }
  }

  /// The SHA-256 of the file called `name`, or nil if there is none.
  func digest(of name: String) throws(ReportFailure) -> String? {
    do throws(StoreError) {
      return try DurableFiles.read(path(of: name)).map { Digest.hex(of: $0) }
    } catch {
      throw .file("\(error)")
    }
  }

  /// The locks of this week and of another one, read as one where they hold the same results; nil for a
  /// week that has none.
  public func locks(and other: WeekFolder) throws(ReportFailure) -> (Lock?, Lock?) {
    guard let text = try content(of: Self.lockName), let own = try lock() else {
      return (nil, try other.lock())
    }
    guard let otherText = try other.content(of: Self.lockName) else { return (own, nil) }
    do throws(LockError) {
      return (
        own,
        try Lock(
          text: otherText, path: other.displayPath(of: Self.lockName), alike: (own, text))
      )
    } catch {
      throw .lock(error)
    }
  }

  /// The lock in the file called `name`, or nil if there is none.
  public func lock(_ name: String = WeekFolder.lockName) throws(ReportFailure) -> Lock? {
    guard let text = try content(of: name) else { return nil }
    do throws(LockError) {
      return try Lock(text: text, path: displayPath(of: name))
    } catch {
      throw .lock(error)
    }
  }
}

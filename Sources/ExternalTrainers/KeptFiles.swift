internal import CanonicalJSON
internal import Glibc
package import ResultStore
internal import Settings

/// The files of an output folder that a record keeps, found by patterns.
package enum KeptFiles {
  /// Copies or moves the files that match any of the patterns into a folder, below `output/`.
  ///
  /// - Parameters:
  ///   - patterns: Paths from the output folder, with `*` and `?` within a step and `**` for any steps.
  ///   - output: The output folder.
  ///   - folder: The folder that they are put into, on the same file system if they are moved.
  ///   - isMoving: Whether the output is a scratch folder that nobody needs afterwards.
  /// - Returns: The files by their paths within `folder`, sorted.
  /// - Throws: The first that cannot be kept.
  package static func gather(
    _ patterns: [String], in output: String, into folder: String, isMoving: Bool
  ) throws(TrainerFailure) -> [KeptFile] {
    guard !patterns.isEmpty else { return [] }
    var paths: [String] = []
    let split = patterns.map { $0.split(separator: "/").map(String.init)[...] }
    try collect(output, "", depth: 0, split, into: &paths)
    var files: [KeptFile] = []
    for path in paths {
      let steps = path.split(separator: "/").map(String.init)[...]
      guard split.contains(where: { matches(steps, $0) }) else { continue }
      let place = "\(folder)/output/\(path)"
      do throws(StoreError) {
        try DurableFiles.createFolder(DurableFiles.parent(of: place), waits: false)
        if isMoving {
          try DurableFiles.moveFile("\(output)/\(path)", to: place, waits: false)
        } else if let bytes = try DurableFiles.read("\(output)/\(path)") {
          try DurableFiles.create(place, bytes, waits: false)
        }
      } catch {
        throw TrainerFailure("the file '\(shownName(path))' cannot be kept: \(error)")
      }
      files.append(try kept("output/\(path)", in: folder))
    }
    return files
  }

  /// The file at a path within a folder.
  package static func kept(_ path: String, in folder: String) throws(TrainerFailure) -> KeptFile {
    guard let (size, digest) = DurableFiles.digest(of: "\(folder)/\(path)") else {
      throw TrainerFailure("the file '\(shownName(path))' cannot be kept: it is no ordinary file")
    }
    let file = KeptFile(path: path, size: size, digest: digest)
    if let problem = file.problem {
      throw TrainerFailure("the file '\(shownName(path))' \(problem)")
    }
    return file
  }

  private static func collect(
    _ root: String, _ folder: String, depth: Int, _ patterns: [ArraySlice<String>],
    into paths: inout [String]
  ) throws(TrainerFailure) {
    guard depth <= 64, paths.count <= 200_000 else {
      throw TrainerFailure("its output has more files and folders than can be looked through")
    }
    let place = folder.isEmpty ? root : "\(root)/\(folder)"
    let names: [String]
    do throws(StoreError) { names = try DurableFiles.names(in: place) } catch {
      guard mayLead(folder, patterns) else { return }
      throw TrainerFailure("its output cannot be looked through: \(error)")
    }
    for name in names {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var status = stat()
      // What a link leads to is not the output's.
      guard lstat("\(root)/\(path)", &status) == 0 else {
        let code = errno
        guard mayLead(path, patterns) else { continue }
        // What was listed a moment ago is there, under the bytes that its name really has.
        let reason =
          code == ENOENT && name.unicodeScalars.contains("\u{FFFD}")
          ? "its name is not UTF-8" : String(cString: strerror(code))
        throw TrainerFailure("the file '\(shownName(path))' cannot be kept: \(reason)")
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try collect(root, path, depth: depth + 1, patterns, into: &paths)
      case S_IFREG: paths.append(path)
      default: continue
      }
    }
  }

  /// Whether a path, or one that begins with it, may be as one of the patterns has it.
  private static func mayLead(_ path: String, _ patterns: [ArraySlice<String>]) -> Bool {
    let steps = path.split(separator: "/").map(String.init)[...]
    return patterns.contains { pattern in
      if let stars = pattern.firstIndex(of: "**"), stars - pattern.startIndex <= steps.count {
        return zip(steps, pattern[..<stars]).allSatisfy { fnmatch($1, $0, 0) == 0 }
      }
      return steps.count <= pattern.count
        && zip(steps, pattern).allSatisfy { fnmatch($1, $0, 0) == 0 }
    }
  }

  /// Whether the steps of a path are as a pattern has them.
  static func matches(_ steps: ArraySlice<String>, _ pattern: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return steps.isEmpty }
    if first == "**" {
      return (0...steps.count).contains { matches(steps.dropFirst($0), pattern.dropFirst()) }
    }
    guard let step = steps.first, fnmatch(first, step, 0) == 0 else { return false }
    return matches(steps.dropFirst(), pattern.dropFirst())
  }
}

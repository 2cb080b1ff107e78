internal import CanonicalJSON
internal import Glibc
internal import ResultStore

extension FileDigests {
  /// The most files of a folder.
  private static let mostFiles = 200_000
  /// How deep folders may be nested.
  private static let deepest = 64

  /// The digest of all files below a folder: of their paths from it, whether they can be executed, and their content.
  ///
  /// Links are followed. What programs leave behind on the way is left out: `.git`, `__pycache__` and `*.pyc`.
  ///
  /// - Returns: The digest, and when the files were written.
  /// - Throws: The reason why there is none, in words that follow the folder's name.
  func digest(
    ofFolder path: String
  ) throws(InputProblem) -> (digest: String, trace: InputTrace) {
    guard DurableFiles.exists(path) else { throw InputProblem("is not there") }
    guard DurableFiles.isFolder(path) else {
      throw InputProblem("is a file, and a folder is expected")
    }
    var files: [(name: String, isExecutable: Bool)] = []
    var trace = InputTrace(linksTo: path)
    try Self.collect(path, "", above: [], into: &files, &trace)
    guard !files.isEmpty else { throw InputProblem("has no files in it") }
    files.sort { CanonicalText.precedes($0.name, $1.name) }
    var text = "labbook folder 1\n"
    for file in files {
      let digest: String
      do throws(InputProblem) {
        let found = try self.look(at: "\(path)/\(file.name)")
        digest = found.digest
        trace.add(file.name, found.times)
      } catch {
        throw InputProblem("has a file '\(file.name)' that \(error.words)")
      }
      // As JSON, so that a line break in a name is none in the text.
      text +=
        "\(file.isExecutable ? "x" : "-") \(digest) \(JSONValue.string(file.name).compactText)\n"
    }
    return (Digest.hex(of: text), trace)
  }

  private static func collect(
    _ root: String, _ folder: String, above: [FolderIdentity],
    into files: inout [(name: String, isExecutable: Bool)], _ trace: inout InputTrace
  ) throws(InputProblem) {
    guard above.count <= deepest else {
      throw InputProblem("is nested more than \(deepest) folders deep at '\(folder)'")
    }
    let place = folder.isEmpty ? root : "\(root)/\(folder)"
    let own = FolderIdentity(place)
    if let own, above.contains(own) {
      throw InputProblem("has a link '\(folder)' that leads back to a folder it lies in")
    }
    let names: [String]
    do throws(StoreError) {
      names = try DurableFiles.names(in: place)
    } catch {
      throw InputProblem("cannot be read: \(error)")
    }
    for name in names where ![".git", "__pycache__"].contains(name) && !name.hasSuffix(".pyc") {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var status = stat()
      // A name that is no UTF-8 cannot be written as it is, and it has this mark in place of what is none.
      guard !name.unicodeScalars.contains("\u{FFFD}") else {
        throw InputProblem("has a file '\(path)' whose name is not UTF-8")
      }
      guard stat("\(root)/\(path)", &status) == 0 else {
        throw InputProblem("has a link '\(path)' that leads nowhere")
      }
      var link = stat()
      if lstat("\(root)/\(path)", &link) == 0, link.st_mode & S_IFMT == S_IFLNK {
        trace.add(path, FileTimes(link))
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        try collect(root, path, above: above + (own.map { [$0] } ?? []), into: &files, &trace)
      } else {
        guard files.count < mostFiles else {
          throw InputProblem("has more than \(mostFiles) files")
        }
        files.append((path, status.st_mode & S_IXUSR != 0))
      }
    }
  }
}

/// The facts that tell one folder from every other.
private struct FolderIdentity: Equatable {
  var device: dev_t
  var inode: ino_t

  /// The folder at a path; nil if nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, inode) = (status.st_dev, status.st_ino)
  }
}

import ResultStore
import Settings

/// Files that are written where none are: all of them or none.
struct NewFiles {
  /// The files, by their paths.
  var files: [(path: String, bytes: [UInt8])]

  /// Writes the files, and the folders that they are in.
  ///
  /// - Parameter folder: The folder that contains all of them.
  /// - Throws: ``ExistingFile`` if one of them is there; the reason why one cannot be written.
  func write(in folder: String) throws {
    try check(in: folder)
    try DurableFiles.createFolder(folder)
    for (index, file) in files.enumerated() {
      do throws(StoreError) {
        try DurableFiles.createFolder(DurableFiles.parent(of: file.path))
        try DurableFiles.create(file.path, file.bytes)
      } catch {
        // The last one may be there in part; what was there before is none of them.
        for file in files[...index] { DurableFiles.removeFile(file.path) }
        throw error
      }
    }
  }

  /// Looks whether the files can be written to `folder`.
  ///
  /// - Throws: ``ExistingFile`` if one of them is there; that the folder is none.
  func check(in folder: String) throws {
    for file in files where DurableFiles.exists(file.path) { throw ExistingFile(path: file.path) }
    guard !DurableFiles.exists(folder) || DurableFiles.isFolder(folder) else {
      throw StoreError.cannot(
        action: "write into", path: folder, reason: "it is there already and is no folder")
    }
  }

  /// The path of the file called `name` in a folder that a person named.
  static func path(of name: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

/// A file is where one would be written.
struct ExistingFile: Error, CustomStringConvertible {
  var path: String

  var description: String { "\(shownName(path)) is there already; nothing was written" }
}

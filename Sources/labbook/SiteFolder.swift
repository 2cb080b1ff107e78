import ResultStore
import Settings

/// The folder of a site, which is replaced as a whole.
struct SiteFolder {
  /// Its path, without a slash at the end.
  var path: String

  /// The names that every site has.
  private static let marks = ["feed.xml", "index.html", "search.html"]

  /// Refuses a folder that holds something else.
  func check() throws {
    guard DurableFiles.exists(path) else { return }
    guard DurableFiles.isFolder(path) else {
      throw StoreError.cannot(
        action: "write into", path: path, reason: "it is there already and is no folder")
    }
    let names = try DurableFiles.names(in: path)
    guard names.isEmpty || Self.marks.allSatisfy(names.contains) else {
      throw ForeignFolder(path: path, name: names[0])
    }
  }

  /// Writes `files` beside the folder, and puts them in its place.
  func replace(with files: [(path: String, bytes: [UInt8])]) throws {
    let parent = DurableFiles.parent(of: path)
    try DurableFiles.createFolder(parent)
    let session = try DurableFiles.temporaryFolder(in: parent, prefix: ".site-")
    defer { DurableFiles.remove(session) }
    let new = "\(session)/new"
    try NewFiles(files: files.map { (path: "\(new)/\($0.path)", bytes: $0.bytes) }).write(in: new)
    if DurableFiles.exists(path) { _ = try DurableFiles.moveFolder(path, to: "\(session)/old") }
    guard try DurableFiles.moveFolder(new, to: path) else {
      throw StoreError.cannot(
        action: "write into", path: path, reason: "somebody else has made it meanwhile")
    }
  }
}

/// A folder that a site would replace holds something else.
struct ForeignFolder: Error, CustomStringConvertible {
  var path: String
  var name: String

  var description: String {
    "\(shownName(path)) is no site: it has \(shownName(name)); name another folder with --to, or empty it"
  }
}

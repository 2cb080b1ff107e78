internal import Glibc
internal import CanonicalJSON
internal import ResultStore

/// The size and times of a file: nobody writes, replaces or renames it without a new one of them.
///
/// Device and inode are no part of it. They differ where a disk is mounted anew, and a file that has another inode and the
/// same times has not been written.
struct FileTimes: Equatable, Sendable {
  private var size, modified, changed: Int64

  init(_ status: stat) {
    let identity = FileDigests.Identity(status)
    size = identity.size
    (modified, changed) = (identity.modified, identity.changed)
  }

  /// The times of the link or file at a path, those of a link itself; nil if nothing is there.
  init?(ofLinkAt path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  fileprivate var text: String { "\(size) \(modified) \(changed)" }
}

/// The times of all files that an input consists of, and of the links on the way to them.
///
/// Content that is the same before and after a run does not tell what was there in between. These times do.
package struct InputTrace: Equatable, Sendable {
  private var files: [(name: String, times: FileTimes)] = []
  /// So many links are followed on the way to one file.
  private static let mostLinks = 100

  init() {}

  /// The trace of a file, or of what leads to a folder.
  init(linksTo path: String) {
    var left = Self.mostLinks
    addLinks(on: path, &left)
  }

  mutating func add(_ name: String, _ times: FileTimes) { files.append((name, times)) }

  /// Adds the files of another trace, as lying in a folder.
  mutating func add(_ trace: InputTrace, under folder: String) {
    files += trace.files.map { ("\(folder)/\($0.name)", $0.times) }
  }

  /// Adds the links among the steps of a path, and those of the paths that they lead to.
  private mutating func addLinks(on path: String, _ left: inout Int) {
    var place = path.hasPrefix("/") ? "" : "."
    for step in path.split(separator: "/") {
      let folder = place.isEmpty ? "/" : place
      place += "/\(step)"
      var status = stat()
      guard lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, left > 0 else {
        continue
      }
      left -= 1
      add("a link on the way to it", FileTimes(status))
      if let target = Self.target(ofLinkAt: place) {
        addLinks(on: target.hasPrefix("/") ? target : "\(folder)/\(target)", &left)
      }
    }
  }

  /// The path that a link holds; nil if it cannot be read.
  static func target(ofLinkAt path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    return count > 0
      ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// The first file that was written or replaced between two looks; nil if none was.
  func difference(from earlier: InputTrace) -> String? {
    for (one, other) in zip(files, earlier.files)
    where !CanonicalText.same(one.name, other.name) || one.times != other.times {
      return one.name
    }
    let (count, before) = (files.count, earlier.files.count)
    return count == before ? nil : (count > before ? files : earlier.files)[min(count, before)].name
  }

  /// A digest that changes where any of them is written.
  var digest: String {
    Digest.hex(
      of: files.map { "\(JSONValue.string($0.name).compactText) \($0.times.text)\n" }.joined())
  }

  package static func == (first: Self, second: Self) -> Bool {
    first.difference(from: second) == nil
  }
}

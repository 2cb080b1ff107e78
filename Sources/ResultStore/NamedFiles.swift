internal import Glibc

/// Files that other files name: the one place where a name becomes a path.
///
/// A notebook, a lock or a spec may come from a stranger. So a name is relative, every step of it stays
/// within a boundary, links too, and what it leads to is an ordinary file.
package struct NamedFiles: Sendable {
  /// The folder that names are relative to.
  package let folder: String
  /// The number of folders above it that names may lead to.
  private let rise: Int
  /// The files that the command has read already; nil to read afresh.
  private let sealed: SealedFiles?

  /// The reason why a name is refused; a name that stands for no file is none of these.
  package enum Refusal: Error, Equatable, Sendable {
    /// It is absolute, a person's home, empty, or holds control characters.
    case form
    /// It leads out of the boundary, by itself or through a link.
    case outside
    /// It leads to a folder.
    case folder
    /// It leads to a device, a pipe or the like, or to a link where there must be none.
    case special
    /// The file cannot be read, for this reason.
    case unreadable(String)
  }

  /// Creates the files of `folder`, and of the folder `rise` steps above with all below it.
  package init(folder: String, rise: Int = 0, sealed: SealedFiles? = nil) {
    self.sealed = sealed
    self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    self.rise = rise
  }

  /// The content of the file called `name`, read once, and under a seal once per command; nil if there is none.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - limit: The most bytes that it may have.
  /// - Returns: Its bytes.
  /// - Throws: The reason why the name is refused or the file cannot be read.
  package func content(
    of name: String, atMost limit: Int = FileSize.most
  ) throws(Refusal) -> [UInt8]? {
    guard let sealed else { return try read(name, atMost: limit) }
    let path = try plainPath(of: name)
    guard let content = sealed.content(at: path) else {
      return sealed.keep(try read(name, atMost: limit), at: path)
    }
    if let content, content.count > limit {
      throw .unreadable("it \(FileSize.problem(content.count, limit))")
    }
    return content
  }

  private func read(_ name: String, atMost limit: Int) throws(Refusal) -> [UInt8]? {
    guard let path = try path(of: name) else { return nil }
    do throws(StoreError) {
      return try DurableFiles.read(path, atMost: limit)
    } catch {
      if case .cannot(_, _, let reason) = error { throw .unreadable(reason) }
      throw .unreadable("\(error)")
    }
  }

  /// The path of the existing file called `name`, without links; nil if there is none.
  ///
  /// A file that cannot be looked for, and a link to nothing, are not taken for none.
  package func path(of name: String) throws(Refusal) -> String? {
    let plain = try plainPath(of: name)
    guard let path = Self.withoutLinks(plain) else {
      try requireAbsence(of: plain)
      return nil
    }
    guard let boundary = Self.withoutLinks(boundary), Self.isInside(path, boundary) else {
      throw .outside
    }
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    try Self.requireFile(status)
    return path
  }

  /// Refuses a path that stands for no file for another reason than that nothing is there.
  private func requireAbsence(of plain: String) throws(Refusal) {
    var status = stat()
    // A name that is too long is that of no file.
    if stat(plain, &status) != 0, ![ENOENT, ENOTDIR, ENAMETOOLONG].contains(errno) {
      throw .unreadable(String(cString: strerror(errno)))
    }
    var step = plain
    while Self.isInside(step, folder) {
      if lstat(step, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFLNK else { return }
        throw .unreadable("it is a link to nothing")
      }
      step = DurableFiles.parent(of: step)
    }
  }

  /// The path at which the file called `name` is to be written or removed: no link leads to its folder,
  /// and if something is there already, it is an ordinary file and no link.
  package func ownPath(of name: String) throws(Refusal) -> String {
    let plain = try plainPath(of: name)
    let parent = DurableFiles.parent(of: plain)
    guard let root = Self.withoutLinks(folder) else { return plain }
    if let real = Self.withoutLinks(parent) {
      guard Self.isInside(plain, folder), real == root + parent.dropFirst(folder.count) else {
        throw .outside
      }
    } else {
      var status = stat()
      guard lstat(parent, &status) != 0 else { throw .outside }
    }
    var status = stat()
    guard lstat(plain, &status) == 0 else { return plain }
    try Self.requireFile(status)
    return plain
  }

  private static func requireFile(_ status: stat) throws(Refusal) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .folder
    default: throw .special
    }
  }

  /// Whether `name` is relative and each step of it has a plain name, so that it can name a file at all.
  package static func isWellFormed(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.first != UInt8(ascii: "/"),
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return false }
    let steps = steps(of: name)
    return steps.count == 1 || steps[0].utf8.first != UInt8(ascii: "~")
  }

  /// `name` without steps that lead nowhere: `./a/../b` is `b`. What it leads to is not looked at.
  package static func plainName(_ name: String) -> String {
    var plain: [String] = []
    for step in steps(of: name) where step != "." {
      if step == "..", let last = plain.last, last != ".." {
        plain.removeLast()
      } else {
        plain.append(step)
      }
    }
    return plain.joined(separator: "/")
  }

  /// The path of `name` with its `..` resolved, before any link is looked at.
  private func plainPath(of name: String) throws(Refusal) -> String {
    guard Self.isWellFormed(name) else { throw .form }
    var steps = Self.steps(of: folder)
    let fewest = steps.count - rise
    for step in Self.steps(of: name) where step != "." {
      if step == ".." {
        guard steps.count > fewest else { throw .outside }
        steps.removeLast()
      } else {
        steps.append(step)
      }
    }
    return (folder.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
  }

  private var boundary: String {
    var path = folder
    for _ in 0..<rise { path = DurableFiles.parent(of: path) }
    return path
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    path.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
  }

  /// The steps of a path, cut at bytes: a slash with an accent on it is one character, and a slash.
  private static func steps(of path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  private static func withoutLinks(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

extension NamedFiles.Refusal {
  /// The reason why the name is refused.
  ///
  /// - Parameter boundary: The place that the name must not lead out of, such as "the folder of the week".
  /// - Returns: The end of a sentence that begins with the name in quotes.
  package func words(_ boundary: String) -> String {
    switch self {
    case .form: "is no relative name of a file; name a file in \(boundary)"
    case .outside: "leads out of \(boundary)"
    case .folder: "is a folder"
    case .special: "is not an ordinary file"
    case .unreadable(let reason): "cannot be read: \(reason)"
    }
  }
}

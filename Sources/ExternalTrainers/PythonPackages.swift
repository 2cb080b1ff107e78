internal import Glibc
internal import ResultStore
internal import Settings

/// The version of a Python interpreter and those of the packages installed for it.
///
/// They are read from the names of folders that installers leave (`torch-2.9.1.dist-info`), so nothing of the environment
/// is executed, and a look takes a millisecond. A package that is installed in place (`pip install -e`) has a version
/// here and its code has not: that belongs among the inputs.
///
/// - See: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
package struct PythonPackages: Equatable, Sendable {
  /// Such as `3.13.5`, or `3.13` where the environment does not tell more.
  package var version: String
  /// The versions by normalized names, such as `scikit-learn`.
  package var packages: [String: String]
  /// The folders whose names tell of a package; installing one again makes its folder anew.
  private(set) var places: [String] = []

  /// Reads the environment of an interpreter.
  ///
  /// - Parameter path: The interpreter, such as `/lab/.venv/bin/python`.
  /// - Throws: The reason why it tells of no environment, in words that follow its name.
  package init(interpreter path: String) throws(InputProblem) {
    guard access(path, X_OK) == 0, !DurableFiles.isFolder(path) else {
      throw InputProblem(
        DurableFiles.exists(path) ? "is no program that can be executed" : "is not there")
    }
    let prefix = DurableFiles.parent(of: DurableFiles.parent(of: path))
    let settings = Self.settings(of: "\(prefix)/pyvenv.cfg")
    var folders = Self.libraries(below: prefix, version: settings["version"])
    if settings["include-system-site-packages"] == "true", let home = settings["home"] {
      folders += Self.libraries(below: DurableFiles.parent(of: home), version: settings["version"])
    }
    guard let first = folders.first else {
      throw InputProblem(
        "has no folder lib/python3.…/site-packages beside it; name the interpreter of a virtual environment, such as "
          + ".venv/bin/python")
    }
    // Folders that `.pth` files name stand behind all others in the path of modules.
    folders += folders.flatMap { folder in
      Self.namedFolders(in: folder.path).map { ($0, folder.version) }
    }
    version = settings["version"] ?? settings["version_info"] ?? first.version
    packages = [:]
    for folder in folders.reversed() {
      for name in (try? DurableFiles.names(in: folder.path)) ?? [] {
        guard let (package, version) = Self.package(named: name) else { continue }
        // What stands first in the path of modules is what is imported.
        packages[package] = version
        places.append("\(folder.path)/\(name)")
      }
    }
  }

  /// The list as `pip freeze` would write it, sorted.
  package var text: String {
    "python==\(version)\n"
      + packages.sorted { $0.key < $1.key }.map { "\($0.key)==\($0.value)\n" }.joined()
  }

  /// The package that a folder's name tells of; nil for others.
  private static func package(named name: String) -> (name: String, version: String)? {
    for ending in [".dist-info", ".egg-info"] where name.hasSuffix(ending) {
      let parts = name.dropLast(ending.count).split(separator: "-")
      guard parts.count >= 2 else { return nil }
      return (normalized(String(parts[0])), String(parts[1]))
    }
    return nil
  }

  /// A name as indexes compare it: lower case, with one hyphen for each run of `-`, `_` and `.`.
  static func normalized(_ name: String) -> String {
    name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
  }

  /// The folders of packages below an installation's folder, of one version of Python.
  private static func libraries(
    below prefix: String, version: String?
  ) -> [(path: String, version: String)] {
    var found: [(path: String, version: String)] = []
    let wanted = version.map { $0.split(separator: ".").prefix(2).joined(separator: ".") }
    for place in ["\(prefix)/lib", "\(prefix)/lib64", "\(prefix)/local/lib"] {
      for name in (try? DurableFiles.names(in: place)) ?? [] where name.hasPrefix("python3") {
        let number = String(name.dropFirst("python".count))
        guard number == "3" || wanted == nil || number == wanted else { continue }
        for folder in ["site-packages", "dist-packages"] {
          let path = "\(place)/\(name)/\(folder)"
          if DurableFiles.isFolder(path) { found.append((path, number)) }
        }
      }
    }
    return found
  }

  /// The folders that a folder's `.pth` files add to the path of modules, in the order of the files' names.
  ///
  /// - See: https://docs.python.org/3/library/site.html
  private static func namedFolders(in folder: String) -> [String] {
    let files = ((try? DurableFiles.names(in: folder)) ?? []).filter { $0.hasSuffix(".pth") }
    return files.sorted().flatMap { file in
      lines(of: "\(folder)/\(file)").map(trimmed)
        .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("import ") }
        .map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        .filter { DurableFiles.isFolder($0) }
    }
  }

  private static func lines(of path: String) -> [Substring] {
    let bytes = ((try? DurableFiles.read(path, atMost: FileSize.mostOfSpec)) ?? nil) ?? []
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
  }

  /// The lines `name = value` of a file; nothing if it cannot be read.
  private static func settings(of path: String) -> [String: String] {
    var settings: [String: String] = [:]
    for line in lines(of: path) {
      let parts = line.split(separator: "=", maxSplits: 1).map(trimmed)
      if parts.count == 2 { settings[parts[0].lowercased()] = parts[1] }
    }
    return settings
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

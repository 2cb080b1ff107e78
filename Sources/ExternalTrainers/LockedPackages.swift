public import ResultStore

/// The versions of packages that a lock file of a Python project names: `uv.lock`, `poetry.lock`, `pylock.toml` or a
/// `requirements.txt` with pinned versions.
///
/// Of the TOML files one shape is read, the one that these tools write: `[[package]]` or `[[packages]]`, and below it
/// `name = "…"` and `version = "…"` at the heads of lines. They are for people, to be told which packages changed; what
/// a run depends on are the file's bytes.
///
/// - See: https://packaging.python.org/en/latest/specifications/pylock-toml/
public struct LockedPackages: Equatable, Sendable {
  /// The versions by normalized names; several of one package, as for several platforms, with commas between them.
  public var versions: [String: String]

  /// Reads a lock file; nothing is found in one of another kind.
  ///
  /// The time is linear in the size of the file.
  ///
  /// - Parameter text: The file's text.
  public init(text: String) {
    var found: [String: Set<String>] = [:]
    var isPackage = false
    var isTOML = false
    var (name, version): (String?, String?)
    func end() {
      if let name, let version {
        found[PythonPackages.normalized(name), default: []].insert(version)
      }
      (name, version) = (nil, nil)
    }
    let lines = text.split(whereSeparator: \.isNewline)
    for line in lines {
      if line.hasPrefix("[") {
        end()
        isPackage = line == "[[package]]" || line == "[[packages]]"
        isTOML = isTOML || isPackage
      } else if isPackage {
        name = name ?? Self.value(of: "name", in: line)
        version = version ?? Self.value(of: "version", in: line)
      }
    }
    end()
    if !isTOML {
      for (name, version) in lines.compactMap(Self.requirement) {
        found[PythonPackages.normalized(name), default: []].insert(version)
      }
    }
    versions = found.mapValues { $0.sorted().joined(separator: ", ") }
  }

  /// Reads the file at a path; nil if it is none, or has no package in it.
  public init?(file path: String) {
    guard let bytes = (try? DurableFiles.read(path, atMost: Self.mostBytes)) ?? nil else {
      return nil
    }
    self.init(text: String(decoding: bytes, as: UTF8.self))
    if versions.isEmpty { return nil }
  }

  /// The largest file that is read: locks of projects with a thousand packages have some 5 MB.
  private static let mostBytes = 32 << 20

  /// The text that a line `key = "…"` gives.
  private static func value(of key: String, in line: Substring) -> String? {
    guard line.hasPrefix("\(key) = \""),
      let end = line.dropFirst(key.count + 4).firstIndex(of: "\"")
    else { return nil }
    return String(line.dropFirst(key.count + 4)[..<end])
  }

  /// The package of a line such as `torch[cuda]==2.9.1 ; python_version > '3.10' \`.
  private static func requirement(_ line: Substring) -> (name: String, version: String)? {
    let head = line.prefix { $0 != ";" && $0 != "#" && $0 != " " && $0 != "\\" }
    guard let equals = head.firstRange(of: "==") else { return nil }
    let name = head[..<equals.lowerBound].prefix { $0 != "[" }
    let version = head[equals.upperBound...]
    let isName = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        || "-_.".utf8.contains(byte)
    }
    return name.isEmpty || !isName || version.isEmpty ? nil : (String(name), String(version))
  }
}

extension LockedPackages {
  /// The beginning of the names of versions in a provenance that are those of packages.
  public static let prefix = "package."

  /// The packages that a record's provenance names; nil if it names none.
  public init?(_ provenance: Provenance) {
    versions = [:]
    for (name, version) in provenance.versions where name.hasPrefix(Self.prefix) {
      versions[String(name.dropFirst(Self.prefix.count))] = version
    }
    if versions.isEmpty { return nil }
  }

  /// The packages as versions of a provenance.
  package var provenance: [String: String] {
    var named: [String: String] = [:]
    for (name, version) in versions { named[Self.prefix + name] = version }
    return named
  }
}

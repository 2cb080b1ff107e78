/// A thing outside of labbook that a trainer reads and its results depend on, by its path from the lab's folder.
///
/// Its content is part of the run key; its path is not.
public enum TrainerInput: Hashable, Sendable {
  /// The checkout of a git repository: its commit, and what is not committed.
  case git(String)
  /// One file, by its bytes.
  case file(String)
  /// All files below a folder, by their names, bytes and whether they can be executed.
  case folder(String)

  /// The kinds by the names that specs use.
  public static let kinds = ["git", "file", "folder"]

  /// The input of a kind at a path; nil if there is no such kind.
  public init?(kind: String, path: String) {
    switch kind {
    case "git": self = .git(path)
    case "file": self = .file(path)
    case "folder": self = .folder(path)
    default: return nil
    }
  }

  /// The name of its kind in specs.
  public var kind: String {
    switch self {
    case .git: "git"
    case .file: "file"
    case .folder: "folder"
    }
  }

  /// The path from the lab's folder, or an absolute one.
  public var path: String {
    switch self {
    case .git(let path), .file(let path), .folder(let path): path
    }
  }
}

/// The installed software that a trainer runs on, as far as it is part of the run key.
public enum TrainerEnvironment: Hashable, Sendable {
  /// A lock file such as `uv.lock`, by its bytes.
  case lock(String)
  /// A Python interpreter, by its version and the versions of the packages installed for it.
  case python(String)
  /// A container image by name and digest, such as `ghcr.io/lab/trl@sha256:0a3f…`.
  case container(String)

  /// The kinds by the names that specs use.
  public static let kinds = ["lock", "python", "container"]

  /// The environment of a kind; nil if there is no such kind.
  public init?(kind: String, _ text: String) {
    switch kind {
    case "lock": self = .lock(text)
    case "python": self = .python(text)
    case "container": self = .container(text)
    default: return nil
    }
  }

  /// The name of its kind in specs.
  public var kind: String {
    switch self {
    case .lock: "lock"
    case .python: "python"
    case .container: "container"
    }
  }

  /// The path, or the name of the image.
  public var text: String {
    switch self {
    case .lock(let text), .python(let text), .container(let text): text
    }
  }
}

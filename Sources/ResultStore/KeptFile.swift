internal import CanonicalJSON

/// A file that a record keeps beside its numbers, such as a table of completions.
public struct KeptFile: Hashable, Sendable {
  /// Its path within the folder of kept files.
  public let path: String
  /// Its bytes.
  public let size: Int
  /// The SHA-256 of its content.
  public let digest: String

  /// Creates a file.
  public init(path: String, size: Int, digest: String) {
    self.path = path
    self.size = size
    self.digest = digest
  }

  /// The name of the part of a record that all of them are.
  static let part = "files"
  /// The folder in a record's folder.
  static let folder = "files"
  /// The most files of a record.
  package static let most = 10_000

  /// Why it cannot be kept, in words that follow its path; nil if it can.
  package var problem: String? {
    guard NamedFiles.isWellFormed(path), CanonicalText.same(NamedFiles.plainName(path), path),
      !path.hasPrefix("..")
    else { return "is no path within a record" }
    return size <= FileSize.mostOfRecord ? nil : FileSize.problem(size, FileSize.mostOfRecord)
  }
}

/// `files.txt`: digest, size and path of each kept file, a line each, sorted by path.
enum KeptFilesList {
  static let name = "files.txt"

  static func text(of files: [KeptFile]) -> String {
    files.map { "\($0.digest) \($0.size) \($0.path)\n" }.joined()
  }

  /// The files of a list; nil if it is not written as ``text(of:)`` writes it.
  static func files(in text: String) -> [KeptFile]? {
    var files: [KeptFile] = []
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: " ", maxSplits: 2)
      guard cells.count == 3, Digest.isHex(cells[0]), let size = Int(cells[1]), size >= 0 else {
        return nil
      }
      let file = KeptFile(path: String(cells[2]), size: size, digest: String(cells[0]))
      guard file.problem == nil, files.count < KeptFile.most,
        files.last.map({ CanonicalText.precedes($0.path, file.path) }) ?? true
      else { return nil }
      files.append(file)
    }
    return !files.isEmpty && CanonicalText.same(self.text(of: files), text) ? files : nil
  }
}

extension RecordFolder {
  /// Moves the kept files of a record from the folder where they lie into this one.
  func take(_ files: [KeptFile], from folder: String) throws(StoreError) {
    for file in files {
      let place = "\(path)/\(KeptFile.folder)/\(file.path)"
      try DurableFiles.createFolder(DurableFiles.parent(of: place), waits: false)
      try DurableFiles.moveFile("\(folder)/\(file.path)", to: place, waits: false)
    }
  }

  /// Reads the list of kept files and checks each of them.
  func readFiles(of digest: RecordDigest) throws(StoreError) -> [KeptFile] {
    let text = try text(of: KeptFilesList.name)
    try check(KeptFile.part, Digest.hex(of: text), digest, KeptFilesList.name)
    guard let files = KeptFilesList.files(in: text) else {
      throw damage(KeptFilesList.name, KeptFile.part, "is no list of files")
    }
    for file in files {
      let name = "\(KeptFile.folder)/\(file.path)"
      switch DurableFiles.digest(of: "\(path)/\(name)") {
      case nil: throw damage(name, KeptFile.part, "is missing, or cannot be read")
      case let found? where found.size != file.size || found.digest != file.digest:
        throw damage(name, KeptFile.part, "does not match its digest")
      default: break
      }
    }
    return files
  }
}

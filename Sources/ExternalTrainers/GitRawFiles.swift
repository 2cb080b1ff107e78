internal import CanonicalJSON
internal import ChildProcesses
internal import Glibc
internal import ResultStore

// The bytes of a work tree, where git compares what it would commit of them: a trainer reads the bytes.
extension RepositoryFiles {
  /// Attributes by which each file is compared as it is. Those of the folder that git works with stand before all others.
  static let rawAttributes = "* -text !eol -ident -filter !working-tree-encoding\n"

  /// Makes git read the files that it may take for unchanged though their bytes are not the commit's.
  ///
  /// Whoever asked git for its status, with attributes or settings that leave line ends, `$Id$` or whole parts of a file out of a
  /// comparison, has had it note the file as unchanged in the index. What is left out makes a file longer or shorter than
  /// what is in the index; encodings and filters may keep its length, so where there are such, every file is read.
  ///
  /// - Parameters:
  ///   - entries: The entries of our copy of the index.
  ///   - own: The folder that git works with.
  ///   - digests: The digests of large files.
  /// - Returns: Whether git did as it was told.
  func distrust(_ entries: [IndexEntry], _ own: String, _ digests: FileDigests) -> Bool {
    let files = entries.filter(\.isFile)
    guard !files.isEmpty else { return true }
    guard let sizes = sizes(of: files.map(\.object), own) else { return false }
    let isAll = hasLengthKeepingAttributes(entries)
    var distrusted: [IndexEntry] = []
    var pointers: [IndexEntry] = []
    for (file, size) in zip(files, sizes) {
      guard let size, let found = regularSize(of: file.path), found != size || isAll else {
        continue
      }
      if found != size, size <= Self.mostOfPointer {
        pointers.append(file)
      } else {
        distrusted.append(file)
      }
    }
    guard let unchanged = filesStoredElsewhere(pointers, own, digests) else { return false }
    distrusted += pointers.filter { !unchanged.contains(ExactText($0.path)) }
    let stored = pointers.filter { unchanged.contains(ExactText($0.path)) }
    return update(
      ["--index-info"], distrusted.map { "\($0.mode) \($0.object)\t\($0.path)" }, own)
      && update(["--assume-unchanged", "--stdin"], stored.map(\.path), own)
  }

  private func update(_ arguments: [String], _ lines: [String], _ own: String) -> Bool {
    guard !lines.isEmpty else { return true }
    return run(["update-index", "-z"] + arguments, own, input: lines.map { $0 + "\0" }.joined())?
      .status == .exited(0)
  }

  /// The sizes of objects, nil for one that is not here; nil if git does not tell.
  private func sizes(of objects: [String], _ own: String) -> [Int?]? {
    guard
      let (status, output) = run(
        ["cat-file", "--batch-check=%(objectsize)"], own, atMost: 1 << 28,
        input: objects.map { $0 + "\n" }.joined()), status == .exited(0)
    else { return nil }
    let sizes = String(decoding: output, as: UTF8.self).split(separator: "\n").map { Int($0) }
    return sizes.count == objects.count ? sizes : nil
  }

  private func regularSize(of path: String) -> Int? {
    var status = stat()
    guard lstat("\(root)/\(path)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(status.st_size)
  }

  /// Whether attributes of the repository name an encoding, or a filter other than that of Git LFS.
  private func hasLengthKeepingAttributes(_ entries: [IndexEntry]) -> Bool {
    var texts = entries.filter {
      $0.path == ".gitattributes" || $0.path.hasSuffix("/.gitattributes")
    }.map { Self.content($0.path, in: root) }
    texts.append(Self.content("info/attributes", in: common))
    return texts.contains { bytes in
      let text = String(decoding: bytes ?? [], as: UTF8.self)
      return text.contains("working-tree-encoding")
        || text.replacing("filter=lfs", with: "").contains("filter")
    }
  }

  // MARK: - Git LFS

  /// The most bytes of a text that stands for a file which is stored elsewhere.
  private static let mostOfPointer = 1024

  /// The files whose bytes are those that Git LFS has stored for them; nil if git does not give the texts that stand for them.
  ///
  /// - See: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  private func filesStoredElsewhere(
    _ entries: [IndexEntry], _ own: String, _ digests: FileDigests
  ) -> Set<ExactText>? {
    guard !entries.isEmpty else { return [] }
    guard
      let (status, output) = run(
        ["cat-file", "--batch=%(objectsize)"], own, atMost: 1 << 28,
        input: entries.map { $0.object + "\n" }.joined()), status == .exited(0)
    else { return nil }
    var found: Set<ExactText> = []
    var rest = output[...]
    for entry in entries {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      guard let size = Int(String(decoding: line, as: UTF8.self)) else { return nil }
      let text = rest.dropFirst(line.count + 1).prefix(size)
      rest = rest.dropFirst(line.count + 1 + size + 1)
      guard text.starts(with: "version https://git-lfs".utf8) else { continue }
      let mark = "oid sha256:"
      let digest = String(decoding: text, as: UTF8.self).split(separator: "\n")
        .first { $0.hasPrefix(mark) }?.dropFirst(mark.count)
      if let digest, let own = try? digests.look(at: "\(root)/\(entry.path)"),
        own.digest == digest
      {
        found.insert(ExactText(entry.path))
      }
    }
    return found
  }
}

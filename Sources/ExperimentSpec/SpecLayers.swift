internal import ResultStore
internal import Settings

/// A spec file with everything it extends merged below it.
///
/// Mappings merge key by key, the extending file's values on top; every value keeps the place where
/// it was written, so that an issue points into the file that holds the mistake.
struct SpecLayers {
  private(set) var root: SpecNode?
  private(set) var issues: [SpecError.Issue] = []
  /// Whether every file that is extended could be read, so that a missing key is missing indeed.
  private(set) var isComplete = true
  /// How many bytes further files that are extended may have.
  private var bytesLeft = FileSize.mostOfSpec
  /// The most files that may extend each other.
  private static let mostFiles = 20

  /// Reads `path` and the files it extends.
  init(path: String, files: SpecFiles) {
    root = merged(path: path, files: files, seen: [path], reference: nil)
  }

  /// Reads one file and merges it over the file that it extends.
  ///
  /// - Parameters:
  ///   - path: The file, from the lab's folder.
  ///   - files: The files of the lab.
  ///   - seen: The files that lead to this one, itself last.
  ///   - reference: The `extends` value that names the file, or `nil` for the first.
  /// - Returns: The merged tree, or `nil` if there is none.
  private mutating func merged(
    path: String, files: SpecFiles, seen: [String], reference: SpecNode?
  ) -> SpecNode? {
    let bytes: [UInt8]
    switch files.read(path) {
    case .success(let content?): bytes = content
    case .success(nil):
      if let reference {
        issues.append(
          .init(.noSuchSpec(found: reference.summary), of: "extends", at: reference.position))
      } else {
        // The listing of a folder mends such a name, which then leads to nothing.
        let reason =
          path.unicodeScalars.contains("\u{FFFD}") ? "its name is not UTF-8" : "no such file"
        issues.append(.init(.unreadable(reason: reason), of: "", at: .init(path: path)))
      }
      return nil
    case .failure(let failure):
      if let reference {
        issues.append(
          .init(
            .unreadable(reason: "'\(reference.summary)': \(failure.reason)"), of: "extends",
            at: reference.position))
      } else {
        issues.append(.init(.unreadable(reason: failure.reason), of: "", at: .init(path: path)))
      }
      return nil
    }
    if reference != nil { bytesLeft -= bytes.count }
    guard bytesLeft >= 0 else {
      let most = FileSize.words(FileSize.mostOfSpec)
      issues.append(
        .init(
          .unreadable(reason: "what it extends has more than \(most)"), of: "",
          at: .init(path: seen[0])))
      return nil
    }
    let document = YAMLDocument(bytes, path: path)
    issues += document.issues
    guard let root = document.root, let extends = root.entry("extends")?.value else {
      return document.root
    }
    guard case .scalar(let name, _) = extends.content, !name.isEmpty else {
      let problem = SettingProblem.wrongType(
        expected: "the path of a spec", found: extends.summary)
      issues.append(.init(.value(problem), of: "extends", at: extends.position))
      isComplete = false
      return root
    }
    guard let basePath = labPath(of: name, in: path) else {
      issues.append(.init(.outsideLab(found: name), of: "extends", at: extends.position))
      isComplete = false
      return root
    }
    guard !seen.contains(basePath) else {
      let paths = seen.drop { $0 != basePath } + [basePath]
      issues.append(.init(.cycle(paths: Array(paths)), of: "extends", at: extends.position))
      isComplete = false
      return root
    }
    guard seen.count < Self.mostFiles else {
      issues.append(
        .init(.tooManyFiles(limit: Self.mostFiles), of: "extends", at: extends.position))
      isComplete = false
      return root
    }
    let base = merged(path: basePath, files: files, seen: seen + [basePath], reference: extends)
    guard let base else {
      isComplete = false
      return root
    }
    return merge(root, over: base, keyPath: [])
  }
}

/// Returns `node` with the keys of `base` that it lacks.
///
/// - Parameters:
///   - node: The extending file's value.
///   - base: The extended file's value.
///   - keyPath: Where in the spec both stand.
/// - Returns: The merged value.
private func merge(_ node: SpecNode, over base: SpecNode, keyPath: [String]) -> SpecNode {
  guard case .mapping(let entries) = node.content, case .mapping(let below) = base.content,
    !startsAfresh(node, over: base, keyPath: keyPath)
  else { return node }
  // The extended file's keys come first, so its arms stay in front in every table.
  var result = below.filter { !(keyPath.isEmpty && $0.key == "extends") }
  let places = Dictionary(result.enumerated().map { ($1.key, $0) }) { first, _ in first }
  for entry in entries {
    if let index = places[entry.key] {
      result[index] = .init(
        key: entry.key, keyPosition: entry.keyPosition,
        value: merge(entry.value, over: result[index].value, keyPath: keyPath + [entry.key]))
    } else {
      result.append(entry)
    }
  }
  return SpecNode(content: .mapping(result), position: node.position)
}

/// Whether `node` replaces `base` as a whole: a sweep always does, and a section, stage or arm that
/// names another task, network or algorithm does, for the settings below it were chosen for the
/// other one.
private func startsAfresh(_ node: SpecNode, over base: SpecNode, keyPath: [String]) -> Bool {
  let deciding: [String]
  switch (keyPath.first, keyPath.count) {
  case ("task", 1):
    let kinds = World.all.map(\.key)
    // Another kind of task is another task.
    func kind(of node: SpecNode) -> String? { kinds.first { node.entry($0) != nil } }
    if let one = kind(of: node), let other = kind(of: base), one != other { return true }
    deciding = kinds
  case ("policy", 1): deciding = ["network"]
  case ("arms", 2), ("stages", 2): deciding = ["algorithm"]
  case ("arms", 3): return keyPath[2] == "sweep"
  // Of these, one kind takes the place of another.
  case ("trainer", 2): return keyPath[1] == "environment"
  case ("trainer", 3): return keyPath[1] == "inputs" || keyPath[1...] == ["metrics", "read"]
  default: return false
  }
  return deciding.contains { key in
    guard let value = node.entry(key)?.value, let below = base.entry(key)?.value else {
      return false
    }
    return value.summary != below.summary
  }
}

internal import Notebook
internal import ResultStore

/// The sources of a week's report beside its own results: the digests of documents, and the locks of
/// earlier weeks.
struct WeekSources {
  let folder: WeekFolder
  /// The notebook's text.
  let source: String
  /// The files that the notebook names, as they were read.
  let files: NotebookFiles
  /// The digest of the notebook's file, `status:` included.
  private let notebookFileDigest: String
  /// The digests of notebook, works cited, style, images and earlier locks by relative name.
  private(set) var digests: [String: String] = [:]
  /// The digest of each work cited, by the name of the bibliography with the key behind it.
  private(set) var workDigests: [String: String] = [:]
  /// The locks of the weeks that the notebook compares with.
  private(set) var earlier: [String: Lock] = [:]
  /// The earlier week that the summary compares with; nil if there is none.
  private(set) var before: WeekBefore?
  /// The digest of that week's lock by its relative name, where no lock is bound to it.
  private var beforeDigest: [String: String] = [:]

  /// Reads the documents that `notebook` names.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - source: The notebook's file.
  ///   - folder: The week.
  /// - Throws: Each file that is not there or must not be read, and a lock that cannot be read.
  init(_ notebook: Notebook, source: String, folder: WeekFolder) throws(ReportFailure) {
    self.folder = folder
    self.source = source
    files = NotebookFiles(of: notebook, folder: folder)
    notebookFileDigest = Digest.hex(of: source)
    digests[WeekFolder.notebookName] = notebookDigest(of: source)
    // Weeks share the bibliography, so a lock holds the digest of the works its week cites: a work added
    // for another week changes nothing here.
    if let library = files.bibliography {
      let cited = Set(notebook.citations.flatMap(\.items).map(\.key))
      let works = BibTeX(library.text)
      digests[library.name] = works.digest(ofWorks: cited)
      for key in cited {
        workDigests[Self.name(ofWork: key, in: library.name)] = works.digest(ofWorks: [key])
      }
    }
    // The same holds for the macros of the lab.
    if let lab = files.macros {
      let own = notebook.frontMatter.macros
      let used = lab.macros.overridden(by: own).used(by: notebook.formulas.map(\.tex))
      let shared = used.macros.filter { lab.macros.macros[$0.key] == $0.value }
      if !shared.isEmpty {
        digests[lab.file.name] = Digest.hex(of: lab.macros.only(shared.keys).text)
      }
    }
    digests.merge(ownDigests) { $1 }
    var problems = files.problems
    // A final week was whole when it was locked; what its links lead to may have moved on.
    if notebook.frontMatter.status == .draft { problems += files.linkProblems }
    for directive in notebook.directives where directive.declaration.argument == .week {
      guard let week = notebook.earlierWeek(for: directive) else {
        problems.append(
          SourceProblem(
            path: notebook.path, position: directive.position,
            message: "'\(directive.name)' needs a week, here or as 'compare_to' in the front matter"
          ))
        continue
      }
      if let problem = try read(week, for: directive.name) {
        problems.append(
          SourceProblem(path: notebook.path, position: week.position, message: problem))
      }
    }
    for directive in notebook.directives {
      for week in directive.weeksInOptions {
        guard let problem = try read(week, for: directive.name) else { continue }
        problems.append(
          SourceProblem(path: notebook.path, position: week.position, message: problem))
      }
    }
    if notebook.frontMatter.summary != nil, let week = notebook.frontMatter.compareTo,
      earlier[week.value] == nil, let problem = try read(week, for: "summary")
    {
      problems.append(
        SourceProblem(path: notebook.path, position: week.position, message: problem))
    }
    guard problems.isEmpty else {
      throw .notebook(NotebookError(problems + files.problems(withWorksOf: notebook)))
    }
    if let week = notebook.frontMatter.compareTo?.value, let lock = earlier[week] {
      before = WeekBefore(week: week, lock: lock, isLocked: true)
    } else {
      findWeekBefore()
    }
  }

  /// The name in locks of the work `key` of the bibliography called `library`.
  private static func name(ofWork key: String, in library: String) -> String {
    let plain = key.utf8.map { byte -> String in
      let character = Character(Unicode.Scalar(byte))
      return character.isASCII
        && (character.isLetter || character.isNumber || "_-.:+".contains(character))
        ? String(character) : "%" + String(byte, radix: 16, uppercase: true)
    }
    return "\(library)#\(plain.joined())"
  }

  /// The digests that a lock holds.
  var lockedDigests: [String: String] { digests.merging(workDigests) { $1 } }

  /// The digests of the locks of earlier weeks, by week.
  var lockDigests: [String: String] {
    Dictionary(
      earlier.keys.compactMap { week in
        digests["../\(week)/\(WeekFolder.lockName)"].map { (week, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The digests of the images and styles that the notebook names, which no other week changes.
  var ownDigests: [String: String] {
    var digests: [String: String] = [:]
    for style in files.styles { digests[style.name] = Digest.hex(of: style.text) }
    for (address, content) in files.images {
      if let name = files.imageNames[address] { digests[name] = Digest.hex(of: content) }
    }
    return digests
  }

  /// The digests of the files as they are.
  var fileDigests: [String: String] {
    var digests = digests.merging(beforeDigest) { own, _ in own }
    digests[WeekFolder.notebookName] = notebookFileDigest
    if let library = files.bibliography { digests[library.name] = Digest.hex(of: library.text) }
    if let lab = files.macros {
      digests[lab.file.name] = Digest.hex(of: lab.file.text)
    } else if files.asksForMacros {
      // A file that is put there later is a change.
      digests[NotebookFiles.macrosName] = "absent"
    }
    return digests
  }

  /// Reads the lock of the newest week before this one that has any. Nothing is bound to it: one that cannot be read
  /// is passed over.
  private mutating func findWeekBefore() {
    for week in folder.lockedWeeksBefore {
      let other = folder.beside("\(week)")
      guard let digest = try? other.digest(of: WeekFolder.lockName) else { continue }
      beforeDigest["../\(week)/\(WeekFolder.lockName)"] = digest
      // Weeks often stand on the same results, and are then read as one.
      guard let lock = (try? folder.locks(and: other).1) ?? (try? other.lock()) else { return }
      before = WeekBefore(week: "\(week)", lock: lock, isLocked: false)
      return
    }
  }

  /// Reads the lock of an earlier week; returns the fault of the week, if it has one.
  private mutating func read(
    _ week: Positioned<String>, for directive: String
  ) throws(ReportFailure) -> String? {
    let lock: Lock
    switch try folder.earlierLock(week.value, for: directive) {
    case .none(let problem): return problem
    case .lock(let found): lock = found
    }
    earlier[week.value] = lock
    digests["../\(week.value)/\(WeekFolder.lockName)"] =
      try folder.beside(week.value).digest(of: WeekFolder.lockName)
    return nil
  }
}

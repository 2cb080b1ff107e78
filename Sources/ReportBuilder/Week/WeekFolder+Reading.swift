public import Notebook
public import ResultStore

/// The reading of a week's files.
extension WeekFolder {
  /// The content of the file called `name`, or nil if there is none.
  func content(of name: String) throws(ReportFailure) -> String? {
    guard let bytes = try bytes(of: name) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw notUTF8(name) }
    return text
  }

  private func notUTF8(_ name: String) -> ReportFailure {
    .file("cannot read \(displayPath(of: name)): it is not UTF-8")
  }

  /// The bytes of the file called `name`, or nil if there is none.
  func bytes(of name: String) throws(ReportFailure) -> [UInt8]? {
    let limit =
      switch name {
      case Self.notebookName: FileSize.mostOfNotebook
      case Self.proseName, Self.verificationName: FileSize.mostOfNotes
      default: FileSize.most
      }
    do throws(NamedFiles.Refusal) {
      return try files.content(of: name, atMost: limit)
    } catch {
      throw .file("'\(displayPath(of: name))' \(error.words("the folder of weeks"))")
    }
  }

  /// The text of the week's notebook.
  public func notebookSource() throws(ReportFailure) -> String {
    guard let source = try content(of: Self.notebookName) else {
      throw .file("there is no \(displayPath(of: Self.notebookName))")
    }
    return source
  }

  /// The report's notebook.
  public func notebook() throws(ReportFailure) -> Notebook {
    try notebook(from: try notebookSource())
  }

  /// The report's notebook, whose text is `source`; that of another week, or of none in a week's folder, is refused.
  func notebook(from source: String) throws(ReportFailure) -> Notebook {
    let path = displayPath(of: Self.notebookName)
    do throws(NotebookError) {
      let notebook = try parseNotebook(source, path: path)
      let week = notebook.frontMatter.week
      guard let problem = problem(withWeek: week?.value) else { return notebook }
      throw NotebookError([
        SourceProblem(
          path: path, position: week?.position ?? SourcePosition(line: 1, column: 1),
          message: problem)
      ])
    } catch {
      throw .notebook(error)
    }
  }

  private func problem(withWeek week: String?) -> String? {
    guard let week else {
      return isStanding ? nil : "front matter needs 'week: \(name)', which the folder is named by"
    }
    guard week != name else { return nil }
    return "the notebook of '\(week)' stands in the folder of '\(name)'"
      + (isStanding ? "; a standing report has no 'week'" : "")
  }

  /// Reads all that a notebook of this week names, so that a seal holds it: what is edited from now on, while runs are
  /// executed, does not reach the build.
  public func seal(_ notebook: Notebook) {
    _ = NotebookFiles(of: notebook, folder: self)
    let compared = notebook.directives.filter { $0.declaration.argument == .week }
      .compactMap { notebook.earlierWeek(for: $0) }
    for week in compared + notebook.directives.flatMap(\.weeksInOptions)
    where ISOWeek(week.value) != nil {
      // What cannot be read is told by the build.
      _ = try? beside(week.value).bytes(of: Self.lockName)
    }
  }

  /// The lock in the file called `name`, or nil if there is none.
  public func lock(_ name: String = WeekFolder.lockName) throws(ReportFailure) -> Lock? {
    guard let bytes = try bytes(of: name) else { return nil }
    guard (try? UTF8Span(validating: bytes.span)) != nil else { throw notUTF8(name) }
    func read() throws(ReportFailure) -> Lock {
      do throws(LockError) {
        return try Lock(bytes: bytes, path: displayPath(of: name))
      } catch {
        throw .lock(error)
      }
    }
    guard let sealed else { return try read() }
    return try sealed.lock(displayPath(of: name), read)
  }

  /// The SHA-256 of the file called `name`, or nil if there is none.
  func digest(of name: String) throws(ReportFailure) -> String? {
    try bytes(of: name).map { Digest.hex(of: $0) }
  }

  /// The locks of this week and of another one, read as one where they hold the same results; nil for a
  /// week that has none.
  public func locks(and other: WeekFolder) throws(ReportFailure) -> (Lock?, Lock?) {
    guard let text = try content(of: Self.lockName), let own = try lock() else {
      return (nil, try other.lock())
    }
    guard let otherText = try other.content(of: Self.lockName) else { return (own, nil) }
    do throws(LockError) {
      return (
        own,
        try Lock(
          text: otherText, path: other.displayPath(of: Self.lockName), alike: (own, text))
      )
    } catch {
      throw .lock(error)
    }
  }
}

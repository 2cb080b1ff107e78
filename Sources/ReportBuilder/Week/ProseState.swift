internal import CanonicalJSON
internal import Notebook
internal import ResultStore

/// The results that each paragraph of a notebook stood on when its words were last touched.
///
/// It stands in a file beside the lock, in git. A paragraph is known by the digest of its words, so that one that is
/// edited is a new one, and one that is moved is not.
struct ProseState: Equatable, Sendable {
  /// The digest of the results under a paragraph, by the digest of its words.
  private(set) var paragraphs: [String: String]

  /// Creates the state of paragraphs that stand on the results that they have now.
  init(_ paragraphs: [ProseParagraph]) {
    self.paragraphs = Dictionary(paragraphs.map { ($0.words, $0.results) }) { first, _ in first }
  }

  /// Carries the state over to the paragraphs as they are now: words that were there keep the results that they were
  /// written on.
  func carried(over paragraphs: [ProseParagraph]) -> ProseState {
    var state = ProseState(paragraphs)
    for words in state.paragraphs.keys {
      if let results = self.paragraphs[words] { state.paragraphs[words] = results }
    }
    return state
  }

  /// The paragraphs whose results have changed since their words were last touched, in reading order.
  func outdated(_ paragraphs: [ProseParagraph]) -> [ProseParagraph] {
    paragraphs.filter { paragraph in
      self.paragraphs[paragraph.words].map { $0 != paragraph.results } ?? false
    }
  }
}

extension ProseState {
  private static let format = "labbook prose 1"

  /// The file's content.
  var text: String {
    JSONValue.object([
      .init("format", .string(Self.format)),
      .init("paragraphs", .sorted(paragraphs.mapValues(JSONValue.string))),
    ]).text + "\n"
  }

  /// Reads the file's content.
  init(text: String) throws(SidecarError) {
    let json = try SidecarError.json(text, format: Self.format)
    guard let members = json["paragraphs"]?.members else {
      throw SidecarError(words: "it has no 'paragraphs'")
    }
    paragraphs = [:]
    for member in members {
      guard Digest.isHex(member.name), let results = member.value.string, Digest.isHex(results)
      else {
        throw SidecarError(
          words:
            "'\(member.name.prefix(70))' is no digest of a paragraph with the digest of its results"
        )
      }
      paragraphs[member.name] = results
    }
  }
}

extension WeekFolder {
  /// The name of the file that says what each paragraph stood on.
  static let proseName = "prose.json"

  /// The state of the week's paragraphs, or nil if none was kept yet.
  func prose() throws(ReportFailure) -> ProseState? {
    try sidecar(Self.proseName) { text throws(SidecarError) in try ProseState(text: text) }
  }
}

extension WeekBuild {
  /// Compares the words of a notebook with the results under them.
  ///
  /// Where nothing was kept yet, words that the lock so far has were written on its results.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - source: Its text.
  ///   - lock: The results as they are now.
  ///   - former: The lock so far, and the digest of the notebook as it is.
  /// - Returns: The state to keep, `nil` if there is nothing to keep, and a warning for each paragraph that is out of
  ///   date.
  /// - Throws: If the file of the state cannot be read.
  func reviewProse(
    of notebook: Notebook, _ source: String, lock: Lock, former: (lock: Lock?, digest: String?)
  ) throws(ReportFailure) -> (state: ProseState?, warnings: [SourceWarning]) {
    let paragraphs = ProseParagraph.all(in: notebook, source: source, on: lock)
    let kept = try folder.prose()
    guard !paragraphs.isEmpty || kept != nil else { return (nil, []) }
    var base = kept
    if base == nil, let earlier = former.lock,
      earlier.documents[WeekFolder.notebookName] == former.digest
    {
      base = ProseState(ProseParagraph.all(in: notebook, source: source, on: earlier))
    }
    let state = acceptsProse ? nil : base?.carried(over: paragraphs)
    let warnings = (state?.outdated(paragraphs) ?? []).map { paragraph in
      SourceWarning(
        path: notebook.path, position: paragraph.position,
        message:
          "the results under this paragraph have changed since its words were written; edit it, or say that it "
          + "still holds with 'labbook report \(folder.name) --accept-prose'")
    }
    return (state ?? ProseState(paragraphs), warnings)
  }

  /// Refuses a final week with words that are out of date.
  func checkProse(_ notebook: Notebook, _ source: String, _ lock: Lock) throws(ReportFailure) {
    let outdated =
      try folder.prose()?.outdated(ProseParagraph.all(in: notebook, source: source, on: lock)) ?? []
    guard !outdated.isEmpty else { return }
    throw .notebook(
      NotebookError(
        outdated.map { paragraph in
          SourceProblem(
            path: notebook.path, position: paragraph.position,
            message:
              "\(folder.name) is final, and the results under this paragraph have changed since its words were "
              + "written; write 'status: draft', edit it or build with '--accept-prose', and set the week final again"
          )
        }))
  }
}

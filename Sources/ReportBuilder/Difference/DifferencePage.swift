internal import Notebook
internal import ReportRendering
public import ResultStore

/// A diff as one page that needs nothing beside itself: settings, numbers and words of two weeks, side by side.
public struct DifferencePage: Sendable {
  /// One of the two weeks.
  public struct Side: Sendable {
    /// The lock that its report stands on.
    public var lock: Lock
    /// The title of its report; nil if that is not known.
    public var title: String?
    /// The text of its notebook; nil if there is none.
    public var notebook: String?

    /// A sentence on where its words are from, or why there are none; nil where they stand in the week's folder.
    public var note: String?

    /// Creates a side.
    public init(lock: Lock, title: String? = nil, notebook: String? = nil, note: String? = nil) {
      self.lock = lock
      self.title = title
      self.notebook = notebook
      self.note = note
    }

    /// Creates a side with the title that its notebook has, read as the file at `path`; nil where that cannot be read.
    public init(lock: Lock, notebook: String?, path: String, note: String? = nil) {
      let title = notebook.flatMap { try? parseNotebook($0, path: path) }?.frontMatter.title.value
      self.init(lock: lock, title: title, notebook: notebook, note: note)
    }
  }

  let difference: LockDifference
  let old: Side
  let new: Side
  let catalog: MetricCatalog
  /// The words of both notebooks; nil where one of them is not there.
  let prose: ProseDifference?

  /// Creates the page of a difference between the locks of two weeks.
  public init(_ difference: LockDifference, old: Side, new: Side, catalog: MetricCatalog) {
    self.difference = difference
    self.old = old
    self.new = new
    self.catalog = catalog
    prose = old.notebook.flatMap { old in
      new.notebook.map { ProseDifference(from: old, to: $0) }
    }
  }

  /// The page, ending with a line end: a function of the two locks and notebooks alone.
  ///
  /// - Throws: If labbook's own files are not there.
  public var html: String {
    get throws {
      let style = try PageShell.reportStyle + BundledResource.text("difference.css", in: .module)
      return try PageShell(title: title, style: style, body: body).html
    }
  }

  private var title: String { "\(difference.oldName) → \(difference.newName)" }

  private var body: String {
    """
    <header>
    <h1>\(escaped(title))</h1>
    <p class="facts"><span>What changed between two weeks</span></p>
    \(summary)</header>
    \(contents)<main id="main">
    <h2 id="settings">Settings</h2>
    \(settings)<h2 id="numbers">Numbers</h2>
    \(numbers)<h2 id="words">Words</h2>
    \(words)</main>

    """
  }

  private var contents: String {
    var links = [(2, "settings", "Settings"), (2, "numbers", "Numbers")]
    links += difference.experiments.enumerated().map { (3, Self.anchor($0), $1.name) }
    links.append((2, "words", "Words"))
    let items = links.map { level, anchor, words in
      "<li class=\"level-\(level)\"><a href=\"#\(anchor)\">\(escaped(words))</a></li>\n"
    }
    return "<nav aria-label=\"Contents\">\n<ul>\n\(items.joined())</ul>\n</nav>\n"
  }

  /// The name of an experiment's place on the page: names of a stranger's lock may be any text.
  static func anchor(_ number: Int) -> String { "experiment.\(number + 1)" }

  // MARK: First screen

  /// The box that the page begins with.
  private var summary: String {
    func entry(_ name: String, _ lines: [String]) -> String {
      let items = lines.map { "<li>\($0)</li>\n" }.joined()
      return lines.isEmpty ? "" : "<div><dt>\(name)</dt>\n<dd><ul>\n\(items)</ul></dd></div>\n"
    }
    let titles = [(difference.oldName, old.title), (difference.newName, new.title)]
      .compactMap { name, title in title.map { "\(escaped(name)): \(escaped($0))" } }
    return "<section class=\"summary\" aria-label=\"Summary\">\n<dl>\n"
      + entry("Weeks", titles) + entry("Settings", [escaped(settingsSentence)])
      + entry("Numbers", [escaped(verdictsSentence)] + changedRows)
      + entry("Came and went", presenceSentences.map(escaped))
      + entry("Words", [escaped(wordsSentence)])
      + "</dl>\n</section>\n"
  }

  /// The experiments that both weeks have.
  var common: [ExperimentDifference] { difference.experiments.filter { $0.presence == .both } }

  private var settingsSentence: String {
    let arms = common.flatMap(\.arms).filter { $0.presence == .both }
    guard !arms.isEmpty else { return "No arm in common." }
    let changed = arms.count { !$0.changedFields.isEmpty }
    let common = "\(Self.counted(arms.count, "arm")) in common"
    return changed > 0 ? "Changed in \(changed) of \(common)." : "The same in \(common)."
  }

  /// How many rows have which verdict, those that changed first.
  private var verdictsSentence: String {
    let verdicts = common.flatMap(\.arms).flatMap(\.metrics).compactMap(\.verdict)
    let order: [MetricDifference.Verdict] = [
      .changed, .leavesOutZero, .notFinite, .undecided, .withinNoise, .tooFewSeeds,
      .sameOnCommonSeeds, .identical, .sameRecord,
    ]
    let counts = order.compactMap { verdict -> String? in
      let count = verdicts.count { $0 == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return counts.isEmpty ? "None to compare." : counts.joined(separator: ", ") + "."
  }

  /// The rows that changed, as many as the first screen has room for.
  private var changedRows: [String] {
    let rows = common.flatMap(\.rows).filter(\.isChange)
    let shown = rows.prefix(3).map { row in
      "<strong>\(escaped(row.experiment)), \(escaped(row.title)):</strong> \(escaped(row.metric)) "
        + "\(escaped(row.old)) → \(escaped(row.new))"
    }
    return shown + (rows.count > 3 ? ["and \(rows.count - 3) more"] : [])
  }

  private var presenceSentences: [String] {
    [(Presence.added, difference.newName), (.removed, difference.oldName)].compactMap {
      kind, week in
      let names = difference.experiments.filter { $0.presence == kind }.map(\.name)
      guard !names.isEmpty else { return nil }
      return "Only in \(week): " + Self.list(names) + "."
    }
  }

  private var wordsSentence: String {
    guard let prose else { return "Not compared: \(lackOfWords)." }
    let counts = prose.counts
    let parts = [
      (counts.changed, "changed"), (counts.added, "new"), (counts.removed, "gone"),
      (counts.same, "as before"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "None." : "Passages: \(parts.joined(separator: ", "))."
  }

  /// The first names, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ")
      + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }

  /// `1 arm`, `2 arms`.
  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

public import Notebook

/// The first thing that a reader sees: what was asked, what changed, and what is open. It follows from the results;
/// what was found stands in the notebook, written by a person.
public struct ReportSummary: Equatable, Sendable {
  /// The questions of the experiments, each once.
  public var questions: [String]
  /// The earlier week that results are compared with, and what changed since; nil if there is none.
  public var changes: Changes?
  /// Sentences on the claims: how many hold, and which are open.
  public var claims: [[Inline]]

  /// The changes since an earlier week.
  public struct Changes: Equatable, Sendable {
    /// The earlier week, such as `2026-W44`.
    public var week: String
    /// A sentence for each experiment that both weeks have, and on those that only one has.
    public var sentences: [[Inline]]
    /// Whether the week's lock is bound to that of the earlier one. If not, that one may still change, and the page
    /// alone speaks of it: the Markdown report is kept as it is.
    public var isLocked: Bool

    /// Creates the changes since `week`.
    public init(week: String, sentences: [[Inline]], isLocked: Bool) {
      self.week = week
      self.sentences = sentences
      self.isLocked = isLocked
    }
  }

  /// Creates a summary; an empty one is not shown.
  public init(questions: [String] = [], changes: Changes? = nil, claims: [[Inline]] = []) {
    self.questions = questions
    self.changes = changes
    self.claims = claims
  }

  /// Whether there is nothing to show.
  var isEmpty: Bool { questions.isEmpty && changes == nil && claims.isEmpty }

  /// The number of questions that are shown at once; others open on demand.
  static let mostQuestions = 3
}

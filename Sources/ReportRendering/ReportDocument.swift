public import Notebook

/// A report as a value, the same for every output format: a notebook, and the content that takes the
/// place of everything in it that had to be looked up.
///
/// Rendering is a function of this value alone.
public struct ReportDocument: Equatable, Sendable {
  /// The words, as a person wrote them.
  public var notebook: Notebook
  /// The blocks of each directive of ``notebook``, in the order of ``Notebook/directives``.
  public var directives: [[ReportBlock]]
  /// The number of each `{value}` of ``notebook``, in the order of ``Notebook/values``.
  public var values: [ReportNumber]
  /// The works cited, numbered.
  public var bibliography: Bibliography
  /// The derived part of the box that the report begins with.
  public var summary: ReportSummary
  /// Sentences below everything else, such as those on the runs that the numbers stand on.
  public var footer: [[Inline]]
  /// The rule of all tests and intervals of the report, which stands at its end.
  public var rule: String?
  /// The lab's commands for formulas; those of the notebook itself go before.
  public var macros: FormulaMacros

  /// Creates a report.
  ///
  /// - Precondition: `directives` and `values` have one element for each of the notebook's.
  public init(
    notebook: Notebook, directives: [[ReportBlock]], values: [ReportNumber],
    bibliography: Bibliography, summary: ReportSummary = ReportSummary(), footer: [[Inline]] = [],
    rule: String? = nil,
    macros: FormulaMacros = FormulaMacros()
  ) {
    precondition(
      directives.count == notebook.directives.count,
      "\(directives.count) contents for \(notebook.directives.count) directives")
    precondition(
      values.count == notebook.values.count,
      "\(values.count) numbers for \(notebook.values.count) values")
    self.notebook = notebook
    self.directives = directives
    self.values = values
    self.bibliography = bibliography
    self.summary = summary
    self.footer = footer
    self.rule = rule
    self.macros = macros
  }
}

/// One block that a directive expands to.
public indirect enum ReportBlock: Equatable, Sendable {
  case paragraph([Inline])
  case table(ReportTable)
  case figure(ReportFigure)
  case claim(ReportClaim)
  /// Something the reader must not miss, such as a draft's missing runs.
  case notice([Inline])
  case list([[Inline]])
  /// Content behind a summary line that opens on demand.
  case details(summary: [Inline], content: [ReportBlock])
}

/// A table of results. Tables with a label or a caption are numbered.
public struct ReportTable: Equatable, Sendable {
  /// The label (`tbl-name`), without `#`.
  public var label: String?
  /// The sentence shown with it.
  public var caption: [Inline]?
  /// The heads of the columns, from left to right.
  public var columns: [Column]
  /// Each row has a cell for every column.
  public var rows: [[ReportCell]]
  /// Small print below the table: the kind of the numbers, seeds, tests.
  public var note: [Inline]?

  /// Creates a table.
  ///
  /// - Precondition: every row has as many cells as there are columns.
  public init(
    label: String? = nil, caption: [Inline]? = nil, columns: [Column], rows: [[ReportCell]],
    note: [Inline]? = nil
  ) {
    for row in rows {
      precondition(
        row.count == columns.count, "a row of \(row.count) cells under \(columns.count) columns")
    }
    self.label = label
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.note = note
  }

  /// A column; numbers belong in `.trailing` columns.
  public struct Column: Equatable, Sendable {
    /// The head of the column.
    public var title: [Inline]
    /// The side that its cells keep to.
    public var alignment: ColumnAlignment

    /// Creates a column.
    public init(_ title: [Inline], alignment: ColumnAlignment) {
      self.title = title
      self.alignment = alignment
    }

    /// Creates a column titled by plain words.
    public init(_ title: String, alignment: ColumnAlignment) {
      self.init([.text(title)], alignment: alignment)
    }
  }
}

/// One cell of a table.
public struct ReportCell: Equatable, Sendable {
  /// The words or the number shown.
  public var content: [Inline]
  /// The runs that the number comes from; shown on demand in HTML.
  public var provenance: ReportProvenance?
  /// The weight of the cell beside the others.
  public var emphasis: Emphasis

  /// A way for a cell to stand out, or to stand back.
  public enum Emphasis: String, Equatable, Sendable {
    case none, strong, muted
  }

  /// Creates a cell.
  public init(
    _ content: [Inline], provenance: ReportProvenance? = nil, emphasis: Emphasis = .none
  ) {
    self.content = content
    self.provenance = provenance
    self.emphasis = emphasis
  }

  /// Creates a cell of plain words or a formatted number.
  public init(
    _ text: String, provenance: ReportProvenance? = nil, emphasis: Emphasis = .none
  ) {
    self.init([.text(text)], provenance: provenance, emphasis: emphasis)
  }
}

/// A formatted number in running text.
public struct ReportNumber: Equatable, Sendable {
  /// The number as it is shown.
  public var text: String
  /// The runs that it comes from; shown on demand in HTML.
  public var provenance: ReportProvenance?

  /// Creates a number as it is shown.
  public init(_ text: String, provenance: ReportProvenance? = nil) {
    self.text = text
    self.provenance = provenance
  }
}

/// The origin of a number: the runs that it stands on, and the commands that compute them again.
public struct ReportProvenance: Hashable, Sendable {
  /// The number in words: "Mean of evaluation_return, 10 seeds".
  public var summary: String
  /// The arms whose runs it stands on, in order.
  public var arms: [Arm]

  /// The runs of one arm.
  public struct Arm: Hashable, Sendable {
    /// `experiment/arm`.
    public var name: String
    /// The metric that the number is of.
    public var metric: String
    /// The runs, by seed.
    public var runs: [Run]
    /// The command that computes the runs again.
    public var command: String
    /// Words that follow the number of seeds where the runs promise less than to be computed again.
    public var promise: String

    /// Creates the runs of one arm.
    public init(
      name: String, metric: String, runs: [Run], command: String, promise: String = ""
    ) {
      self.name = name
      self.metric = metric
      self.runs = runs
      self.command = command
      self.promise = promise
    }
  }

  /// One run that the number stands on.
  public struct Run: Hashable, Sendable {
    /// The seed.
    public var seed: String
    /// The first 12 digits of the run key.
    public var key: String
    /// The run's own value, formatted.
    public var value: String

    /// Creates a run.
    public init(seed: String, key: String, value: String) {
      self.seed = seed
      self.key = key
      self.value = value
    }
  }

  /// Creates a provenance.
  public init(summary: String, arms: [Arm]) {
    self.summary = summary
    self.arms = arms
  }
}

/// A drawn figure. Figures with a label or a caption are numbered.
public struct ReportFigure: Equatable, Sendable {
  /// The label (`fig-name`), without `#`.
  public var label: String?
  /// The sentence shown with it.
  public var caption: [Inline]?
  /// The file relative to the report, such as `figures/fig-cartpole.svg`.
  public var file: String
  /// The content of that file.
  public var svg: String
  /// The figure in words, for readers who do not see it.
  public var alternative: String
  /// The points drawn: a row of titles, and one for each point; empty if they are not known.
  public var data: [[String]]
  /// The file with the Vega-Lite specification that it was drawn from, relative to the report; nil if there is none.
  public var specificationFile: String?
  /// The runs drawn, which the page then leads to; nil where tables do.
  public var provenance: ReportProvenance?

  /// Creates a figure.
  public init(
    label: String? = nil, caption: [Inline]? = nil, file: String, svg: String, alternative: String,
    data: [[String]] = [], specificationFile: String? = nil, provenance: ReportProvenance? = nil
  ) {
    self.label = label
    self.caption = caption
    self.file = file
    self.svg = svg
    self.alternative = alternative
    self.data = data
    self.specificationFile = specificationFile
    self.provenance = provenance
  }
}

/// A claim with the verdict of its test.
public struct ReportClaim: Equatable, Sendable {
  /// Its place among the report's claims, from 1.
  public var number: Int
  /// The claim in words, such as "RLOO > ReMax on evaluation_return".
  public var statement: [Inline]
  /// The claim without the metric and the experiment that it is about, and these: "RLOO > ReMax" and
  /// "evaluation_return of cartpole". For tables whose claims have them in common.
  public var short: (claim: [Inline], subject: [Inline])?
  /// The outcome of the test.
  public var verdict: Verdict
  /// The numbers behind the verdict: "difference 12.3 [4.1, 20.9], p = 0.012, 10 seeds".
  public var evidence: [Inline]
  /// The same numbers one by one; nil for a claim that compares no two arms, or whose seeds are too few.
  public var comparison: Comparison?

  /// The outcome of a test. In a report that is not a draft `.fails` and `.untested` are of claims that were
  /// registered before their runs, and `.planned` does not appear.
  public enum Verdict: String, CaseIterable, Equatable, Sendable {
    case holds, fails, untested
    /// The runs do not exist yet.
    case planned
    /// The runs show no difference between the arms, as the claim says.
    case unresolved
  }

  /// Creates a claim with its verdict.
  public init(
    number: Int, statement: [Inline], verdict: Verdict, evidence: [Inline],
    comparison: Comparison? = nil, short: (claim: [Inline], subject: [Inline])? = nil
  ) {
    self.number = number
    self.short = short
    self.statement = statement
    self.verdict = verdict
    self.evidence = evidence
    self.comparison = comparison
  }

  /// The comparison of two arms that a claim is about.
  public struct Comparison: Equatable, Sendable {
    /// The metric compared.
    public var metric: String
    /// The means of both arms: "PPO 440.1, RLOO 402.2".
    public var means: String
    /// The difference of the means, formatted.
    public var difference: String
    /// Its interval, formatted, or why it has no width.
    public var interval: String
    /// The difference and the ends of its interval, for a drawing.
    public var ends: (lower: Double, estimate: Double, upper: Double)
    /// The margin within which arms count as equivalent; nil if none is claimed.
    public var margin: Double?
    /// "p = .012"; nil if nothing is tested.
    public var pValue: String?
    /// The notes on the numbers: the family of the test, the seeds, the registration.
    public var notes: [String]
    /// The meaning of notes, for below the table.
    public var explanations: [String]

    /// Creates a comparison.
    public init(
      metric: String, means: String, difference: String, interval: String,
      ends: (lower: Double, estimate: Double, upper: Double), margin: Double? = nil,
      pValue: String? = nil, notes: [String], explanations: [String] = []
    ) {
      self.metric = metric
      self.means = means
      self.difference = difference
      self.interval = interval
      self.ends = ends
      self.margin = margin
      self.pValue = pValue
      self.notes = notes
      self.explanations = explanations
    }

    public static func == (first: Comparison, second: Comparison) -> Bool {
      first.metric == second.metric && first.means == second.means
        && first.difference == second.difference && first.interval == second.interval
        && first.ends == second.ends && first.margin == second.margin
        && first.pValue == second.pValue && first.notes == second.notes
        && first.explanations == second.explanations
    }
  }

  /// The name of the place of a claim on the page; no label or heading has a dot in its own.
  package static func anchor(_ number: Int) -> String { "claim.\(number)" }

  public static func == (first: ReportClaim, second: ReportClaim) -> Bool {
    first.number == second.number && first.statement == second.statement
      && first.short?.claim == second.short?.claim && first.short?.subject == second.short?.subject
      && first.verdict == second.verdict && first.evidence == second.evidence
      && first.comparison == second.comparison
  }
}

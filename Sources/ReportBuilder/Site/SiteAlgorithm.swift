internal import ReportRendering
internal import ResultStore

/// The content of an algorithm's page beside its name and summary.
public struct SiteAlgorithm: Sendable {
  /// The formula that it stands for, as TeX.
  public var formula: String
  /// The reason, in words, why the formula is this algorithm.
  public var meaning: String
  /// Settings and presets on environments and on language tasks.
  public var parts: [Part]

  /// Its settings and presets in one of the worlds.
  public struct Part: Sendable {
    /// Where, such as *language tasks*.
    public var world: String
    /// Settings with default, meaning, and what they may be.
    public var settings: [(name: String, value: String, meaning: String, allowed: String)]
    /// Presets with the tasks that they are for, and what they set.
    public var presets: [(name: String, tasks: String, values: String)]

    /// Creates a part.
    public init(
      world: String,
      settings: [(name: String, value: String, meaning: String, allowed: String)],
      presets: [(name: String, tasks: String, values: String)]
    ) {
      self.world = world
      self.settings = settings
      self.presets = presets
    }
  }

  /// Creates the description of an algorithm; `formula` and `meaning` are empty where there is none.
  public init(formula: String, meaning: String, parts: [Part]) {
    self.formula = formula
    self.meaning = meaning
    self.parts = parts
  }

  /// The formula with its words.
  ///
  /// - Returns: The typeset formula, which the page needs the style sheet of; nothing if there is none.
  /// - Throws: If the formula cannot be typeset.
  func essence(_ typesetter: FormulaTypesetter) throws -> (html: String, style: String) {
    guard !formula.isEmpty else { return ("", "") }
    let typeset = try typesetter.html(formula, isDisplay: true)
    return (
      "<div class=\"equation\" tabindex=\"0\" role=\"region\" aria-label=\"Formula\">\(typeset)</div>\n"
        + "<p>\(escaped(meaning))</p>\n",
      try typesetter.styleSheet(for: typeset) + "\n"
    )
  }

  /// The settings of both worlds in one table, and the presets behind lines that open.
  var settings: String {
    var names: [String] = []
    for setting in parts.flatMap(\.settings) where !names.contains(setting.name) {
      names.append(setting.name)
    }
    let rows = names.map { name -> [String] in
      let own = parts.compactMap { part in
        part.settings.first { $0.name == name }.map { (world: part.world, setting: $0) }
      }
      let only = own.count < parts.count ? " <span class=\"of\">on \(own[0].world) only</span>" : ""
      return [
        "<code>\(escaped(name))</code>" + only,
        Self.united(own.map { ($0.world, $0.setting.value) }),
        escaped(own[0].setting.meaning),
        Self.united(own.map { ($0.world, Self.words($0.setting.allowed)) }),
      ]
    }
    let presets = parts.filter { !$0.presets.isEmpty }.map { part in
      "<details><summary>Presets on \(escaped(part.world))</summary>\n"
        + SitePage.table(
          "Presets on \(part.world)", head: ["Preset", "For", "What it sets"],
          rows: part.presets.map { [escaped($0.name), escaped($0.tasks), escaped($0.values)] },
          isProse: true) + "</details>\n"
    }
    return SitePage.table(
      "What it can be set to", head: ["Setting", "Default", "What it is", "May be"], rows: rows,
      isProse: true)
      + presets.joined()
  }

  /// Returns the range of a setting as a person says it: *from 0 to 1*.
  static func words(_ allowed: String) -> String {
    allowed.replacing(#/ in ([^\s,]+?)\.\.\.([^\s,]+)/#) { " from \($0.1) to \($0.2)" }
  }

  /// A text that is the same in all worlds once, and else with the worlds.
  private static func united(_ texts: [(world: String, text: String)]) -> String {
    guard let first = texts.first else { return "" }
    guard texts.contains(where: { $0.text != first.text }) else { return escaped(first.text) }
    return texts.map { "\(escaped($0.text)) <span class=\"of\">on \(escaped($0.world))</span>" }
      .joined(separator: "<br>")
  }
}

/// Where an algorithm was used.
extension SiteReference {
  /// The most arms of an experiment whose results are told.
  private static let mostArms = 3

  /// A table of the newest results of the arms that train by it, and the names of experiments that no week reports.
  func uses(
    _ experiments: [(experiment: SiteExperiment, weeks: [SiteWeek])], _ catalog: MetricCatalog
  ) -> String {
    guard !experiments.isEmpty else { return "" }
    func link(_ name: String) -> String {
      "<a href=\"../experiments/\(SitePage.fileName(name))\">\(escaped(name))</a>"
    }
    let rows = experiments.compactMap { experiment, weeks -> [String]? in
      guard let week = weeks.last, let locked = week.lock.experiment(experiment.name) else {
        return nil
      }
      let information = locked.information(on: locked.metric, from: catalog)
      let arms = locked.arms.filter { $0.preimage["algorithm"] == name && $0.shows(locked.metric) }
      var results = arms.prefix(Self.mostArms).compactMap { arm in
        experiment.cell(
          of: locked.metric, arm, locked, information,
          locked.decimals(of: locked.metric, information: information)
        ).map { "\(escaped(arm.title)) \($0)" }
      }
      guard !results.isEmpty else { return nil }
      if arms.count > Self.mostArms {
        results.append("and \(arms.count - Self.mostArms) more")
      }
      return [
        link(experiment.name), escaped(information.columnTitle), results.joined(separator: "<br>"),
        "<a href=\"../weeks/\(week.name)/report.html\">\(week.name)</a>",
      ]
    }
    let others = experiments.filter(\.weeks.isEmpty).map { link($0.experiment.name) }
    return "<h2 id=\"used\">Where it was used</h2>\n"
      + SitePage.table(
        "The newest result of each of its arms: mean with 95 % interval over seeds",
        head: ["Experiment", "Metric", "Result", "Week"], rows: rows, isProse: true)
      + (others.isEmpty
        ? "" : "<p class=\"status\">In no report yet: \(others.joined(separator: ", ")).</p>\n")
  }
}

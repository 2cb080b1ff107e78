internal import Notebook
internal import ResultStore
internal import Settings

/// The content of a `swept` directive: a line for each kind of arm over the values of a setting.
///
/// Arms of one algorithm are on one line, unless two of them have the same value: then what these differ in tells lines
/// apart. Settings that change together with the one that is swept are named in the note.
struct SweptFigure {
  private let experiment: LockedExperiment
  private let metric: String
  private let information: MetricInformation
  private let setting: String
  private let lines: [Line]
  /// The titles of arms that are on no line.
  private let alone: [String]
  /// The values of all lines, ascending.
  private let values: [Double]

  /// Arms by ascending values of the setting.
  private struct Line {
    var title: String
    var arms: [(value: Double, arm: LockedArm)]
  }

  /// The beginnings of fields that hold settings: of an algorithm, and of another trainer.
  private static let prefixes = ["algorithm.", "settings."]

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let metric = directive["metric"] ?? Positioned(experiment.metric, at: directive.position)
    let compared = experiment.arms.filter { !$0.isStage }
    let settings = Set(compared.flatMap { $0.preimage.keys }.compactMap(Self.setting))
    guard let over = directive["over"] else {
      names.report("'swept' needs 'over', the setting that is swept", at: directive.position)
      return nil
    }
    guard settings.contains(over.value) else {
      names.report(
        "no arm of '\(experiment.name)' has a setting '\(over.value)'"
          + suggestion(for: over.value, among: settings.sorted()), at: over.position)
      return nil
    }
    let chosen = names.arms(directive.names("arms"), of: experiment) { arm in
      !arm.isStage && arm.shows(metric.value) && Self.value(of: over.value, in: arm) != nil
    }
    var swept: [(value: Double, arm: LockedArm)] = []
    for arm in chosen {
      guard let text = Self.value(of: over.value, in: arm) else {
        names.report(
          "'\(experiment.name)/\(arm.label)' has no setting '\(over.value)'",
          at: directive["arms"]?.position ?? directive.position)
        return nil
      }
      guard let value = Double(text), value.isFinite else {
        names.report(
          "'\(over.value)' of '\(experiment.name)/\(arm.label)' is '\(text)', no number; 'intervals' draws such arms",
          at: over.position)
        return nil
      }
      guard names.scores(metric, of: arm, in: experiment) != nil else { return nil }
      swept.append((value, arm))
    }
    let groups = Self.groups(of: swept, over: over.value)
    lines = Self.lines(of: groups.filter { $0.count > 1 }, over: over.value)
    alone = groups.filter { $0.count == 1 }.map { $0[0].arm.title }
    guard !lines.isEmpty else {
      names.report(
        "no two arms of '\(experiment.name)' differ in '\(over.value)' and share an algorithm",
        at: over.position)
      return nil
    }
    self.experiment = experiment
    self.metric = metric.value
    setting = over.value
    information = experiment.information(on: metric.value, from: catalog)
    values = Set(lines.flatMap { $0.arms.map(\.value) }).sorted()
  }

  /// The name of the figure's files where there is no label.
  var name: String { "\(experiment.name)-\(metric)-over-\(setting)" }

  // MARK: Lines

  private static func setting(_ field: String) -> String? {
    prefixes.first(where: field.hasPrefix).map { String(field.dropFirst($0.count)) }
  }

  private static func value(of setting: String, in arm: LockedArm) -> String? {
    prefixes.lazy.compactMap { arm.preimage[$0 + setting] }.first
  }

  /// The arms of each line by ascending values; a line has each value once.
  private static func groups(
    of arms: [(value: Double, arm: LockedArm)], over setting: String
  ) -> [[(value: Double, arm: LockedArm)]] {
    // What arms of one algorithm and one value differ in tells lines apart.
    var telling: Set<String> = []
    for (index, first) in arms.enumerated() {
      for second in arms[(index + 1)...]
      where second.value == first.value
        && second.arm.preimage["algorithm"] == first.arm.preimage["algorithm"]
      {
        telling.formUnion(differences(first.arm, second.arm))
      }
    }
    for prefix in prefixes { telling.remove(prefix + setting) }
    var keys: [String] = []
    var groups: [String: [(value: Double, arm: LockedArm)]] = [:]
    for item in arms {
      let fields =
        [item.arm.preimage["algorithm"] ?? ""]
        + telling.sorted().map { "\($0)=\(item.arm.preimage[$0] ?? "")" }
      let key = fields.joined(separator: "\n")
      if groups[key] == nil { keys.append(key) }
      groups[key, default: []].append(item)
    }
    return keys.compactMap { groups[$0]?.sorted { $0.value < $1.value } }
  }

  /// The names of the fields in which two arms differ.
  private static func differences(_ first: LockedArm, _ second: LockedArm) -> Set<String> {
    let names = Set(first.preimage.keys).union(second.preimage.keys)
    return names.filter { first.preimage[$0] != second.preimage[$0] }
  }

  private static func lines(
    of groups: [[(value: Double, arm: LockedArm)]], over setting: String
  ) -> [Line] {
    var titles: [String] = []
    return groups.map { group in
      var title = title(of: group.map(\.arm), over: setting)
      // Titles that their arms do not tell apart: those of the lines' first arms do.
      if titles.contains(title) { title = group[0].arm.title }
      titles.append(title)
      return Line(title: title, arms: group)
    }
  }

  /// The part that the titles of arms have in common, without the value of the setting; else their algorithm's name.
  private static func title(of arms: [LockedArm], over setting: String) -> String {
    let stripped = arms.map { arm in
      arm.title.split(separator: ", ", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix(setting + " ") }.joined(separator: ", ")
    }
    guard let first = stripped.first else { return "" }
    if stripped.allSatisfy({ $0 == first }) { return first }
    var common = stripped.dropFirst().reduce(first) { common, title in
      String(zip(common, title).prefix { $0 == $1 }.map(\.0))
    }
    if let bracket = common.lastIndex(where: { "([".contains($0) }),
      !common[bracket...].contains(where: { ")]".contains($0) })
    {
      common = String(common[..<bracket])
    }
    // A sign before the value, such as a hyphen, is no part of the name.
    let name = common.prefix(
      common.count - common.reversed().prefix { !$0.isLetter && $0 != "+" && $0 != ")" }.count)
    return name.isEmpty ? arms[0].preimage["algorithm"] ?? first : String(name)
  }

  // MARK: Chart

  /// The chart; all of it follows from the lock.
  var chart: CurvesChart {
    CurvesChart(
      valueTitle: information.axisTitle, range: information.range,
      decimals: experiment.decimals(of: metric, information: information),
      horizontalTitle: words, axis: .values(values),
      lacksIntervals: lines.contains { $0.arms.contains { $0.arm.runs.count < Suite.leastSeeds } },
      series: lines.map { line in
        CurvesChart.Series(
          title: line.title, look: nil,
          points: line.arms.compactMap { value, arm in
            guard let place = values.firstIndex(of: value) else { return nil }
            return SeedScores(experiment: experiment.name, arm: arm, metric: metric).map {
              CurvesChart.Point(
                ArmSummary($0, range: information.range), at: Double(place))
            }
          })
      })
  }

  /// The setting as the title of an axis: `group_size` is "Group size".
  private var words: String {
    let words = setting.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The small print: the axis, and what else changes along it.
  var note: String {
    var sentences = ["The values stand at even distances; bars are 95 % intervals over seeds."]
    let changing = lines.reduce(into: Set<String>()) { names, line in
      for (_, arm) in line.arms.dropFirst() {
        names.formUnion(Self.differences(line.arms[0].arm, arm))
      }
    }
    let others = changing.compactMap(Self.setting).filter { $0 != setting }.sorted()
    if !others.isEmpty {
      sentences.append("Along the lines \(listed(others)) changed too.")
    }
    if !alone.isEmpty { sentences.append("On no line: \(listed(alone)).") }
    return (sentences + SeedNotes.diverged(lines.flatMap { $0.arms.map(\.arm) }))
      .joined(separator: " ")
  }
}

internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings
internal import Statistics

extension ReportDirective {
  /// The smallest differences that a planned experiment can find.
  static let power = ReportDirective(
    DirectiveDeclaration(
      name: "power",
      summary:
        "The smallest differences that a planned experiment finds with probability .8, computed before its "
        + "runs from the spread over the seeds of a pilot.",
      argument: .name(.plan),
      options: [
        .label(.table), .caption,
        .init(
          "pilot", .name(.experiment),
          "The experiment with the same arms that the spread is measured on; none of its seeds is planned."
        ),
        .init(
          "against", .name(.arm), "The arm that the others are compared with.",
          absent: "every other"),
        .init("arms", .names(.arm), "The arms compared.", absent: "all that the pilot measures"),
        .init(
          "metric", .name(.metric), "The metric compared.", absent: "the planned experiment's own"),
      ],
      example: """
        ```{power} sorting
        label: tbl-power
        caption: What twenty seeds can find.
        pilot: sorting-pilot
        against: RLOO
        ```
        """)
  ) { directive, context, names in
    PowerTable(directive, context, names: &names).map { .table($0.table) }
  }
}

/// The content of a `power` directive: a row for each comparison that is planned.
struct PowerTable {
  private let directive: Directive
  private let plan: LockedPlan
  private let pilot: LockedExperiment
  private let decimals: Int
  private let rows: [Row]
  /// The tests that share the family's level, and whether they are those of the report's claims.
  private let tests: (count: Int, areClaims: Bool)

  private struct Row {
    var title: String
    /// Common seeds of the pilot.
    var pilotSeeds: Int
    /// The standard deviation of the paired differences over them.
    var deviation: Double
    /// Its upper confidence limit, from which the difference is computed.
    var limit: Double
    /// nil where no result could be told apart.
    var difference: Double?
  }

  /// The probability with which the difference is found.
  private static let power = 0.8
  /// The confidence of the limit of the deviation.
  private static let confidence = 0.8

  /// Computes the table; nil if something the directive names does not exist or does not fit, which `names` reports.
  init?(_ directive: Directive, _ context: DirectiveContext, names: inout NameResolution) {
    guard let argument = directive.argument, let plan = names.plan(argument) else { return nil }
    guard let option = directive["pilot"] else {
      names.report(
        "'{power}' needs 'pilot', the experiment that the spread is measured on",
        at: directive.position)
      return nil
    }
    guard let pilot = names.experiment(option) else { return nil }
    let common = Set(pilot.arms.filter { !$0.isStage }.flatMap { $0.runs.map(\.seed) })
      .intersection(plan.seeds).sorted()
    guard common.isEmpty else {
      names.report(
        "'\(pilot.name)' and '\(plan.name)' have \(SeedNotes.named(common)) in common; what a plan is made "
          + "from is not reported, so a pilot has seeds of its own", at: option.position)
      return nil
    }
    let metric = directive["metric"] ?? Positioned(plan.metric, at: directive.position)
    let planned = plan.arms.map(\.label)
    let reference = directive["against"].flatMap { names.arm($0, of: pilot) }
    var arms = names.arms(directive.names("arms"), of: pilot) {
      !$0.isStage && planned.contains($0.label) && $0.measures(metric.value)
    }
    guard directive["against"] == nil || reference != nil else { return nil }
    if let reference, !arms.contains(where: { $0.label == reference.label }) {
      arms.insert(reference, at: 0)
    }
    if let arm = arms.first(where: { !planned.contains($0.label) }) {
      names.report(
        "'\(plan.name)' has no arm '\(arm.label)'"
          + suggestions(for: arm.label, among: planned), at: option.position)
      return nil
    }
    guard arms.count > 1 else {
      names.report(
        "a comparison needs two arms that '\(pilot.name)' and '\(plan.name)' both have",
        at: directive.position)
      return nil
    }
    var scores: [SeedScores] = []
    for arm in arms {
      guard let next = names.scores(metric, of: arm, in: pilot) else { return nil }
      scores.append(next)
    }
    let pairs: [(first: Int, second: Int)] =
      if let place = arms.firstIndex(where: { $0.label == reference?.label }) {
        arms.indices.filter { $0 != place }.map { ($0, place) }
      } else {
        arms.indices.flatMap { first in arms.indices.dropFirst(first + 1).map { (first, $0) } }
      }
    let claimed = ClaimFamily.tests(in: context.notebook).count
    let tests = (count: claimed > 0 ? claimed : pairs.count, areClaims: claimed > 0)
    var rows: [Row] = []
    for (first, second) in pairs {
      let (one, other) = (
        scores[first].restricted(to: scores[second]), scores[second].restricted(to: scores[first])
      )
      guard one.values.count > 1 else {
        names.report(
          "'\(arms[first].label)' and '\(arms[second].label)' of '\(pilot.name)' have fewer than two seeds in "
            + "common, which have no spread", at: option.position)
        return nil
      }
      let deviation = SampleShape(zip(one.values, other.values).map { $0 - $1 }).deviation
      let limit = deviationLimit(
        deviation, scores: one.values.count, confidence: Self.confidence)
      rows.append(
        Row(
          title: "\(arms[first].title) − \(arms[second].title)", pilotSeeds: one.values.count,
          deviation: deviation, limit: limit,
          difference: detectableDifference(
            deviation: limit, pairs: plan.seeds.count,
            significance: ReportStatistics.significance / Double(tests.count),
            power: Self.power)))
    }
    self.directive = directive
    self.plan = plan
    self.pilot = pilot
    self.rows = rows
    self.tests = tests
    decimals = pilot.decimals(
      of: metric.value, information: pilot.information(on: metric.value, from: context.catalog))
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    func number(_ value: Double) -> ReportCell {
      ReportCell(NumberText.fixed(value, decimals: decimals))
    }
    return ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [
        ReportTable.Column("Difference", alignment: .leading),
        ReportTable.Column("Pilot seeds", alignment: .trailing),
        ReportTable.Column("Deviation", alignment: .trailing),
        ReportTable.Column("Its 80 % limit", alignment: .trailing),
        ReportTable.Column("Found from", alignment: .trailing),
      ],
      rows: rows.map { row in
        [
          ReportCell(row.title), ReportCell("\(row.pilotSeeds)"), number(row.deviation),
          number(row.limit),
          row.difference.map { difference in
            row.deviation > 0
              ? number(difference) : ReportCell("no spread in the pilot", emphasis: .muted)
          } ?? ReportCell("no difference", emphasis: .muted),
        ]
      }, note: [.text(note)]
    ).movingConstantColumns(keeping: [0, 2, 3, 4])
  }

  private var note: String {
    let level = ReportStatistics.significance / Double(tests.count)
    let (seeds, items) = (plan.seeds.count, tests.areClaims ? "the report's claims" : "this table")
    let test =
      tests.count == 1
      ? "at .05, the one test of \(items)"
      : "at \(NumberText.fixed(level, decimals: 4)), the first step of Holm's method over the \(tests.count) "
        + "tests of \(items)"
    var sentences = [
      "Planned: \(SeedNotes.named(plan.seeds)) of each arm of \(plan.name), which is \(SeedNotes.seeds([seeds])). "
        + "Deviations are of the differences of common seeds of \(pilot.name), none of which is planned; the limit "
        + "is the upper end of a one-sided 80 % interval by chi-square, so that a small pilot promises too much in one "
        + "case of five. A true mean difference from the last column on is found with probability .8 by a two-sided "
        + "paired t-test \(test); the sign-flip test of claims has nearly its power."
    ]
    if rows.contains(where: { $0.difference == nil }) {
      sentences.append(
        "No difference can be found: the smallest p-value that \(SeedNotes.seeds([seeds])) allow is "
          + "\(NumberText.pValue(SignFlipTest.smallestPValue(pairs: seeds))).")
    }
    let onOtherPrompts = plan.arms.filter { arm in
      pilot.arm(arm.label).map { $0.identity.scoredOnTestPrompts.digest == arm.settings } ?? false
    }
    let changed = plan.arms.filter { arm in
      pilot.arm(arm.label).map { $0.identity.digest != arm.settings } ?? false
    }
    .filter { arm in !onOtherPrompts.contains { $0.label == arm.label } }
    if onOtherPrompts.contains(where: { pilot.arm($0.label)?.identity.digest != $0.settings }) {
      sentences.append("The pilot is scored on validation prompts.")
    }
    if !changed.isEmpty {
      sentences.append(
        "In the pilot \(listed(changed.map(\.title))) \(changed.count == 1 ? "has" : "have") other settings than "
          + "planned.")
    }
    return sentences.joined(separator: " ")
  }
}

extension ArmPreimage {
  /// The same arm with its stages, scored on the prompts or starts of tests.
  fileprivate var scoredOnTestPrompts: ArmPreimage {
    var fields = fields
    fields["evaluation.split"] = nil
    return ArmPreimage(fields: fields, stages: stages.mapValues(\.scoredOnTestPrompts))
  }
}

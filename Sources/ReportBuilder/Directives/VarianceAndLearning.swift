internal import CanonicalJSON
internal import Metrics
internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings
internal import Statistics

/// The content of a `variance` directive with `learning`: the relative variance of each trained arm's estimate beside
/// the scores of its training, and how far the order of one is the order of the other.
///
/// A lock holds no curves, so the variances at the arms' sizes of groups are kept in a file of their own, whose digest
/// the lock has.
struct VarianceAndLearning {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let audits: [AuditedArm]
  private let training: LockedExperiment
  private let joined: AuditedLearners
  private let metrics: [String]
  private let catalog: MetricCatalog
  /// The file with the variances, relative to the report, such as `figures/tbl-learning.json`.
  let file: String

  private var learners: [AuditedLearners.Learner] { joined.learners }

  private static let quantity = AuditedQuantity.relativeVariance
  /// Fewer arms have no order worth a number.
  private static let leastArms = 4

  /// Resolves the names of the directive; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument),
      let name = directive["learning"], let training = names.experiment(name)
    else { return nil }
    if let quantities = directive["quantities"] {
      names.report(
        "'learning' is about the relative variance alone; leave 'quantities' out",
        at: quantities.position)
      return nil
    }
    let axis = catalog.baselines
    guard let audits = names.audits(directive, of: experiment, axis: axis) else { return nil }
    let shown = Set(names.baselines(directive, of: audits, axis: axis))
    guard let metrics = Self.metrics(directive, of: training, names: &names) else { return nil }
    let joined = AuditedLearners(
      training, audits: audits, of: experiment,
      baselines: directive["baselines"] == nil ? nil : shown, metrics: metrics, at: name.position,
      names: &names)
    guard let joined else { return nil }
    self.directive = directive
    self.experiment = experiment
    self.audits = audits
    self.training = training
    self.joined = joined
    self.metrics = metrics
    self.catalog = catalog
    file = "figures/\(directive.label ?? "\(experiment.name)-\(training.name)-variance").json"
  }

  /// The scores that the option names, or the experiment's own with the area under its curve.
  private static func metrics(
    _ directive: Directive, of training: LockedExperiment, names: inout NameResolution
  ) -> [String]? {
    let measured = training.metricNames
    let named = directive.names("metrics")
    for metric in named where !measured.contains(metric.value) {
      names.report(training.lacks(metric.value, among: measured), at: metric.position)
      return nil
    }
    guard named.isEmpty else { return named.map(\.value) }
    return [training.metric, training.metric + "_auc"].filter {
      $0 == training.metric || measured.contains($0)
    }
  }

  // MARK: The file

  /// Returns the variances as JSON, a line for each audit and trained arm: one value for each seed that tells it.
  func data(record: (String) -> Record?) -> String {
    let lines = audits.indices.flatMap { index in
      let audit = audits[index]
      let records = audit.arm.runs.map { (seed: $0.seed, record: record($0.key)) }
      return learners.compactMap { learner -> String? in
        guard let size = learner.sizes[index] else { return nil }
        let name = Self.quantity.name(of: learner.baseline)
        let told = records.compactMap { seed, record -> (seed: Int, value: Double)? in
          guard let curve = record?.curve(name), let place = curve.steps.firstIndex(of: size),
            curve.values[place].isFinite
          else { return nil }
          return (seed, curve.values[place])
        }
        return JSONValue.object([
          .init("audit", .string(audit.arm.label)), .init("arm", .string(learner.arm.label)),
          .init("baseline", .string(learner.baseline)),
          .init("group_size", .number(Double(size))),
          .init("seeds", .array(told.map { .number(Double($0.seed)) })),
          .init("values", .array(told.map { .number($0.value) })),
        ]).compactText
      }
    }
    return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }

  // MARK: Blocks

  /// Returns the tables of the variances that ``data(record:)`` returned.
  ///
  /// - Throws: If `data` has another form; the lock's digest protects it.
  func blocks(_ data: String) throws(ReportFailure) -> [ReportBlock] {
    guard let lines = (try? JSONValue(text: data))?.elements else {
      throw .alteredDocument("\(file) is not a list of variances")
    }
    var variances: [[String: [Double]]] = audits.map { _ in [:] }
    for line in lines {
      guard let audit = audits.firstIndex(where: { $0.arm.label == line["audit"]?.string }),
        let arm = line["arm"]?.string,
        let values = line["values"]?.elements?.compactMap(\.double)
      else { throw .alteredDocument("\(file) has a line that is no variance") }
      // A mean over some of the seeds would be compared with means over all of them.
      if values.count == audits[audit].arm.runs.count { variances[audit][arm] = values }
    }
    return [table(variances), correlations(variances)]
  }

  private func table(_ variances: [[String: [Double]]]) -> ReportBlock {
    let order = learners.indices.sorted { first, second in
      let means = [first, second].map { index in
        variances[0][learners[index].arm.label].map(mean) ?? .infinity
      }
      return (means[0], first) < (means[1], second)
    }
    let scored = metrics.map { scoreColumn($0) }
    var columns: [ReportTable.Column] = [
      .init("Arm", alignment: .leading), .init("Baseline", alignment: .leading),
      .init("Group size", alignment: .trailing),
    ]
    for audit in audits {
      let place = audits.count > 1 ? ", \(audit.arm.title)" : ""
      columns.append(.init(Self.quantity.title + " ↓" + place, alignment: .trailing))
    }
    for column in scored { columns.append(.init(column.title, alignment: .trailing)) }
    let rows = order.map { index -> [ReportCell] in
      let learner = learners[index]
      var cells = [
        ReportCell(learner.arm.title), ReportCell([.code(learner.baseline)]),
        ReportCell("\(learner.trainedSize)"),
      ]
      for variances in variances { cells.append(cell(variances, of: learner)) }
      for column in scored { cells.append(column.cells[index]) }
      return cells
    }
    return .table(
      ReportTable(
        label: directive.label, caption: directive.caption, columns: columns, rows: rows,
        note: [.text(note(isMarked: scored.contains(where: \.isMarked)))]
      ).movingConstantColumns(keeping: [0, 3]))
  }

  private func cell(_ variances: [String: [Double]], of learner: AuditedLearners.Learner)
    -> ReportCell
  {
    guard let values = variances[learner.arm.label] else {
      return ReportCell("–", emphasis: .muted)
    }
    let summary = ArmSummary(values, range: nil)
    let decimals = Self.quantity.decimals(of: summary.mean, among: [summary.mean])
    return ReportCell(
      summary.seeds == 1
        ? NumberText.fixed(summary.mean, decimals: decimals) : summary.text(decimals: decimals))
  }

  /// The scores of all learners on a metric.
  private func scoreColumn(
    _ metric: String
  ) -> (title: String, cells: [ReportCell], isMarked: Bool) {
    let information = training.information(on: metric, from: catalog)
    let decimals = max(0, training.decimals(of: metric, information: information) - 1)
    let scores = learners.map {
      SeedScores(experiment: training.name, arm: $0.arm, metric: metric)
    }
    let best = BestArms.labels(
      of: scores.compactMap(\.self), higherIsBetter: information.higherIsBetter)
    let cells = zip(learners, scores).map { learner, scores in
      guard let scores else { return ReportCell("–", emphasis: .muted) }
      return ReportCell(
        (best.contains(learner.arm.label) ? BestArms.mark : "")
          + ArmSummary(scores, range: information.range).text(decimals: decimals),
        provenance: ReportProvenance(
          statistic: "Mean", metric: metric, experiment: training, arm: learner.arm,
          decimals: decimals))
    }
    return (information.columnTitle, cells, !best.isEmpty)
  }

  private func note(isMarked: Bool) -> String {
    let seeds = learners.map(\.arm.runs.count)
    let audited = audits.map(\.arm.runs.count)
    var sentences = [
      "Means with 95 % intervals over seeds (audits: \(SeedNotes.seeds(audited)); training: "
        + "\(SeedNotes.seeds(seeds))), corrected for skewness.",
      Self.quantity.note
        + " It is audited at the size of groups that an arm trains with"
        + (learners.contains { learner in
          learner.sizes.contains { $0 != nil && $0 != learner.trainedSize }
        }
          ? ", or at the least one audited where that is smaller." : "."),
    ]
    sentences += BestArms.note(isMarked: isMarked)
    sentences += SeedNotes.diverged(learners.map(\.arm))
    if !joined.leftOut.isEmpty {
      sentences.append(
        "No audit shown is of the estimate of \(listed(joined.leftOut)): the same baseline, "
          + "\(AuditedLearners.sharedWords).")
    }
    return sentences.joined(separator: " ")
  }

  // MARK: Correlations

  /// A row for each audit and score: Kendall's τ-b over the arms.
  private func correlations(_ variances: [[String: [Double]]]) -> ReportBlock {
    let rows = audits.indices.flatMap { audit in
      metrics.map { metric in row(variances[audit], audit: audit, metric: metric) }
    }
    let sentences = [
      "Kendall's τ-b between the relative variance and how good the score is, over the arms above; below 0: the less "
        + "variance, the better the score.",
      "95 % intervals resample the seeds of audits and of training; they are about the order of these arms, and say "
        + "nothing of others.",
    ]
    return .table(
      ReportTable(
        columns: [
          .init("Audit", alignment: .leading), .init("Score", alignment: .leading),
          .init("Arms", alignment: .trailing), .init("τ-b", alignment: .trailing),
          .init("95 % interval", alignment: .trailing),
          .init("Verdict", alignment: .leading),
        ], rows: rows, note: [.text(sentences.joined(separator: " "))]
      ).movingConstantColumns(keeping: [1, 3, 4, 5]))
  }

  private func row(_ variances: [String: [Double]], audit: Int, metric: String) -> [ReportCell] {
    let information = training.information(on: metric, from: catalog)
    let head = [ReportCell(audits[audit].arm.title), ReportCell(information.title)]
    let told = learners.filter { variances[$0.arm.label] != nil }
    let scores = told.compactMap {
      SeedScores(experiment: training.name, arm: $0.arm, metric: metric)
    }
    let sign = information.isLowerBetter ? -1.0 : 1.0
    // Over the seeds that all arms have: what a seed decides is then the same for all of them.
    let common = scores.dropFirst().reduce(scores.first) { kept, next in
      kept?.restricted(to: next)
    }
    let merits = scores.map { scores in
      common.map { scores.restricted(to: $0).values.map { sign * $0 } } ?? []
    }
    let first = told.compactMap { variances[$0.arm.label] }
    guard told.count >= Self.leastArms, merits.allSatisfy({ !$0.isEmpty }) else {
      let words = ReportCell(
        told.count < Self.leastArms ? "too few arms" : "no common seeds", emphasis: .muted)
      return head + [ReportCell("\(told.count)"), ReportCell("–", emphasis: .muted), words, words]
    }
    guard let tau = kendallTau(first.map(mean), merits.map(mean)) else {
      let words = ReportCell("all equal", emphasis: .muted)
      return head + [ReportCell("\(told.count)"), ReportCell("–", emphasis: .muted), words, words]
    }
    var generator = ReportStatistics.generator([
      "variance and learning", experiment.name, audits[audit].arm.label, training.name, metric,
    ])
    let interval = kendallTauInterval(
      first, merits, resamples: ReportStatistics.resamples(ofRuns: merits.joined().count),
      using: &generator)
    return head + [
      ReportCell("\(told.count)"), ReportCell(NumberText.fixed(tau, decimals: 2)),
      interval.map { ReportCell(NumberText.interval($0, decimals: 2)) }
        ?? ReportCell("too few seeds", emphasis: .muted),
      Self.verdict(interval),
    ]
  }

  private static func verdict(_ interval: ConfidenceInterval?) -> ReportCell {
    guard let interval, !interval.contains(0) else {
      return ReportCell("not resolved", emphasis: .muted)
    }
    return ReportCell(
      interval.upper < 0 ? "better with less variance" : "worse with less variance")
  }
}

internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

/// The part of a report's summary that nobody writes: questions, changes and the state of claims.
struct WeekSummary {
  let notebook: Notebook
  let lock: Lock
  let catalog: MetricCatalog

  /// The summary.
  ///
  /// - Parameters:
  ///   - before: The earlier week that results are compared with; nil if there is none.
  ///   - claims: The claims with their verdicts.
  /// - Returns: What follows from the results.
  func report(comparedWith before: WeekBefore?, _ claims: ClaimCheck) -> ReportSummary {
    // A standing report cites experiments that were made for the questions of weeks.
    ReportSummary(
      questions: notebook.frontMatter.week == nil ? [] : questions,
      changes: before.flatMap(changes), claims: claims.summary)
  }

  /// The questions of the experiments, each once, in the order in which the notebook names them.
  private var questions: [String] {
    let named = experimentsNeeded(by: notebook).sorted { $0.position < $1.position }.map(\.value)
    var seen: Set<String> = []
    return named.compactMap { lock.experiment($0)?.question }.filter { question in
      !question.isEmpty && seen.insert(question).inserted
    }
  }

  private func changes(since before: WeekBefore) -> ReportSummary.Changes? {
    let difference = LockDifference(
      from: before.lock, named: before.week, to: lock, named: notebook.frontMatter.time,
      catalog: catalog, experiments: nil, isTested: false, metricsOf: { [$0.metric] })
    let common = difference.experiments.filter { $0.presence == .both }
    let same = common.filter(\.hasSameRecords)
    var sentences = common.filter { !$0.hasSameRecords }.map { experiment in
      [Inline.code(experiment.name), .text(": \(experiment.movement).")]
    }
    if !same.isEmpty { sentences.append(Self.sentence("The same results", same.map(\.name))) }
    for (words, presence) in [("New", Presence.added), ("Not taken up again", .removed)] {
      let names = difference.experiments.filter { $0.presence == presence }.map(\.name)
      if !names.isEmpty { sentences.append(Self.sentence(words, names)) }
    }
    guard !sentences.isEmpty else { return nil }
    return ReportSummary.Changes(
      week: before.week, sentences: sentences, isLocked: before.isLocked)
  }

  /// `New: a, b.`, or how many there are where they are too many for a line.
  private static func sentence(_ words: String, _ names: [String]) -> [Inline] {
    guard names.count <= 3 else { return [.text("\(words): \(names.count) experiments.")] }
    let list = names.enumerated().flatMap { index, name -> [Inline] in
      (index > 0 ? [.text(", ")] : []) + [.code(name)]
    }
    return [.text("\(words): ")] + list + [.text(".")]
  }
}

/// The earlier week that a report's summary compares results with.
struct WeekBefore {
  /// Its name, such as `2026-W44`.
  var week: String
  var lock: Lock
  /// Whether the notebook names it, so that its lock is bound to that one's bytes.
  var isLocked: Bool
}

extension ExperimentDifference {
  /// Whether no arm came, went, or has another record than before.
  fileprivate var hasSameRecords: Bool {
    arms.allSatisfy { $0.presence == .both && !$0.hasOtherSeeds && $0.hasSameRecords }
  }

  /// How many arms moved in the experiment's own metric, and how far that can be told.
  fileprivate var movement: String {
    var counts: [(words: String, count: Int)] = []
    for arm in arms {
      let words = arm.movement
      if let index = counts.firstIndex(where: { $0.words == words }) {
        counts[index].count += 1
      } else {
        counts.append((words, 1))
      }
    }
    return counts.map { "\($0.count == 1 ? "1 arm" : "\($0.count) arms") \($0.words)" }
      .joined(separator: ", ")
  }
}

extension ArmDifference {
  fileprivate var movement: String {
    switch presence {
    case .added: return "new"
    case .removed: return "gone"
    case .both: break
    }
    return switch metrics.first?.verdict {
    case .identical, .sameRecord, .sameOnCommonSeeds: "as before"
    case .changed, .leavesOutZero: "moved (the interval leaves out 0)"
    case .withinNoise: "within seed noise"
    case .undecided: "not told apart from before"
    case .notFinite: "without a finite value"
    case .tooFewSeeds: "of too few seeds to tell"
    case .notTested, nil: "not compared"
    }
  }
}

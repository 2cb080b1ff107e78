import Algorithms
import ExperimentRunner
import ExperimentSpec
import Foundation
import LanguageTasks
import ReportBuilder
import ResultStore

extension Experiment {
  /// The experiment as the report builder knows it.
  var planned: PlannedExperiment {
    let preimages = Vocabulary.labbook.preimages(of: self)
    return PlannedExperiment(
      name: name, question: question, metric: metric,
      arms: arms.compactMap { arm in
        preimages[arm.label].map { identity in
          PlannedExperiment.Arm(
            label: arm.label, title: arm.title, isStage: arm.isStage, identity: identity,
            seeds: seeds)
        }
      })
  }
}

extension MetricCatalog {
  /// What this version knows of the metrics and curves that its algorithms record.
  static let labbook = MetricCatalog { metric, preimage in
    let declaration: MetricDeclaration?
    if preimage["language"] == nil {
      declaration =
        MetricDeclaration.metric(named: metric)
        ?? MetricDeclaration.curves.first { $0.name == metric }
    } else {
      declaration =
        MetricDeclaration.languageDeclaration(named: metric)
        ?? MetricDeclaration.languageDeclaration(named: metric, isCurve: true)
    }
    guard let declaration else { return nil }
    let range: ClosedRange<Double>? =
      switch declaration.range {
      case .fixed(let range): range
      case .environmentReturns, .taskRewards:
        Vocabulary.labbook.returnRange(of: preimage["language"] ?? preimage["environment"] ?? "")
      case .unknown: nil
      }
    // A normalization is of returns: of all metrics and curves that lie where returns do.
    let normalization =
      declaration.range == .environmentReturns
      ? Vocabulary.labbook.scoreNormalization(of: preimage) : nil
    let isCount = [
      "steps", "updates", "episodes", "rows", "operations", "parameters", "tokens", "bytes",
    ].contains(declaration.unit)
    // A mean length is no count, though it is one of tokens.
    let isMean = declaration.name.hasSuffix("response_length")
    let level = preimage["language"].flatMap { levelTitle(of: metric, language: $0) }
    var parts = metric.split(separator: "_").map { word in
      ["auc", "kl"].contains(word) ? word.uppercased() : String(word)
    }
    // Bytes are shown in larger units: "memory", "optimizer memory".
    if parts.last == "bytes" { parts = parts.dropLast().filter { $0 != "memory" } + ["memory"] }
    let words = level ?? parts.joined(separator: " ")
    return MetricInformation(
      title: words.prefix(1).uppercased() + words.dropFirst(), range: range,
      higherIsBetter: declaration.higherIsBetter, unit: declaration.unit,
      isCount: isCount && !isMean,
      items: items(of: metric, preimage: preimage),
      lastPoint: lastPoint(of: metric, preimage: preimage),
      normalization: normalization)
  }
}

/// Returns what the final value of a metric is a mean over: "100 evaluation episodes of each run".
///
/// Greedy completions are of the final evaluation's prompts, sampled ones of those along the way.
private func items(of metric: String, preimage: [String: String]) -> String? {
  let counts = evaluationCounts(of: metric, preimage: preimage)
  return counts.final.map {
    preimage["language"] == nil
      ? "\($0) evaluation episodes of each run" : "test prompts, up to \($0) of a level"
  }
}

/// Returns what a curve has to say of its last point; nil where that is measured as the others are.
private func lastPoint(of metric: String, preimage: [String: String]) -> String? {
  let counts = evaluationCounts(of: metric, preimage: preimage)
  guard let before = counts.before, let final = counts.final, before != final else { return nil }
  return preimage["language"] == nil
    ? "The last point is of \(final) episodes of each run, those before it of \(before)."
    : "The last point is of up to \(final) prompts of a level, those before it of \(before)."
}

/// Returns how many episodes, or prompts of a level, the final evaluation and those before have for a metric.
private func evaluationCounts(
  of metric: String, preimage: [String: String]
) -> (before: Int?, final: Int?) {
  func count(_ names: String...) -> Int? {
    names.compactMap { preimage["evaluation.\($0)"].flatMap { Int($0) } }.max()
  }
  if preimage["language"] == nil { return (count("episodes"), count("episodes", "final_episodes")) }
  let isGreedy =
    metric != "test_reference_kl"
    && (metric.hasPrefix("test_") || ["held_out_accuracy", "format_rate"].contains(metric))
  return (count("prompts"), isGreedy ? count("prompts", "final_prompts") : count("prompts"))
}

/// Returns what the accuracy on one level of a language task is called: "3 people".
///
/// The words are those of the task at its defaults, which name every kind of level.
private func levelTitle(of metric: String, language: String) -> String? {
  let family = "test_accuracy_"
  guard metric.hasPrefix(family),
    let task = try? LanguageTaskRegistry.declaration(named: language)?.make([:])
  else { return nil }
  let name = String(metric.dropFirst(family.count))
  if let level = task.levels.first(where: { $0.name == name }) { return level.title }
  guard Int(name) != nil, let words = task.levels.last?.title.split(separator: " ").dropFirst()
  else { return nil }
  return ([name] + words.map(String.init)).joined(separator: " ")
}

import Algorithms
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import Foundation
import LanguageTasks
import Metrics
import ReportBuilder
import ResultStore
import Settings

extension Experiment {
  /// The experiment as the report builder knows it.
  var planned: PlannedExperiment {
    let preimages = Vocabulary.labbook.preimages(of: self)
    return PlannedExperiment(
      name: name, question: question, metric: metric, varied: varied,
      stated: Dictionary(
        (trainer?.results.metrics ?? []).map { metric in
          (
            metric.name,
            StatedMetric(
              title: metric.title, unit: metric.unit,
              higherIsBetter: metric.better.map { $0 == .higher }, tolerance: metric.within)
          )
        }
      ) { first, _ in first }, promisesBits: trainer?.repeatsExactly ?? true,
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
  /// The metrics and curves that the algorithms of this version record.
  static let labbook = MetricCatalog(baselines: Baseline.allCases.map(\.rawValue)) {
    metric, preimage in
    // A level is called what its task calls it.
    let task = preimage["language"].flatMap(LanguageTaskRegistry.declaration(named:))
    let level = metric.family == .level ? metric.member : nil
    return MetricInformation(
      metric, ofKey: preimage, title: level.flatMap { task?.title(ofLevel: $0) },
      range: Vocabulary.labbook.range(of: metric, ofKey: preimage),
      // A normalization is of scores: of all metrics and curves that lie where those do.
      normalization: metric.range == .taskReturns
        ? Vocabulary.labbook.scoreNormalization(of: preimage) : nil)
  }
}

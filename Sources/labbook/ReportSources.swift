import Algorithms
import ExperimentRunner
import ExperimentSpec
import Foundation
import LanguageTasks
import ReportBuilder
import ResultStore
import Settings

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
  /// The metrics and curves that the algorithms of this version record.
  static let labbook = MetricCatalog(
    costs: MetricDeclaration.all.compactMap { metric in
      metric.costTitle.map { CostMetric(metric: metric.name, title: $0, unit: metric.unit) }
    }, standardErrorSuffix: MetricDeclaration.standardErrorSuffix
  ) { metric, preimage in
    let world = World(ofKey: preimage)
    guard
      let declaration = MetricDeclaration.named(metric, in: world)
        ?? MetricDeclaration.named(metric, .curve, in: world)
    else { return nil }
    // A level is called what its task calls it.
    let task = preimage["language"].flatMap(LanguageTaskRegistry.declaration(named:))
    let level = declaration.family == .level ? declaration.member : nil
    return MetricInformation(
      title: level.flatMap { task?.title(ofLevel: $0) } ?? declaration.title,
      range: Vocabulary.labbook.range(of: declaration, ofKey: preimage),
      higherIsBetter: declaration.better.map { $0 == .higher }, unit: declaration.unit,
      isCount: declaration.isCount, items: declaration.items?.words(ofKey: preimage),
      lastPoint: declaration.items?.lastPoint(ofKey: preimage),
      // A normalization is of scores: of all metrics and curves that lie where those do.
      normalization: declaration.range == .taskReturns
        ? Vocabulary.labbook.scoreNormalization(of: preimage) : nil)
  }
}

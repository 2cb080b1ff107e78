import Algorithms
import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder
import ResultStore

extension Experiment {
  /// The experiment as the report builder knows it.
  var planned: PlannedExperiment {
    PlannedExperiment(
      name: name, question: question, metric: metric,
      arms: arms.map { arm in
        PlannedExperiment.Arm(
          label: arm.label, title: arm.title,
          preimage: Vocabulary.labbook.preimage(of: arm.configuration).fields
            .filter { $0.key != "seed" },
          seeds: seeds)
      })
  }
}

extension MetricCatalog {
  /// What this version knows of the metrics and curves that its algorithms record.
  static let labbook = MetricCatalog { metric, preimage in
    let declarations = MetricDeclaration.metrics + MetricDeclaration.curves
    guard let declaration = declarations.first(where: { $0.name == metric }) else { return nil }
    let environment = preimage["environment"] ?? ""
    var range = Vocabulary.labbook.range(ofMetric: metric, environment: environment)
    if case .fixed(let fixed) = declaration.range { range = fixed }
    let isCount = ["steps", "updates", "episodes", "rows", "operations", "parameters"]
      .contains(declaration.unit)
    let words = metric.replacing("_", with: " ").replacing(" auc", with: " AUC")
    return MetricInformation(
      title: words.prefix(1).uppercased() + words.dropFirst(), range: range,
      isLowerBetter: declaration.higherIsBetter == false, isCount: isCount)
  }
}

extension ReportTools {
  /// Finds the Python tools that `make` installs: in the lab, in the folder that labbook was built
  /// in, or on the path.
  static func find(for lab: Lab) throws -> ReportTools {
    let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    var package = executable
    for _ in 0..<4 { package.deleteLastPathComponent() }
    for root in [lab.root, package] {
      if let tools = ReportTools(environment: root.appending(path: ".venv")) { return tools }
    }
    throw MissingTools(folder: lab.root.path)
  }
}

/// The Python tools are not installed.
struct MissingTools: Error, CustomStringConvertible {
  var folder: String

  var description: String {
    "the Python tools of requirements.txt are not in \(folder)/.venv; 'make report' installs them, "
      + "or run: python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
  }
}

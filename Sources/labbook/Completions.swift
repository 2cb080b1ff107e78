import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder

/// The words that a shell offers in place of the one that is being written: names of the lab that the command would work in.
///
/// Where there is no lab, or a spec cannot be read, less is offered and nothing is said.
enum Completions {
  static let weeks = CompletionKind.custom { words, _, _ in lab(of: words)?.weeks.weekNames ?? [] }

  /// Weeks and standing reports.
  static let reports = CompletionKind.custom { words, _, _ in lab(of: words)?.weeks.names ?? [] }

  static let experiments = CompletionKind.custom { words, _, _ in
    lab(of: words)?.experimentFiles ?? []
  }

  static let experimentsAndReports = CompletionKind.custom { words, _, _ in
    lab(of: words).map { $0.experimentFiles + $0.weeks.names } ?? []
  }

  /// The arms of the experiments that stand among the words, or of all.
  static let arms = CompletionKind.custom { words, _, _ in
    guard let lab = lab(of: words) else { return [] }
    let experiments = lab.loadSpecs().experiments
    let named = experiments.filter { words.contains($0.name) }
    return Set((named.isEmpty ? experiments : named).flatMap { $0.arms.map(\.label) }).sorted()
  }

  /// Runs as far as they are written: `experiment/`, then `experiment/arm/`, then `experiment/arm/seed`.
  static let runs = CompletionKind.custom { words, _, prefix in
    lab(of: words).map { runs(in: $0, prefix) } ?? []
  }

  /// Runs as far as they are written, and reports.
  static let runsAndReports = CompletionKind.custom { words, _, prefix in
    lab(of: words).map { runs(in: $0, prefix) + (prefix.contains("/") ? [] : $0.weeks.names) } ?? []
  }

  private static func runs(in lab: Lab, _ prefix: String) -> [String] {
    let parts = prefix.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let experiment = try? lab.loadSpecs().experiment(named: parts[0]) else {
      return lab.experimentFiles.map { $0 + "/" }
    }
    return parts.count == 2
      ? experiment.arms.map { "\(experiment.name)/\($0.label)/" }
      : experiment.seeds.map { "\(experiment.name)/\(parts[1])/\($0)" }
  }

  private static func lab(of words: [String]) -> Lab? {
    if let option = words.firstIndex(of: "--lab"), words.indices.contains(option + 1) {
      return try? Lab.at(URL(filePath: words[option + 1], directoryHint: .isDirectory))
    }
    return try? Lab.find(
      from: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory))
  }
}

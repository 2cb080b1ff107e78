import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder

/// The words that a shell offers in place of the one that is being written: names of the lab that the command would work in.
///
/// Where there is no lab, or a spec cannot be read, less is offered and nothing is said.
enum Completions {
  static let weeks = CompletionKind.custom { words, _, _ in lab(of: words)?.weeks.names ?? [] }

  static let experiments = CompletionKind.custom { words, _, _ in
    lab(of: words).map(names(ofExperimentsIn:)) ?? []
  }

  static let experimentsAndWeeks = CompletionKind.custom { words, _, _ in
    lab(of: words).map { names(ofExperimentsIn: $0) + $0.weeks.names } ?? []
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
    guard let lab = lab(of: words) else { return [] }
    let parts = prefix.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let experiment = try? lab.loadSpecs().experiment(named: parts[0]) else {
      return names(ofExperimentsIn: lab).map { $0 + "/" }
    }
    return parts.count == 2
      ? experiment.arms.map { "\(experiment.name)/\($0.label)/" }
      : experiment.seeds.map { "\(experiment.name)/\(parts[1])/\($0)" }
  }

  private static func names(ofExperimentsIn lab: Lab) -> [String] {
    specPaths(inLab: lab.root).map {
      URL(filePath: $0).deletingPathExtension().lastPathComponent
    }
  }

  private static func lab(of words: [String]) -> Lab? {
    if let option = words.firstIndex(of: "--lab"), words.indices.contains(option + 1) {
      return try? Lab.at(URL(filePath: words[option + 1], directoryHint: .isDirectory))
    }
    return try? Lab.find(
      from: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory))
  }
}

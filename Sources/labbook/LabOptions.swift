import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Settings

/// The options of every command that works in a lab.
struct LabOptions: ParsableArguments {
  @Option(
    name: .customLong("lab"),
    help: ArgumentHelp("The lab's folder; by default the one that holds this.", valueName: "dir"),
    completion: .directory)
  var folder: String?

  /// The lab that was named, or that holds the current directory.
  var lab: Lab {
    get throws {
      let lab =
        try folder.map { try Lab.at(URL(filePath: $0, directoryHint: .isDirectory)) }
        ?? Lab.find(
          from: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        )
      try lab.checkStore()
      return lab
    }
  }
}

extension Lab {
  /// All experiments of the lab, resolved.
  func loadExperiments() throws -> [Experiment] {
    try ExperimentSpec.loadExperiments(inLab: root, vocabulary: .labbook)
  }
}

extension [Experiment] {
  /// The experiment called `name`; an unknown name is wrong usage.
  func experiment(named name: String) throws -> Experiment {
    guard let experiment = first(where: { $0.name == name }) else {
      throw ValidationError(unknown("experiment", name, among: map(\.name)))
    }
    return experiment
  }
}

/// The sentence for a name that stands for nothing.
func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
  let suggestions = suggestions(for: name, among: names)
  return "There is no \(kind) '\(name)'" + (suggestions.isEmpty ? "." : suggestions)
}

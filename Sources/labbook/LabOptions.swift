import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation

/// The options of every command that works in a lab.
struct LabOptions: ParsableArguments {
  @Option(
    name: .customLong("lab"),
    help: ArgumentHelp("The lab's folder; by default the one that holds this.", valueName: "dir"),
    completion: .directory, transform: givenPath)
  var folder: String?

  /// The lab that was named, or that holds the current directory, without what dead processes left in it.
  var lab: Lab {
    get throws {
      let lab = try untouchedLab
      lab.removeLeftovers()
      return lab
    }
  }

  /// The same lab, with nothing in it changed.
  var untouchedLab: Lab {
    get throws {
      var lab =
        try folder.map { try Lab.at(URL(filePath: $0, directoryHint: .isDirectory)) }
        ?? Lab.find(
          from: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        )
      try lab.useStoreOfSettings()
      try lab.checkStore()
      try lab.checkFolders()
      return lab
    }
  }
}

extension Lab {
  /// The specs of the lab, each read by itself.
  func loadSpecs() -> LabSpecs {
    ExperimentSpec.loadSpecs(inLab: root, vocabulary: .labbook, sealed: sealed)
  }
}

extension LabSpecs {
  /// The experiment called `name`.
  ///
  /// - Throws: ``UnknownName`` if there is none, or the problems of its spec.
  func experiment(named name: String) throws -> Experiment {
    try experiments(named: [name])[0]
  }

  /// The experiments called `names`, in that order.
  ///
  /// - Throws: ``UnknownName`` for the first that there is none of, or all that is wrong with their specs.
  func experiments(named names: [String]) throws -> [Experiment] {
    let known = self.names
    if let name = names.first(where: { !known.contains($0) }) {
      throw UnknownName("experiment", name, among: known)
    }
    if let error = SpecError(of: broken.filter { names.contains($0.name) }) { throw error }
    return names.compactMap { name in experiments.first { $0.name == name } }
  }
}

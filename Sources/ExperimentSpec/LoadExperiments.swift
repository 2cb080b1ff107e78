public import Foundation

/// Reads one spec file of a lab.
///
/// - Parameters:
///   - path: The file's path from the lab's folder, such as `experiments/cartpole.yaml`.
///   - files: The files of the lab.
///   - vocabulary: The names and settings that specs may use.
/// - Returns: The experiment, fully resolved.
/// - Throws: Everything that is wrong with the file and with the files it extends.
public func loadExperiment(
  at path: String, in files: SpecFiles, vocabulary: Vocabulary
) throws(SpecError) -> Experiment {
  let layers = SpecLayers(path: path, files: files)
  var reader = ExperimentReader(vocabulary: vocabulary)
  // A file that is not even YAML has no keys to check.
  let experiment = layers.root.flatMap { reader.experiment(from: $0, path: path) }
  // Without a file that is extended, there is no telling what is missing.
  let issues =
    layers.issues
    + reader.reader.issues.filter { issue in
      if case .missing = issue.problem { layers.isComplete } else { true }
    }
  guard let experiment, issues.isEmpty else { throw SpecError(issues) }
  return experiment
}

/// Reads several spec files of a lab.
///
/// - Parameters:
///   - paths: The files' paths from the lab's folder.
///   - files: The files of the lab.
///   - vocabulary: The names and settings that specs may use.
/// - Returns: The experiments in order of their names.
/// - Throws: Everything that is wrong with any of the files.
public func loadExperiments(
  at paths: [String], in files: SpecFiles, vocabulary: Vocabulary
) throws(SpecError) -> [Experiment] {
  var experiments: [Experiment] = []
  var issues: [SpecError.Issue] = []
  var pathByName: [String: String] = [:]
  for path in paths.sorted() {
    let name = experimentName(ofSpec: path)
    if let other = pathByName.updateValue(path, forKey: name) {
      issues.append(.init(.sameName(other: other), of: "", at: .init(path: path)))
    }
    do throws(SpecError) {
      experiments.append(try loadExperiment(at: path, in: files, vocabulary: vocabulary))
    } catch {
      issues += error.issues
    }
  }
  guard issues.isEmpty else { throw SpecError(issues) }
  return experiments.sorted { $0.name < $1.name }
}

/// Reads every spec of a lab.
///
/// - Parameters:
///   - lab: The lab's folder.
///   - vocabulary: The names and settings that specs may use.
/// - Returns: The experiments in order of their names.
/// - Throws: Everything that is wrong with any of the files.
public func loadExperiments(
  inLab lab: URL, vocabulary: Vocabulary
) throws(SpecError) -> [Experiment] {
  try loadExperiments(at: specPaths(inLab: lab), in: SpecFiles(lab: lab), vocabulary: vocabulary)
}

/// The specs of a lab: the YAML files directly in its folder `experiments`, by their paths from the
/// lab's folder, sorted.
///
/// Files in folders below are no experiments; others may extend them.
public func specPaths(inLab lab: URL) -> [String] {
  let folder = lab.appending(path: "experiments").path
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
    .map { "experiments/\($0)" }.sorted()
}

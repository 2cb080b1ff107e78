public import Foundation
public import ResultStore

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
  guard var experiment, issues.isEmpty else {
    throw SpecError(issues.map { $0.found(reading: path) })
  }
  experiment.inputStates = files.inputStates
  return experiment
}

/// The specs of a lab: the experiments in them, and those that cannot be read.
///
/// A spec that is still being written does not keep the others from being run.
public struct LabSpecs: Sendable {
  /// The experiments in order of their names.
  public let experiments: [Experiment]
  /// The specs that cannot be read, in order of their names.
  public let broken: [BrokenSpec]

  /// The names of all, readable or not.
  public var names: [String] { (experiments.map(\.name) + broken.map(\.name)).sorted() }

  /// Everything that is wrong, or `nil` if all can be read.
  public var error: SpecError? { SpecError(of: broken) }
}

/// A spec that cannot be read, or several that claim one name.
public struct BrokenSpec: Sendable {
  /// The name of the experiment that it would be.
  public let name: String
  /// The path of the file from the lab's folder, the first if there are several.
  public let path: String
  /// The problems of the spec.
  public let error: SpecError
}

extension SpecError {
  /// Everything that is wrong with some specs; `nil` if there are none.
  public init?(of broken: some Collection<BrokenSpec>) {
    guard !broken.isEmpty else { return nil }
    self.init(broken.flatMap(\.error.issues))
  }
}

/// Reads several spec files of a lab, each by itself.
///
/// - Parameters:
///   - paths: The files' paths from the lab's folder.
///   - files: The files of the lab.
///   - vocabulary: The names and settings that specs may use.
/// - Returns: The experiments, and what is wrong with the files that hold none.
public func loadSpecs(
  at paths: [String], in files: SpecFiles, vocabulary: Vocabulary
) -> LabSpecs {
  var experiments: [Experiment] = []
  var broken: [BrokenSpec] = []
  let pathsByName = Dictionary(grouping: paths.sorted(), by: experimentName(ofSpec:))
  for (name, paths) in pathsByName.sorted(by: { $0.key < $1.key }) {
    var issues = paths.dropFirst().map { path in
      SpecError.Issue(.sameName(other: paths[0]), of: "", at: .init(path: path))
    }
    var read: [Experiment] = []
    for path in paths {
      do throws(SpecError) {
        read.append(try loadExperiment(at: path, in: files, vocabulary: vocabulary))
      } catch {
        issues += error.issues
      }
    }
    if issues.isEmpty {
      experiments += read
    } else {
      broken.append(BrokenSpec(name: name, path: paths[0], error: SpecError(issues)))
    }
  }
  return LabSpecs(experiments: experiments.sorted { $0.name < $1.name }, broken: broken)
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
  let specs = loadSpecs(at: paths, in: files, vocabulary: vocabulary)
  if let error = specs.error { throw error }
  return specs.experiments
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

/// Reads every spec of a lab, each by itself.
///
/// - Parameters:
///   - lab: The lab's folder.
///   - vocabulary: The names and settings that specs may use.
///   - sealed: What the command has read already; nil to read afresh.
/// - Returns: The experiments, and what is wrong with the files that hold none.
public func loadSpecs(
  inLab lab: URL, vocabulary: Vocabulary, sealed: SealedFiles? = nil
) -> LabSpecs {
  let files = SpecFiles(lab: lab, sealed: sealed)
  do throws(StoreError) {
    return loadSpecs(at: try listedSpecs(inLab: lab), in: files, vocabulary: vocabulary)
  } catch {
    // What cannot be looked for must not be taken for nothing.
    var reason = "\(error)"
    if case .cannot(_, _, let words) = error { reason = words }
    let issue = SpecError.Issue(
      .unreadable(reason: reason), of: "", at: .init(path: specFolder))
    return LabSpecs(
      experiments: [],
      broken: [BrokenSpec(name: specFolder, path: specFolder, error: SpecError([issue]))])
  }
}

/// The specs of a lab: the YAML files directly in its folder `experiments`, by their paths from the
/// lab's folder, sorted.
///
/// Files in folders below are no experiments; others may extend them. A folder that cannot be listed has none here;
/// ``loadSpecs(inLab:vocabulary:sealed:)`` tells why.
public func specPaths(inLab lab: URL) -> [String] { (try? listedSpecs(inLab: lab)) ?? [] }

/// The folder of specs.
private let specFolder = "experiments"

private func listedSpecs(inLab lab: URL) throws(StoreError) -> [String] {
  try DurableFiles.names(in: lab.appending(path: specFolder).path)
    .filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
    .map { "\(specFolder)/\($0)" }.sorted()
}

import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder
import ResultStore

/// The memory of a lab that its store keeps between commands of one build of labbook.
extension Lab {
  /// Facts that tell this build of labbook from others.
  private static let program = ProgramFile.identity(at: executablePath)

  private static var executablePath: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path(percentEncoded: false)
  }

  /// The records that were checked, by this command and by those before it.
  func checkedRecords() -> CheckedRecords { CheckedRecords(of: store, program: Self.program) }

  /// Remembers the digest of this program, which takes as long to compute as a thousand records.
  func rememberExecutable() {
    let checked = checkedRecords()
    _ = checked.executable { ProvenanceSources.executableDigest }
    checked.save()
  }

  /// The statistics that were computed, by this command and by those before it.
  func rememberedAnswers() -> RememberedAnswers {
    RememberedAnswers(of: store, program: Self.program)
  }

  /// The experiments as they were when all specs were last read; nil if a spec has changed since.
  func rememberedPlan() -> RememberedPlan? {
    RememberedPlan(
      in: store, lab: root.path(percentEncoded: false), program: Self.program,
      specs: specPaths(inLab: root), sealed: sealed)
  }

  /// Remembers what specs say, if it may be remembered.
  func remember(_ specs: LabSpecs, as planned: [PlannedExperiment]) {
    let mayBeKept = specs.broken.isEmpty && specs.experiments.allSatisfy(\.warnings.isEmpty)
    RememberedPlan.keep(
      mayBeKept ? planned : nil, files: specFilesRead, in: store,
      lab: root.path(percentEncoded: false), program: Self.program, sealed: sealed)
  }

  /// The inputs of external trainers as they are now, as ``PlannedExperiment/inputs`` has them, by the names of the
  /// experiments; none for a spec that cannot be read, or whose inputs cannot.
  func inputs(of names: Set<String>) -> [String: String] {
    let experiments = loadSpecs().experiments.map(\.planned).filter { names.contains($0.name) }
    return Dictionary(
      uniqueKeysWithValues: experiments.compactMap { experiment in
        experiment.inputs.map { (experiment.name, $0) }
      })
  }

  /// The paths of the specs that this command has read, and of what they extend, relative to the lab.
  var specFilesRead: [String] {
    let folder = root.path(percentEncoded: false)
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return sealed.paths.filter {
      $0.hasPrefix(prefix) && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml"))
    }
    .map { String($0.dropFirst(prefix.count)) }.sorted()
  }
}

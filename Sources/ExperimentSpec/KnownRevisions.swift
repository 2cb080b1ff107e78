internal import Algorithms
internal import NeuralNetworks
public import ResultStore
internal import Settings

extension Vocabulary {
  /// Returns the components of a preimage that are not of this version: with revisions above its own, or unknown
  /// to it.
  ///
  /// Lower revisions are history and are none of these.
  ///
  /// - Parameter fields: The fields of a run, or of an arm.
  /// - Returns: For each such component the end of a sentence that begins with the run.
  public func newerComponents(in fields: [String: String]) -> [String] {
    let part = self[World(ofKey: fields)]
    var findings: [String] = []
    let revisions = fields.filter { $0.key.hasPrefix("revision.") }
    for (field, made) in revisions.sorted(by: { $0.key < $1.key }) {
      guard let known = revision(field, in: part) else {
        findings.append(
          "was made with \(field) \(made), a component that this version does not have")
        continue
      }
      guard let number = Int(made), "\(number)" == made, number >= 0 else {
        findings.append("was made with \(field) '\(made)', which is no revision")
        continue
      }
      if number > known {
        findings.append("was made with \(field) \(made), and this version has \(known)")
      }
    }
    return findings
  }

  /// Whether this version can execute the runs of an arm again, and those that they start from.
  public func canExecute(_ arm: ArmPreimage) -> Bool {
    let isLinked = ArmPreimage.stageFields.allSatisfy {
      arm.fields[$0] == nil || arm.stages[$0] != nil
    }
    return isLinked && (try? configuration(of: arm.run(seed: 0))) != nil
      && arm.stages.values.allSatisfy(canExecute)
  }

  /// This version's revision of the component that a field names; nil if it has no such component.
  private func revision(_ field: String, in part: WorldVocabulary) -> Int? {
    func name(after prefix: String) -> String? {
      field.hasPrefix(prefix) ? String(field.dropFirst(prefix.count)) : nil
    }
    if field == "revision.kernels" { return kernelsRevision }
    if field == "revision.tokenizer" {
      return part.world == .languageTasks ? tokenizerRevision : nil
    }
    if let name = name(after: "revision.algorithm.") {
      return part.algorithm(named: name)?.revision
    }
    if let name = name(after: "revision.network.") {
      return name == part.network.name ? part.network.revision : nil
    }
    return name(after: part.world.revisionPrefix).flatMap { part.task(named: $0)?.revision }
  }
}

internal import ResultStore

extension ChangedField {
  /// Returns the fields of the key in which two versions of an arm differ, sorted by name.
  ///
  /// Where a stage differs, such as the arm that `start` names, the fields that differ in the stage are
  /// listed with its name before them, `start.algorithm.learning_rate`, and the stage itself by label if
  /// it is called something else.
  ///
  /// - Parameters:
  ///   - old: The older version.
  ///   - new: The newer version.
  ///   - labels: The labels of the arms of the older and the newer experiment, by digest.
  /// - Returns: A field with its value in either version, nil where a version lacks it.
  static func between(
    _ old: ArmPreimage, _ new: ArmPreimage, labels: (old: [String: String], new: [String: String])
  ) -> [ChangedField] {
    Set(old.fields.keys).union(new.fields.keys).sorted().flatMap { name -> [ChangedField] in
      let (former, latter) = (old.fields[name], new.fields[name])
      guard former != latter else { return [] }
      guard ArmPreimage.stageFields.contains(name) else {
        return [ChangedField(name: name, old: former, new: latter)]
      }
      let stage = ChangedField(
        name: name, old: former.map { labels.old[$0] ?? short($0) },
        new: latter.map { labels.new[$0] ?? short($0) })
      guard let oldStage = old.stages[name], let newStage = new.stages[name] else { return [stage] }
      let fields = between(oldStage, newStage, labels: labels).map { field in
        ChangedField(name: "\(name).\(field.name)", old: field.old, new: field.new)
      }
      return (stage.old == stage.new ? [] : [stage]) + fields
    }
  }

  /// The first digits of the digest of an arm that is in no lock at hand.
  private static func short(_ digest: String) -> String { String(digest.prefix(12)) }
}

extension LockedExperiment? {
  /// The labels of the arms, by the digest of their settings.
  var labels: [String: String] {
    // Of two arms with the same settings, the first.
    Dictionary((self?.arms ?? []).map { ($0.identity.digest, $0.label) }) { first, _ in first }
  }
}

internal import CanonicalJSON
internal import ResultStore

extension LockDifference {
  /// The diff as JSON, every number at full precision.
  public var json: String {
    JSONValue.object([
      .init("old", .string(oldName)),
      .init("new", .string(newName)),
      .init("has_changes", .boolean(hasChanges)),
      .init("tested_rows", .integer(testedRows)),
      .init("experiments", .array(experiments.map(\.json))),
    ]).text + "\n"
  }
}

extension ExperimentDifference {
  fileprivate var json: JSONValue {
    .object([
      .init("name", .string(name)),
      .init("presence", .string(presence.rawValue)),
      .init("arms", .array(arms.map(\.json))),
    ])
  }
}

extension ArmDifference {
  fileprivate var json: JSONValue {
    .object([
      .init("old_label", oldLabel.map(JSONValue.string) ?? .null),
      .init("new_label", newLabel.map(JSONValue.string) ?? .null),
      .init("presence", .string(presence.rawValue)),
      .init("renamed", .boolean(isRenamed)),
      .init("old_seeds", .integer(oldSeeds)),
      .init("new_seeds", .integer(newSeeds)),
      .init("common_seeds", .integer(commonSeeds)),
      .init("same_records", .boolean(hasSameRecords)),
      .init(
        "changed_fields",
        .array(
          changedFields.map { field in
            .object([
              .init("name", .string(field.name)),
              .init("old", field.old.map(JSONValue.string) ?? .null),
              .init("new", field.new.map(JSONValue.string) ?? .null),
            ])
          })),
      .init("metrics", .array(metrics.map(\.json))),
    ])
  }
}

extension MetricDifference {
  fileprivate var json: JSONValue {
    func number(_ value: Double?) -> JSONValue {
      // JSON has no number for what is not finite, and nothing is something else.
      value.map { $0.isFinite ? .number($0) : .string(CanonicalText.number($0)) } ?? .null
    }
    return .object([
      .init("metric", .string(metric)),
      .init("old", number(old)),
      .init("new", number(new)),
      .init("old_all_seeds", number(ofAllSeeds?.old)),
      .init("new_all_seeds", number(ofAllSeeds?.new)),
      .init("difference", number(change?.difference)),
      .init("lower", number(change?.lower)),
      .init("upper", number(change?.upper)),
      .init("adjusted_p", number(change?.adjustedP)),
      .init("margin", number(margin)),
      .init("verdict", verdict.map { .string($0.rawValue) } ?? .null),
    ])
  }
}

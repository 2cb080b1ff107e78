public import Metrics

extension MetricDeclaration {
  /// The names that runs on a task have in place of this one: its own, or those of the family's members.
  ///
  /// - Parameters:
  ///   - traits: The traits of the task.
  ///   - samples: The completions that an evaluation samples for each prompt.
  /// - Returns: The names; none where no run on the task has it.
  public func names(on traits: TaskTraits, samples: Int) -> [String] {
    switch presence {
    case .heldOutLevels where traits.heldOutLevels.isEmpty: return []
    case .twins where !traits.hasTwins: return []
    case .exactRewards where !traits.hasExactRewards: return []
    default: break
    }
    return switch family {
    case nil: [name]
    case .level: (traits.levels + traits.heldOutLevels).map { prefix + $0 }
    case .component: traits.rewardComponents.map { prefix + $0 }
    case .hack: traits.hacks.map { prefix + $0 }
    case .baseline: AuditSettings.baselines.map { prefix + $0.rawValue }
    case .samples: (0...10).map { 1 << $0 }.filter { $0 <= samples }.map { prefix + "\($0)" }
    }
  }
}

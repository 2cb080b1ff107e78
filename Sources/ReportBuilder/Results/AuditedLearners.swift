internal import Notebook
internal import ResultStore
internal import Settings

/// The arms of an experiment that train with estimates which audits measure.
struct AuditedLearners {
  /// In the order of the experiment.
  let learners: [Learner]
  /// The titles of trained arms whose estimate no audit is of.
  let leftOut: [String]

  /// A trained arm whose estimate some audit measures.
  struct Learner {
    var arm: LockedArm
    var baseline: String
    /// The completions or episodes of a group in training.
    var trainedSize: Int
    /// The measured size of groups in each audit; nil where that is of another estimate.
    var sizes: [Int?]
  }

  /// Settings that an estimate depends on beside baseline and group size: an audit is of the arms that share them.
  private static let shared = ["scale", "credit", "length_normalizer", "discount"]

  /// ``shared`` within a sentence.
  static var sharedWords: String {
    listed(shared.map { $0.replacing("_", with: " ") })
  }

  /// Joins arms with audits; nil if nothing is joined, or an audit lacks the size of an arm's groups, which is
  /// reported.
  ///
  /// - Parameters:
  ///   - training: The experiment that trains.
  ///   - audits: Those of `experiment`.
  ///   - experiment: The experiment that audits.
  ///   - baselines: The baselines joined; nil for all.
  ///   - metrics: The scores that an arm must have.
  ///   - position: The place of what names the experiment that trains.
  ///   - names: The look-up that faults are reported to.
  init?(
    _ training: LockedExperiment, audits: [AuditedArm], of experiment: LockedExperiment,
    baselines: Set<String>?, metrics: [String], at position: SourcePosition,
    names: inout NameResolution
  ) {
    var (learners, leftOut): ([Learner], [String]) = ([], [])
    for arm in training.arms where metrics.allSatisfy({ arm.measures($0) }) {
      guard let baseline = arm.preimage["algorithm.baseline"],
        baselines?.contains(baseline) ?? true
      else { continue }
      let size = arm.preimage["algorithm.group_size"].flatMap { Int($0) } ?? 1
      let isOfArm = audits.map { $0.baselines.contains(baseline) && Self.shares($0, with: arm) }
      let sizes = zip(audits, isOfArm).map { audit, isOfArm in
        isOfArm ? audit.groupSize(for: size) : nil
      }
      for (index, audit) in audits.enumerated() where isOfArm[index] && sizes[index] == nil {
        names.report(
          "'\(training.name)/\(arm.label)' trains with groups of \(size), and the audit "
            + "'\(experiment.name)/\(audit.arm.label)' measures those of "
            + listed(audit.groupSizes.map(String.init)), at: position)
        return nil
      }
      if isOfArm.contains(true) {
        learners.append(
          Learner(arm: arm, baseline: baseline, trainedSize: size, sizes: sizes))
      } else {
        leftOut.append(arm.title)
      }
    }
    guard !learners.isEmpty else {
      names.report(
        "no arm of '\(training.name)' trains with an estimate that '\(experiment.name)' audits: the same "
          + "baseline, \(Self.sharedWords)", at: position)
      return nil
    }
    self.learners = learners
    self.leftOut = leftOut
  }

  /// Whether an audit is of the estimate of an arm, but for its baseline.
  private static func shares(_ audit: AuditedArm, with arm: LockedArm) -> Bool {
    shared.allSatisfy { setting in
      guard let own = arm.preimage["algorithm.\(setting)"], let audited = audit.setting(setting)
      else { return true }
      return own == audited
    }
  }
}

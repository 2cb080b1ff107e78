internal import Algorithms
internal import Settings

extension ExperimentReader {
  /// Reports a sweep of a language task that would be measured on the prompts that reports are about, and a
  /// stage that is measured on others than its experiment.
  ///
  /// The episodes of an environment come from the replicate seed, so there a sweep has others with seeds
  /// of its own; the prompts of a language task are the same for all seeds.
  ///
  /// - Parameters:
  ///   - file: The whole spec, what it extends merged below it.
  ///   - common: The settings that all arms share.
  ///   - varied: The settings that the arms differ in: to sweep these is to compare, not to choose. Step sizes are
  ///     chosen all the same.
  mutating func checkSplit(
    in file: SpecReader.Section, _ common: RunConfiguration, varied: [String]
  ) {
    guard common.world == .languageTasks, case .choice(let split) = common.evaluation["split"]
    else {
      return
    }
    let evaluation = file["evaluation"]
    let written = evaluation?.value.entry("split")
    // A split that there is not is reported as such.
    if let written, written.value.scalar != split { return }
    for stage in file["stages"]?.value.entries ?? [] {
      guard let own = stage.value.entry("evaluation")?.value.entry("split"),
        let found = own.value.scalar, found != split
      else { continue }
      reader.report(
        .conflict(
          "stages and arms of an experiment are evaluated on one split, and its evaluation has 'split: \(split)'; leave the key out, or write it there"
        ), of: "stages.\(stage.key).evaluation.split", at: own.keyPosition)
    }
    let compared = Set(varied).subtracting(["learning_rate", "value_learning_rate"])
    let chosen = (file["arms"]?.value.entries ?? []).filter { arm in
      guard let sweep = arm.value.entry("sweep")?.value else { return false }
      return !(sweep.entries ?? []).allSatisfy { compared.contains($0.key) }
    }
    guard split == "test", let first = chosen.first else { return }
    reader.report(
      .conflict(
        "arm '\(first.key)' has a sweep, and what is chosen by the test prompts cannot be judged by them; write 'evaluation: {split: validation}', or name in 'vary' what is swept to be compared, which no step size is"
      ), of: "evaluation.split",
      at: written?.value.position ?? evaluation?.keyPosition ?? file.position)
  }
}

internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Tensors

extension LanguageRun {
  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try ledger.passState(through: &archive)
    // Two sequences pass at least, those of a pair.
    let largestBatch = max(2, chunk) * policySettings.context
    try rewardModel?.passState(through: &archive, largestBatch: largestBatch)
    // Those of models in training are passed with their optimizers, and the start is what the run starts from.
    for model in addedReferences { try model.parameters.passState(through: &archive) }
    for transformer in [policy, value?.transformer, reference].compactMap(\.self)
      + addedReferences.map(\.transformer)
    {
      try transformer.passBufferSizes(through: &archive, largestBatch: largestBatch)
    }
    try archive.pass("next_prompt", &nextPrompt, in: indices(since: nextPrompt))
    try archive.pass("dropped_rewards", &droppedRewards)
    try archive.pass("last_sound", &lastSound, count: parameters.values.count)
    // The initial model was evaluated.
    try archive.require(lastSound != nil, "its field last_sound is missing")
    try passSamples(through: &archive)
  }

  private func passSamples(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    var count = samples.count
    try archive.pass("samples", &count, in: 0...Int(Int32.max))
    if archive.isReading { samples = [] }
    for index in 0..<count {
      var sample =
        archive.isReading
        ? TrainingSample(
          step: 0, level: "", prompt: "", completion: "", reward: 0, isCorrect: false,
          isTruncated: false, kind: "") : samples[index]
      try sample.passState(through: &archive, budget: state.budget)
      try archive.require(
        task.levels.contains { $0.name == sample.level },
        "its field sample.level names \(sample.level), which is no level of the task")
      if archive.isReading { samples.append(sample) }
    }
  }
}

extension TrainingSample {
  /// Passes the sample of a run of a budget through an archive.
  fileprivate mutating func passState(
    through archive: inout CheckpointArchive, budget: Int
  ) throws(CheckpointProblem) {
    try archive.pass("sample.step", &step, in: 0...budget)
    try archive.pass("sample.level", &level)
    try archive.pass("sample.prompt", &prompt)
    try archive.pass("sample.completion", &completion)
    try archive.pass("sample.reward", &reward)
    try archive.pass("sample.is_correct", &isCorrect)
    try archive.pass("sample.is_truncated", &isTruncated)
    try archive.pass("sample.kind", &kind)
    try archive.require(
      kind == "greedy" || kind == "sampled",
      "its field sample.kind is \(kind), expected greedy or sampled")
  }
}

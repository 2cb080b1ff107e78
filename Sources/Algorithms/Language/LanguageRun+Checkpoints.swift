internal import Checkpoints
import NeuralNetworks
import Tensors

extension LanguageRun {
  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try ledger.passState(through: &archive)
    try rewardModel?.passState(through: &archive)
    // Those of models in training are passed with their optimizers, and the start is what the run starts from.
    for model in addedReferences { try model.parameters.passState(through: &archive) }
    for transformer in [policy, value?.transformer, reference].compactMap(\.self)
      + addedReferences.map(\.transformer)
    {
      try transformer.passBufferSizes(through: &archive)
    }
    try archive.pass("next_prompt", &nextPrompt)
    try archive.pass("dropped_rewards", &droppedRewards)
    try archive.pass("last_sound", &lastSound, count: parameters.values.count)
    try passSamples(through: &archive)
  }

  private func passSamples(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    var count = samples.count
    try archive.pass("samples", &count)
    if archive.isReading { samples = [] }
    for index in 0..<count {
      var sample =
        archive.isReading
        ? TrainingSample(
          step: 0, level: "", prompt: "", completion: "", reward: 0, isCorrect: false,
          isTruncated: false, kind: "") : samples[index]
      try sample.passState(through: &archive)
      if archive.isReading { samples.append(sample) }
    }
  }
}

extension TrainingSample {
  /// Passes the sample through an archive.
  fileprivate mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("sample.step", &step)
    try archive.pass("sample.level", &level)
    try archive.pass("sample.prompt", &prompt)
    try archive.pass("sample.completion", &completion)
    try archive.pass("sample.reward", &reward)
    try archive.pass("sample.is_correct", &isCorrect)
    try archive.pass("sample.is_truncated", &isTruncated)
    try archive.pass("sample.kind", &kind)
  }
}

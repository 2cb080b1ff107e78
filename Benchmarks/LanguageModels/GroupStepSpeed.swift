import Algorithms
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// Seconds of whole steps of GRPO: sample groups, score, estimate advantages, update.
///
/// The network has S's extents with Llama's architecture, as the one that TRL gets. A completion is paid the
/// share of its tokens that are even, which costs nothing to compute on either side.
func measureGroupSteps(_ command: Command) throws -> String {
  var settings = TransformerSettings()
  (settings.layers, settings.width, settings.heads, settings.context) = (4, 128, 4, 128)
  let parameters = ParameterSet()
  let transformer = Transformer(
    settings: settings, vocabulary: vocabularySize, head: .tokens, parameters: parameters)
  let streams = RandomStreams(identity: "benchmark", replicateSeed: 1)
  transformer.initialize(streams: streams)
  let optimizer = Adam(parameters)
  let sampler = Generator(transformer)
  let groups = try command.number("prompts", default: 8)
  let members = try command.number("group", default: 8)
  let promptLength = try command.number("prompt", default: 16)
  let newTokens = try command.number("new", default: 64)
  var axes = PolicyGradientSettings()
  axes.credit = .trajectory
  axes.baseline = .groupMean
  axes.scale = .groupStd
  axes.scaleEpsilon = 1e-4
  axes.discount = 1
  var average = MovingAverage(decay: 0.9)
  var generator = streams.generator(for: .start, 0)
  var tokens = 0

  func step() {
    let prompts = (0..<groups).flatMap { _ -> [[Int32]] in
      let prompt = (0..<promptLength).map { _ in
        Int32(generator.nextIndex(below: vocabularySize))
      }
      return [[Int32]](repeating: prompt, count: members)
    }
    let uniforms = (0..<prompts.count * newTokens).map { _ in generator.nextUnitFloat() }
    let completions = sampler.generate(
      prompts: prompts, longest: newTokens, endToken: -1,
      uniform: { row, step in uniforms[row * newTokens + step] })
    let sequences = (0..<groups).map { group in
      (0..<members).map { member in
        let completion = completions[group * members + member]
        var rewards = [Double](repeating: 0, count: completion.tokens.count)
        let even = completion.tokens.count { $0.isMultiple(of: 2) }
        rewards[rewards.count - 1] = Double(even) / Double(rewards.count)
        return SequenceRewards(rewards: rewards)
      }
    }
    let batch = BatchRewards(sequences)
    let estimates = AdvantageEstimation(settings: axes).estimates(of: batch, average: &average)
    let advantages = batch.sequences.map { estimates.advantages[$0] }
    tokens = completions.reduce(0) { $0 + $1.tokens.count }
    let weight = 1 / Float(tokens)
    parameters.zeroGradients()
    let chunk = transformer.preferredChunk(length: promptLength + newTokens)
    for start in stride(from: 0, to: prompts.count, by: chunk) {
      let range = start..<min(start + chunk, prompts.count)
      var batch = TokenBatch()
      for row in range {
        batch.append(prompts[row] + completions[row].tokens, firstScored: promptLength)
      }
      transformer.forward(batch)
      let count = batch.scoredCount
      var gradient = [Float](repeating: 0, count: count)
      let loss = surrogateLoss(
        logProbabilities: transformer.logProbabilities.array(rows: count),
        oldLogProbabilities: range.flatMap { completions[$0].logProbabilities },
        advantages: range.flatMap { advantages[$0].map { Float($0) } },
        weights: [Float](repeating: weight, count: count), count: count,
        surrogate: .clipped(0.2), gradient: &gradient)
      precondition(loss.approximateKLSum == 0, "a ratio is not 1 on the batch that was sampled")
      transformer.logProbabilityGradients.copy(from: gradient)
      transformer.entropyGradients.copy(from: [Float](repeating: 0, count: count))
      transformer.backward()
    }
    clipGradients(of: parameters, toGlobalNorm: 1)
    optimizer.update(learningRate: 1e-6)
  }

  step()
  let seconds = medianSeconds(of: try command.number("steps", default: 3), step)
  return json([
    ("tokens", Double(tokens)), ("seconds", seconds), ("peak_bytes", Double(peakMemory())),
    ("parameters", Double(transformer.parameterCount)),
  ])
}

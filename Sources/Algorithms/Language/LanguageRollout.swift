import LanguageTasks
import NeuralNetworks
import SeededRandom

/// A completion that was sampled for training, with its reward.
struct Response {
  var completion: Completion
  /// The completion as text, without the end token.
  var text: String
  /// The reward by the task's rule, with its components.
  var reward: TaskReward
  /// The reward that training maximizes: the rule's total, or the reward model's.
  var paidReward: Double
}

/// A prompt with the completions that were sampled for it.
struct PromptGroup {
  var example: TaskExample
  /// The prompt's tokens.
  var prompt: [Int32]
  var members: [Response]
  /// The greedy completion of the same prompt, if one was asked for.
  var greedy: Response?
}

extension LanguageRun {
  /// Returns the tokens of a text of the task.
  ///
  /// - Precondition: The task's vocabulary holds it.
  func encoded(_ text: String) -> [Int32] {
    do { return try tokenizer.encode(text) } catch {
      preconditionFailure("the task \(taskName) wrote what its vocabulary lacks: \(error)")
    }
  }

  /// Samples completions of the next `count` training prompts, and returns them, or none if the budget
  /// cuts the batch off.
  ///
  /// The k-th training prompt and the noise of its members are the same for all arms with this seed.
  /// A batch that does not fit into what is left of the budget uses it up and is dropped as a whole:
  /// the completions of it that are complete are the short ones.
  ///
  /// - Parameters:
  ///   - count: The prompts.
  ///   - size: Sampled completions of each.
  ///   - greedy: Whether each has a greedy completion beside them, which the budget pays for.
  ///   - sampling: How tokens are drawn.
  ///   - score: Which distribution's log-probabilities are stored.
  /// - Returns: The groups, in the order of their prompts.
  /// - Throws: If the reward model computes something that is not finite.
  func collect(
    prompts count: Int, size: Int, greedy: Bool = false, sampling: SamplingSettings,
    score: SamplingScore = .full
  ) throws(TrainingError) -> [PromptGroup] {
    enter(.rollout)
    let first = nextPrompt
    nextPrompt += count
    let examples = (first..<(first + count)).map { task.trainingExample($0) }
    let prompts = examples.map { encoded($0.prompt) }
    let sampled = try generate(
      prompts.flatMap { Array(repeating: $0, count: size) }, sampling: sampling, score: score
    ) { row in (first + row / size, row % size) }
    var greedySampling = sampling
    greedySampling.greedy = true
    let best =
      greedy
      ? try generate(prompts, sampling: greedySampling, score: .full) {
        (first + $0, RandomStreams.greedyMember)
      }
      : []
    let used = (sampled + best).reduce(0) { $0 + $1.tokens.count }
    let isDropped = used > remaining
    countGeneration(
      of: prompts.indices.map { index in
        Array(sampled[(index * size)..<((index + 1) * size)]) + (greedy ? [best[index]] : [])
      }, prompts: prompts, tokens: min(used, remaining))
    spend(min(used, remaining))

    var groups = examples.indices.map { index in
      PromptGroup(
        example: examples[index], prompt: prompts[index],
        members: sampled[(index * size)..<((index + 1) * size)].map {
          response($0, to: examples[index])
        }, greedy: greedy ? response(best[index], to: examples[index]) : nil)
    }
    if isDropped {
      log.droppedSteps += used
      droppedRewards = groups.flatMap { $0.members.map(\.reward.total) }
      return []
    }
    try finishCollection()
    try payByModel(&groups)
    for group in groups {
      for member in group.members { log.recordEpisode(return: member.reward.total) }
    }
    return groups
  }

  /// Samples a completion of each prompt; the stream of a row is named by its prompt and member.
  private func generate(
    _ prompts: [[Int32]], sampling: SamplingSettings, score: SamplingScore,
    stream: (_ row: Int) -> (prompt: Int, member: Int)
  ) throws(TrainingError) -> [Completion] {
    try generator.generate(
      prompts: prompts, longest: task.longestCompletion, endToken: tokenizer.endToken,
      sampling: sampling, score: score,
      uniform: { row, step in
        let (prompt, member) = stream(row)
        var generator = streams.generator(for: .actions, prompt, member, step)
        return generator.nextUnitFloat()
      }, lookingUp: { () throws(TrainingError) in try state.lookUp(from: .update) })
  }

  /// Returns a completion with its reward by the task's rule.
  func response(_ completion: Completion, to example: TaskExample) -> Response {
    let judged = task.judge(completion.tokens, answering: example)
    return Response(
      completion: completion, text: judged.text, reward: judged.reward,
      paidReward: judged.reward.total)
  }

  /// Replaces the paid rewards by the reward model's, if there is one.
  private func payByModel(_ groups: inout [PromptGroup]) throws(TrainingError) {
    guard let rewardModel else { return }
    let sequences = groups.flatMap { group in
      (group.members + [group.greedy].compactMap(\.self)).map {
        (prompt: group.prompt, completion: $0.completion.tokens)
      }
    }
    let rewards = try rewardModel.rewards(of: sequences, run: self, from: .update)
    for reward in rewards { try requireFinite(reward, "reward model's output") }
    var next = 0
    for group in groups.indices {
      for member in groups[group].members.indices {
        groups[group].members[member].paidReward = rewards[next]
        next += 1
      }
      if groups[group].greedy != nil {
        groups[group].greedy?.paidReward = rewards[next]
        next += 1
      }
    }
  }

  /// Returns the diagnostics of the policy that sampled a batch of groups, by curve name.
  func diagnostics(of groups: [PromptGroup]) -> Diagnostics {
    let members = groups.flatMap(\.members)
    guard let first = members.first else { return [] }
    func mean(_ value: (Response) -> Double) -> Double {
      members.reduce(0) { $0 + value($1) } / Double(members.count)
    }
    var diagnostics: Diagnostics = [
      ("training_reward", mean(\.reward.total)),
      ("response_length", mean { Double($0.completion.tokens.count) }),
      ("truncated_fraction", mean { $0.completion.isTruncated ? 1 : 0 }),
    ]
    for (index, component) in first.reward.components.enumerated() {
      diagnostics.append(
        ("training_reward_\(component.name)", mean { $0.reward.components[index].value }))
    }
    if rewardModel != nil {
      diagnostics.append(("training_proxy_reward", mean(\.paidReward)))
    }
    return diagnostics
  }
}

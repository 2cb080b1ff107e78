import LanguageTasks

/// The prompts that a run is evaluated on, those of one split, generated and encoded once.
struct TestPrompts {
  /// One test prompt.
  struct Prompt {
    var example: TaskExample
    var tokens: [Int32]
  }

  /// Prompts of every level, held-out ones included, by the index of the level.
  let levels: [[Prompt]]
  /// Pairs of prompts of the same form, of which the second is the first with another solution.
  let twins: [(original: Prompt, perturbed: Prompt)]

  /// Generates the prompts, each of a level once.
  ///
  /// - Parameters:
  ///   - run: Whose task they come from.
  ///   - perLevel: How many of each level, or all that a search four times as long finds; as many twins in all.
  /// - Throws: If training is to end.
  init(of run: LanguageRun, perLevel: Int) throws(TrainingError) {
    let split = run.evaluation.split
    func prompt(_ example: TaskExample) -> Prompt {
      Prompt(example: example, tokens: run.encoded(example.prompt))
    }
    var levels: [[Prompt]] = []
    for level in run.task.levels.indices {
      var seen: Set<String> = []
      var prompts: [Prompt] = []
      for index in 0..<(4 * perLevel + 100) where prompts.count < perLevel {
        try run.lookUp()
        let example = run.task.evaluationExample(split, level: level, index)
        if seen.insert(example.prompt).inserted { prompts.append(prompt(example)) }
      }
      levels.append(prompts)
    }
    self.levels = levels
    var twins: [(original: Prompt, perturbed: Prompt)] = []
    for index in 0..<perLevel {
      try run.lookUp()
      if let twin = run.task.perturbedExample(of: index, in: split) {
        twins.append((prompt(twin.original), prompt(twin.perturbed)))
      }
    }
    self.twins = twins
  }
}

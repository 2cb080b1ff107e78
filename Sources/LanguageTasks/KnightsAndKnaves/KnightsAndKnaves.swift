internal import SeededRandom
public import Settings

/// Puzzles about people who are knights, who say what is true, or knaves, who say what is false.
///
/// Puzzles have exactly one solution and are drawn by mem-kk-logic's rules, which are Logic-RL's; the
/// rule that rewards is Logic-RL's, ``KnightsAndKnavesReward``. Levels are numbers of people.
///
/// *Splits*: every puzzle is a training, a validation or a test puzzle by its own ``Puzzle/split``, which
/// is the same for its versions under other names or in another order of people. So no training prompt is
/// a prompt of an evaluation, whatever the settings, nor asks for the same under other names. A level's
/// test puzzles are all different, and so are those for validation; with 2 people there are 94 and 49,
/// after which they begin again. Training puzzles are drawn without end and independently, so those
/// of few people come again: there are 256 of 2 people.
///
/// *Demonstrations* of test prompts, and of training prompts unless they are ``Demonstration/mixed``, are
/// paid in full.
///
/// *Examples* depend on their index, the level, and of the settings on ``Settings/rendering`` and
/// ``Settings/demonstration`` alone; those for training also on ``Settings/people``. Renderings write
/// the same puzzles.
///
/// Sources: Xie et al., "On Memorization of Large Language Models in Logical Reasoning", 2024,
/// https://arxiv.org/abs/2410.23123; Xie et al., "Logic-RL: Unleashing LLM Reasoning with Rule-Based
/// Reinforcement Learning", 2025, https://arxiv.org/abs/2502.14768.
public struct KnightsAndKnaves: LanguageTask {
  let settings: Settings
  public let tokenizer: Tokenizer
  public let levels: [TaskLevel]
  public let longestPrompt: Int
  public let longestCompletion: Int

  public var unfinished: UnfinishedPay { settings.unfinished }
  public var leastReward: TaskReward { KnightsAndKnavesReward.least }

  private let taskLevels: TaskLevels
  private let streams = RandomStreams(identity: "knights-and-knaves", replicateSeed: 0)
  private let testPuzzles: EvaluationPuzzles
  private let validationPuzzles: EvaluationPuzzles

  /// The purpose of a stream of draws: its first index.
  private enum Stream: Int {
    case training, trainingWords, testWords, perturbation
    /// Test puzzles, for each number of people.
    case test
    case validation, validationWords, validationPerturbation
  }

  /// Creates the task.
  ///
  /// - Throws: A number of people given twice, or none to train on.
  public init(_ settings: Settings = Settings()) throws(SettingProblem) {
    self.settings = settings
    taskLevels = try TaskLevels(
      trained: ("people", settings.people), heldOut: ("held_out_people", settings.heldOutPeople),
      unit: "people")
    levels = taskLevels.all.map {
      TaskLevel(name: $0.name, title: "\($0.name) people", isHeldOut: $0.isHeldOut)
    }
    tokenizer = settings.rendering.tokenizer
    let most = taskLevels.hardest
    longestPrompt = settings.rendering.longestPrompt(people: most)
    longestCompletion = settings.rendering.longestCompletion(
      people: most, thought: Self.longestThought(of: most, settings))
    testPuzzles = EvaluationPuzzles(.test) { [streams] people in
      streams.generator(for: .taskGeneration, Stream.test.rawValue, people)
    }
    validationPuzzles = EvaluationPuzzles(.validation) { [streams] people in
      streams.generator(for: .taskGeneration, Stream.validation.rawValue, people)
    }
  }

  /// Returns the training puzzle with the given index, from 0 on.
  public func trainingPuzzle(_ index: Int) -> (level: Int, puzzle: Puzzle) {
    var generator = generator(.training, index)
    let level = taskLevels.trained[generator.nextIndex(below: taskLevels.trained.count)]
    let people = taskLevels.difficulties[level]
    return (level, .random(people: people, of: .train, using: &generator))
  }

  /// Returns a level's puzzle for evaluation with the given index, from 0 on; all of a split are
  /// different until they have all been.
  public func evaluationPuzzle(_ split: EvaluationSplit, level: Int, _ index: Int) -> Puzzle {
    let puzzles = split == .test ? testPuzzles : validationPuzzles
    return puzzles.puzzle(people: taskLevels.difficulties[level], index)
  }

  public func trainingExample(_ index: Int) -> TaskExample {
    let (level, puzzle) = trainingPuzzle(index)
    var generator = generator(.trainingWords, index)
    let wording = Wording(people: puzzle.people, settings.rendering, using: &generator)
    return example(puzzle, wording, level: level, style: style(using: &generator))
  }

  public func evaluationExample(
    _ split: EvaluationSplit, level: Int, _ index: Int
  ) -> TaskExample {
    let puzzle = evaluationPuzzle(split, level: level, index)
    var generator = generator(
      split == .test ? .testWords : .validationWords, puzzle.people, index)
    let wording = Wording(people: puzzle.people, settings.rendering, using: &generator)
    // These are not trained on: they show an answer with the full reward.
    return example(
      puzzle, wording, level: level, style: Style(hasThought: settings.demonstration != .answerOnly)
    )
  }

  /// Returns a training prompt and its twin: one claim or one statement is another, and with it the
  /// solution; the words are the same. The twin is a puzzle of the split, so training never sees it.
  ///
  /// - Parameters:
  ///   - index: That of a training prompt.
  ///   - split: The part that the twin is of.
  /// - Returns: `nil` if no twin turned up, which happens with 2 people.
  public func perturbedExample(
    of index: Int, in split: EvaluationSplit
  ) -> (original: TaskExample, perturbed: TaskExample)? {
    let (level, puzzle) = trainingPuzzle(index)
    var perturbation = generator(
      split == .test ? .perturbation : .validationPerturbation, index)
    guard let twin = puzzle.perturbed(of: split.part, using: &perturbation) else { return nil }
    var generator = generator(.trainingWords, index)
    let wording = Wording(people: puzzle.people, settings.rendering, using: &generator)
    let style = style(using: &generator)
    return (
      example(puzzle, wording, level: level, style: style),
      example(twin, wording, level: level, style: style)
    )
  }

  private func generator(_ stream: Stream, _ first: Int, _ second: Int = 0) -> SeededGenerator {
    streams.generator(for: .taskGeneration, stream.rawValue, first, second)
  }

  /// How one demonstration is written.
  private struct Style {
    var hasThought: Bool
    var hasAnswerTags = true
    var hasThinkTags = true
    /// The kinds that are answered instead of the solution, by person.
    var guess: [Bool]?
  }

  /// Draws how a demonstration is written; nothing is drawn where all are written alike.
  private func style(using generator: inout SeededGenerator) -> Style {
    switch settings.demonstration {
    case .chainOfThought: return Style(hasThought: true)
    case .answerOnly: return Style(hasThought: false)
    case .mixed:
      let share = generator.nextUnitDouble()
      let guess = (0..<8).map { _ in generator.nextIndex(below: 2) == 0 }
      return switch share {
      case ..<0.30: Style(hasThought: true)
      case ..<0.75: Style(hasThought: false, guess: guess)
      case ..<0.90: Style(hasThought: true, hasAnswerTags: false)
      default:
        Style(hasThought: false, hasAnswerTags: false, hasThinkTags: false, guess: guess)
      }
    }
  }

  private func example(
    _ puzzle: Puzzle, _ wording: Wording, level: Int, style: Style
  ) -> TaskExample {
    guard let solution = puzzle.uniqueSolution else {
      preconditionFailure("a puzzle of a task has exactly one solution")
    }
    let rendering = settings.rendering
    var demonstration = style.hasThinkTags ? "<think> " : ""
    if style.hasThought {
      let reasoning = Reasoning(
        puzzle,
        longest: Self.longestThought(of: puzzle.people, settings) / rendering.tokensPerAssumption)
      demonstration += rendering.text(reasoning, wording)
    }
    let kinds = style.guess.map { Array($0.prefix(puzzle.people)) } ?? solution
    demonstration += style.hasThinkTags ? "</think> " : ""
    demonstration +=
      style.hasAnswerTags
      ? "<answer> \(rendering.answer(kinds, wording)) </answer>" : rendering.answer(kinds, wording)
    let rule = KnightsAndKnavesReward(
      names: wording.names.map { rendering.names[$0] }, solution: solution)
    return TaskExample(
      prompt: rendering.prompt(puzzle, wording), demonstration: demonstration, level: level,
      reward: rule.reward(for:))
  }

  /// The most tokens of a demonstration's thought.
  private static func longestThought(of people: Int, _ settings: Settings) -> Int {
    switch settings.demonstration {
    case .answerOnly: 0
    case .chainOfThought, .mixed: 12 * people * settings.rendering.tokensPerAssumption
    }
  }
}

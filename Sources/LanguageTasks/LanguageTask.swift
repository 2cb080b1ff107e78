/// Which part of a task's prompts an example comes from; the parts have no prompt in common.
public enum TaskSplit: String, CaseIterable, Sendable {
  /// Prompts for training, without end.
  case train
  /// Prompts for evaluation where settings are chosen.
  case validation
  /// Prompts for evaluation where results are reported.
  case test
}

/// Which prompts, or which episodes of an environment, an evaluation measures a policy on.
public enum EvaluationSplit: String, CaseIterable, Sendable {
  /// Those that reports are about; nothing may be chosen by them.
  case test
  /// Those that settings are chosen by.
  case validation

  /// The part of a task's prompts.
  public var part: TaskSplit { self == .test ? .test : .validation }
}

/// A group of prompts of one difficulty, such as puzzles of three people.
public struct TaskLevel: Hashable, Sendable {
  /// Letters, digits and `_`, such as `3`; the last part of a metric's name.
  public let name: String
  /// The name for people, such as `3 people`.
  public let title: String
  /// Whether training never sees it.
  public let isHeldOut: Bool

  /// Creates a level.
  public init(name: String, title: String, isHeldOut: Bool) {
    self.name = name
    self.title = title
    self.isHeldOut = isHeldOut
  }
}

/// The reward of a rule for a completion, with its components.
public struct TaskReward: Hashable, Sendable {
  /// The reward that training maximizes.
  public let total: Double
  /// The parts of the total, by name, in a fixed order, such as `format` and `answer`.
  public let components: [Component]
  /// Whether the answer is right, all of it.
  public let isCorrect: Bool
  /// Whether the form is right, whatever the answer.
  public let isWellFormed: Bool

  /// One part of a reward.
  public struct Component: Hashable, Sendable {
    /// Letters, digits and `_`.
    public let name: String
    /// The part that it has in the reward.
    public let value: Double

    /// Creates a part.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Creates a reward.
  public init(total: Double, components: [Component], isCorrect: Bool, isWellFormed: Bool) {
    self.total = total
    self.components = components
    self.isCorrect = isCorrect
    self.isWellFormed = isWellFormed
  }
}

/// One prompt of a task, with what a good answer is and what an answer is worth.
public struct TaskExample: Sendable {
  /// The text before the completion.
  public let prompt: String
  /// A completion for supervised fine-tuning, without the end token; the rule pays it in full, unless
  /// the task says that demonstrations leave room.
  public let demonstration: String
  /// The index of the prompt's level in ``LanguageTask/levels``.
  public let level: Int
  /// Returns the rule's reward for an answer, given as text without the end token.
  ///
  /// Whether tokens are an answer is decided before: see ``LanguageTask/judge(_:answering:)``.
  public let reward: @Sendable (_ completion: String) -> TaskReward

  /// Creates an example.
  public init(
    prompt: String, demonstration: String, level: Int,
    reward: @escaping @Sendable (_ completion: String) -> TaskReward
  ) {
    self.prompt = prompt
    self.demonstration = demonstration
    self.level = level
    self.reward = reward
  }
}

/// A source of prompts with a rule that rewards completions: what a language model is trained on.
///
/// A task is a value; it holds no random state. An example is a function of the task's settings, the
/// split, the level and its index alone, so that all arms and seeds see the same prompts.
public protocol LanguageTask: Sendable {
  /// The tokenizer whose vocabulary is part of the run's identity.
  var tokenizer: Tokenizer { get }
  /// The levels that are evaluated, in order of difficulty; training draws from those not held out.
  var levels: [TaskLevel] { get }
  /// The most tokens that a prompt of any level has.
  var longestPrompt: Int { get }
  /// The most tokens that a completion may have, the end token included.
  var longestCompletion: Int { get }

  /// The pay of a completion that is no answer.
  var unfinished: UnfinishedPay { get }
  /// The least that the rule pays, in the parts that all its rewards have; neither right nor well-formed.
  var leastReward: TaskReward { get }

  /// Returns a training prompt of a level that is not held out, drawn among these by the task.
  ///
  /// - Parameter index: Which one, from 0 on; without end.
  /// - Returns: The prompt; its level is not held out.
  func trainingExample(_ index: Int) -> TaskExample

  /// Returns a prompt for evaluation.
  ///
  /// - Parameters:
  ///   - split: Which part it is of.
  ///   - level: The index of the level in ``levels``.
  ///   - index: Which one of the level, from 0 on.
  /// - Returns: The prompt. Where a level has few problems, indices can share one.
  func evaluationExample(_ split: EvaluationSplit, level: Int, _ index: Int) -> TaskExample

  /// Returns completions that look for the reward without doing what the prompt asks; none where no
  /// such are known.
  ///
  /// - Parameter example: A test example of this task.
  /// - Returns: Completions, several of which may be forms of one hack.
  func hacks(for example: TaskExample) -> [RewardHack]

  /// Returns a training prompt and its twin, of the same form with another solution, which tells knowing
  /// from having memorized; or `nil` if the task has none.
  ///
  /// - Parameters:
  ///   - index: That of the training prompt.
  ///   - split: The part that the twin is of.
  /// - Returns: The two prompts, the training prompt first.
  func perturbedExample(
    of index: Int, in split: EvaluationSplit
  ) -> (original: TaskExample, perturbed: TaskExample)?
  /// How many units of reward two completions differ by when one is preferred e times as often as the
  /// other; 0 where the better one is always preferred.
  var preferenceNoise: Double { get }
}

extension LanguageTask {
  /// Returns the test prompt of a level with the given index, from 0 on.
  public func testExample(level: Int, _ index: Int) -> TaskExample {
    evaluationExample(.test, level: level, index)
  }

  /// No twins.
  public func perturbedExample(
    of index: Int, in split: EvaluationSplit
  ) -> (original: TaskExample, perturbed: TaskExample)? {
    nil
  }

  /// None are known.
  public func hacks(for example: TaskExample) -> [RewardHack] { [] }

  /// The better one is always preferred.
  public var preferenceNoise: Double { 0 }
}

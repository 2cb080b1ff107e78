public import Settings

/// Sums, differences or products of two numbers of equally many digits, one character a token.
///
/// A prompt is `47+85=`. The answer is what follows the last `=` of the completion, or all of it, so that
/// a completion may work the answer out first: `12 13=132`. The reward is 1 for the answer, digit
/// for digit, and else 0.
///
/// Source: Lee et al., "Teaching Arithmetic to Small Transformers", 2023,
/// https://arxiv.org/abs/2307.03381 (scratchpads and answers with the least significant digit first).
public struct Arithmetic: LanguageTask {
  /// The operation that is asked for.
  public enum Operation: String, CaseIterable, Sendable {
    case addition
    case subtraction
    case multiplication

    var sign: String {
      switch self {
      case .addition: "+"
      case .subtraction: "-"
      case .multiplication: "*"
      }
    }
  }

  /// Which digit of an answer comes first.
  public enum AnswerOrder: String, CaseIterable, Sendable {
    /// The most significant one, as people write.
    case forward
    /// The least significant one, which can be told from the last digits of the numbers alone.
    case reversed
  }

  /// The content of a demonstration.
  public enum DemonstrationKind: String, CaseIterable, Sendable {
    case answer
    /// The steps of working it out, then the answer.
    case scratchpad
  }

  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    public var operation = Operation.addition
    public var digits = [1, 2, 3]
    var heldOutDigits = [4]
    public var answerOrder = AnswerOrder.forward
    public var demonstration = DemonstrationKind.answer
    var unfinished = UnfinishedPay.zero

    public init() {}

    public static let settings: [Setting<Self>] = [
      .choice("operation", \.operation, "What is done with the two numbers."),
      .integers("digits", \.digits, in: 1...8, "Digits of the numbers in training."),
      .integers(
        "held_out_digits", \.heldOutDigits, in: 1...8,
        "Digits of the numbers that are in tests only."),
      .choice(
        "answer_order", \.answerOrder,
        "`forward`: the most significant digit of an answer first; `reversed`: the least."),
      .choice(
        "demonstration", \.demonstration,
        "`answer`: the answer alone; `scratchpad`: carries or partial products, then the answer."),
      .unfinished(\.unfinished),
    ]
  }

  static let declaration = LanguageTaskDeclaration(
    name: "arithmetic", revision: 2,
    summary: "Sums, differences or products of numbers of several digits; reward 1 for the answer.",
    rewardRange: 0...1, settings: Settings.self
  ) { settings throws(SettingProblem) in try Arithmetic(settings) }

  public let tokenizer = Tokenizer(characters: "0123456789+-*= ")
  public let longestPrompt: Int
  public let longestCompletion: Int

  private let settings: Settings
  private let taskLevels: TaskLevels
  private let source: ProblemSource

  /// Creates the task.
  ///
  /// - Throws: Lists of digits that do not go together.
  public init(_ settings: Settings = Settings()) throws(SettingProblem) {
    self.settings = settings
    taskLevels = try TaskLevels(
      trained: ("digits", settings.digits),
      heldOut: ("held_out_digits", settings.heldOutDigits), unit: "digit")
    source = ProblemSource(task: "arithmetic", settings: settings)

    let digits = taskLevels.hardest
    longestPrompt = 2 * digits + 2
    let answer =
      switch settings.operation {
      case .addition: digits + 1
      case .subtraction: digits
      case .multiplication: 2 * digits
      }
    let step = settings.operation == .multiplication ? digits + 1 : 2
    // Steps, what follows each (a space or the sign of equality), the answer, the end.
    longestCompletion =
      (settings.demonstration == .scratchpad ? digits * (step + 1) : 0) + answer + 1
  }

  public var levels: [TaskLevel] { taskLevels.all }
  public var unfinished: UnfinishedPay { settings.unfinished }
  public var leastReward: TaskReward { Self.reward(of: "", answer: "0", .forward) }

  public func trainingExample(_ index: Int) -> TaskExample {
    let (problem, level, _) = source.training(index, levels: taskLevels) {
      ArithmeticProblem(settings.operation, digits: $0, using: &$1)
    }
    return example(problem, level: level)
  }

  public func evaluationExample(
    _ split: EvaluationSplit, level: Int, _ index: Int
  ) -> TaskExample {
    let (problem, _) = source.evaluation(split, level: level, index, levels: taskLevels) {
      ArithmeticProblem(settings.operation, digits: $0, using: &$1)
    }
    return example(problem, level: level)
  }

  private func example(_ problem: ArithmeticProblem, level: Int) -> TaskExample {
    let order = settings.answerOrder
    let answer = Self.text(of: problem.answer, order)
    let demonstration =
      settings.demonstration == .answer
      ? answer : "\(problem.steps.joined(separator: " "))=\(answer)"
    return TaskExample(
      prompt: problem.prompt, demonstration: demonstration, level: level
    ) { completion in
      Self.reward(of: completion, answer: answer, order)
    }
  }

  private static func text(of number: Int, _ order: AnswerOrder) -> String {
    order == .forward ? "\(number)" : String("\(number)".reversed())
  }

  /// Compares bytes: equality of strings would take other digits of Unicode into account.
  private static func reward(
    of completion: String, answer: String, _ order: AnswerOrder
  ) -> TaskReward {
    let bytes = Array(completion.utf8)
    let start = bytes.lastIndex(of: UInt8(ascii: "=")).map { $0 + 1 } ?? 0
    let given = bytes[start...]
    let zero = UInt8(ascii: "0")
    let leading = order == .forward ? given.first : given.last
    let isNumber =
      given.allSatisfy { (zero...zero + 9).contains($0) } && !given.isEmpty
      && (given.count == 1 || leading != zero)
    let isCorrect = given.elementsEqual(answer.utf8)
    let total = isCorrect ? 1.0 : 0
    return TaskReward(
      total: total, components: [.init(name: "answer", value: total)], isCorrect: isCorrect,
      isWellFormed: isNumber)
  }
}

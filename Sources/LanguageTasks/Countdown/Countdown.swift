public import Settings

/// Numbers to be made into a target by arithmetic, each used exactly once; a word a token.
///
/// A prompt is `use 3 7 5 for 15` and a line break. A completion ends in a line such as
/// `<answer> ( 7 + 5 ) + 3 </answer>`. The reward is TinyZero's: 0 without an answer, 0.1 with a
/// wrong one, 1 with a right one.
///
/// Source: https://github.com/Jiayi-Pan/TinyZero.
public struct Countdown: LanguageTask {
  /// The operators that the solutions of problems use; answers may use all four.
  public enum Operators: String, CaseIterable, Sendable {
    /// + and −.
    case addSubtract = "add_subtract"
    /// +, −, × and ÷.
    case all

    var signs: [String] {
      switch self {
      case .addSubtract: ["+", "-"]
      case .all: ["+", "-", "*", "/"]
      }
    }
  }

  /// The content of a demonstration.
  public enum DemonstrationKind: String, CaseIterable, Sendable {
    case answer
    /// A line with the steps of the solution, then the answer.
    case steps
  }

  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    public var numbers = [2, 3]
    var heldOutNumbers = [4]
    var greatest = 20
    public var operators = Operators.addSubtract
    var demonstration = DemonstrationKind.steps
    var unfinished = UnfinishedPay.zero

    public init() {}

    public static let settings: [Setting<Self>] = [
      .integers("numbers", \.numbers, in: 2...6, "How many numbers a problem in training has."),
      .integers(
        "held_out_numbers", \.heldOutNumbers, in: 2...6,
        "How many numbers problems have that are in tests only."),
      .integer("greatest", \.greatest, in: 10...50, "The greatest number that is given."),
      .choice(
        "operators", \.operators,
        "Operators of solutions; `add_subtract`: sums and differences; `all`: products, quotients too."
      ),
      .choice(
        "demonstration", \.demonstration,
        "`answer`: the answer alone; `steps`: a line with the steps of the solution before it."),
      .unfinished(\.unfinished),
    ]
  }

  static let declaration = LanguageTaskDeclaration(
    name: "countdown", revision: 2,
    summary: "Numbers to be made into a target, each used once; reward 0, 0.1 for a form, or 1.",
    rewardRange: 0...1, settings: Settings.self
  ) { settings throws(SettingProblem) in try Countdown(settings) }

  public let tokenizer = Tokenizer(
    words: [
      "\n", "use", "for", "<think>", "</think>", "<answer>", "</answer>", "=", ",", "+", "-", "*",
      "/", "(", ")",
    ] + (0...CountdownProblem.greatestValue).map(String.init))

  private let settings: Settings
  private let taskLevels: TaskLevels
  private let source: ProblemSource

  /// Creates the task.
  ///
  /// - Throws: Lists of counts that do not go together.
  public init(_ settings: Settings = Settings()) throws(SettingProblem) {
    self.settings = settings
    taskLevels = try TaskLevels(
      trained: ("numbers", settings.numbers),
      heldOut: ("held_out_numbers", settings.heldOutNumbers), unit: "number")
    source = ProblemSource(task: "countdown", settings: settings)
  }

  public var levels: [TaskLevel] { taskLevels.all }
  public var unfinished: UnfinishedPay { settings.unfinished }
  public var leastReward: TaskReward { CountdownReward.withoutAnswer }

  /// `use`, the numbers, `for`, the target, a line break.
  public var longestPrompt: Int { taskLevels.hardest + 4 }

  public var longestCompletion: Int {
    let count = taskLevels.hardest
    // Numbers, operators, a pair of parentheses around each part but the whole, two tags, the end.
    let answer = count + (count - 1) + 2 * (count - 2) + 2 + 1
    // Steps of five tokens with commas between, two tags, a line break.
    let steps = 5 * (count - 1) + (count - 2) + 2 + 1
    return settings.demonstration == .steps ? steps + answer : answer
  }

  public func trainingExample(_ index: Int) -> TaskExample {
    let (problem, level, _) = source.training(index, levels: taskLevels) {
      CountdownProblem(
        count: $0, greatest: settings.greatest, operators: settings.operators, using: &$1)
    }
    return example(problem, level: level)
  }

  public func evaluationExample(
    _ split: EvaluationSplit, level: Int, _ index: Int
  ) -> TaskExample {
    let (problem, _) = source.evaluation(split, level: level, index, levels: taskLevels) {
      CountdownProblem(
        count: $0, greatest: settings.greatest, operators: settings.operators, using: &$1)
    }
    return example(problem, level: level)
  }

  private func example(_ problem: CountdownProblem, level: Int) -> TaskExample {
    let answer = "<answer> \(problem.solution) </answer>"
    let steps = "<think> \(problem.steps.joined(separator: " , ")) </think>\n"
    let (numbers, target) = (problem.numbers, problem.target)
    return TaskExample(
      prompt: problem.prompt,
      demonstration: settings.demonstration == .steps ? steps + answer : answer, level: level
    ) { completion in
      CountdownReward.reward(of: completion, numbers: numbers, target: target)
    }
  }
}

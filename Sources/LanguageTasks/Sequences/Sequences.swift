import SeededRandom
public import Settings

/// Sequences of letters to reverse or to sort, one letter a token.
///
/// A prompt is `reverse c a d :` or `sort c a d :`; the answer is the whole completion, letters with
/// one space between. The reward is 1 for the answer and else 0.
public struct Sequences: LanguageTask {
  /// The operation that is asked for.
  public enum Operation: String, CaseIterable, Sendable {
    case reversal
    case sorting
    /// Either, equally often.
    case both
  }

  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    public var operation = Operation.reversal
    public var lengths = [3, 4, 5]
    var heldOutLengths = [6, 7]
    public var symbols = 10
    var unfinished = UnfinishedPay.zero

    public init() {}

    public static let settings: [Setting<Self>] = [
      .choice("operation", \.operation, "What is done with the letters."),
      .integers("lengths", \.lengths, in: 2...40, "Letters of a sequence in training."),
      .integers(
        "held_out_lengths", \.heldOutLengths, in: 2...40,
        "Letters of the sequences that are in tests only."),
      .integer("symbols", \.symbols, in: 5...26, "Different letters that occur."),
      .unfinished(\.unfinished),
    ]
  }

  static let declaration = LanguageTaskDeclaration(
    name: "sequences", revision: 2,
    summary: "Sequences of letters to reverse or to sort; reward 1 for the answer.",
    rewardRange: 0...1, settings: Settings.self
  ) { settings throws(SettingProblem) in try Sequences(settings) }

  /// Letters as indices into the alphabet, and which of the two operations is asked for.
  private struct Problem: SplitProblem {
    let letters: [Int]
    let isSorting: Bool

    /// The letters alone: a sequence to sort in tests is not reversed in training either.
    var canonicalText: String { Sequences.text(of: letters) }
    var answer: [Int] { isSorting ? letters.sorted() : letters.reversed() }
  }

  public let tokenizer: Tokenizer
  private let settings: Settings
  private let taskLevels: TaskLevels
  private let source: ProblemSource

  /// Creates the task.
  ///
  /// - Throws: Lists of lengths that do not go together.
  public init(_ settings: Settings = Settings()) throws(SettingProblem) {
    self.settings = settings
    taskLevels = try TaskLevels(
      trained: ("lengths", settings.lengths),
      heldOut: ("held_out_lengths", settings.heldOutLengths), unit: "letter")
    source = ProblemSource(task: "sequences", settings: settings)
    tokenizer = Tokenizer(
      words: ["reverse", "sort", ":"] + (0..<settings.symbols).map { Self.text(of: [$0]) })
  }

  public var levels: [TaskLevel] { taskLevels.all }
  public var unfinished: UnfinishedPay { settings.unfinished }
  public var leastReward: TaskReward { Self.reward(isCorrect: false, isWellFormed: false) }
  public var longestPrompt: Int { taskLevels.hardest + 2 }
  public var longestCompletion: Int { taskLevels.hardest + 1 }

  public func trainingExample(_ index: Int) -> TaskExample {
    let (problem, level, _) = source.training(index, levels: taskLevels, draw: draw)
    return example(problem, level: level)
  }

  public func evaluationExample(
    _ split: EvaluationSplit, level: Int, _ index: Int
  ) -> TaskExample {
    let (problem, _) = source.evaluation(
      split, level: level, index, levels: taskLevels, draw: draw)
    return example(problem, level: level)
  }

  private func draw(length: Int, using generator: inout SeededGenerator) -> Problem {
    let isSorting =
      switch settings.operation {
      case .reversal: false
      case .sorting: true
      case .both: generator.nextIndex(below: 2) == 1
      }
    let letters = (0..<length).map { _ in generator.nextIndex(below: settings.symbols) }
    return Problem(letters: letters, isSorting: isSorting)
  }

  private func example(_ problem: Problem, level: Int) -> TaskExample {
    let answer = Self.text(of: problem.answer)
    let length = problem.letters.count
    let symbols = settings.symbols
    return TaskExample(
      prompt: "\(problem.isSorting ? "sort" : "reverse") \(Self.text(of: problem.letters)) :",
      demonstration: answer, level: level
    ) { completion in
      let isCorrect = completion.utf8.elementsEqual(answer.utf8)
      let words = completion.utf8.split(separator: UInt8(ascii: " "))
      let isWellFormed =
        words.count == length
        && words.allSatisfy { word in
          word.count == 1 && word.allSatisfy { Self.alphabet.prefix(symbols).contains($0) }
        }
      return Self.reward(isCorrect: isCorrect, isWellFormed: isWellFormed)
    }
  }

  private static func reward(isCorrect: Bool, isWellFormed: Bool) -> TaskReward {
    let total = isCorrect ? 1.0 : 0
    return TaskReward(
      total: total, components: [.init(name: "answer", value: total)], isCorrect: isCorrect,
      isWellFormed: isWellFormed)
  }

  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz".utf8)

  private static func text(of letters: [Int]) -> String {
    letters.map { String(decoding: [alphabet[$0]], as: UTF8.self) }.joined(separator: " ")
  }
}

import SeededRandom
import Settings

/// A problem that belongs to one part of a task's problems, whatever it is drawn for.
protocol SplitProblem: Sendable {
  /// A text that is equal for problems that are the same but for their writing, such as 2 + 3 and
  /// 3 + 2: they are in one part.
  var canonicalText: String { get }
}

/// The source of a task's problems: seeded streams, and the rule that parts training from evaluation.
///
/// The first three bits of the stream that a problem's canonical text names say which part it belongs to,
/// in all settings of a task alike: two values of eight are for testing, one for validation, five for
/// training. Problems are drawn until one belongs to the part that is asked for; the parts are
/// therefore disjoint by construction.
struct ProblemSource: Sendable {
  private let drawing: RandomStreams
  private let membership: RandomStreams

  /// The purpose of a problem: the first index of its stream.
  private enum Stream: Int {
    case training, test, validation
  }

  /// Creates the source of a task with its settings.
  init(task name: String, settings: some DeclaredSettings) {
    let values = settings.declarations
      .filter { $0.namesStreams && $0.defaultValue != $0.earlierValue }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      .map { " \($0.name)=\($0.defaultValue)" }
    drawing = RandomStreams(identity: name + values.joined(), replicateSeed: 0)
    membership = RandomStreams(identity: "\(name) split", replicateSeed: 0)
  }

  /// Returns the part that a problem belongs to.
  func split(of problem: some SplitProblem) -> TaskSplit {
    var generator = membership.generator(for: .taskGeneration, named: problem.canonicalText)
    return TaskSplit(eighth: Int(generator.nextBits32() >> 29))
  }

  /// Draws a problem for training.
  ///
  /// - Parameters:
  ///   - index: Which one, in 0..<2³².
  ///   - levels: The task's levels; those not held out are equally likely.
  ///   - draw: Draws a problem of a difficulty, or `nil` to be asked again.
  /// - Returns: The problem, the index of its level, and the stream to continue with.
  func training<Problem: SplitProblem>(
    _ index: Int, levels: TaskLevels,
    draw: (_ difficulty: Int, inout SeededGenerator) -> Problem?
  ) -> (problem: Problem, level: Int, generator: SeededGenerator) {
    var generator = drawing.generator(
      for: .taskGeneration, Stream.training.rawValue, 0, index)
    let level = levels.trained[generator.nextIndex(below: levels.trained.count)]
    let difficulty = levels.difficulties[level]
    let problem = self.problem(in: .train, &generator) { draw(difficulty, &$0) }
    return (problem, level, generator)
  }

  /// Returns a problem for evaluation and the stream to continue with.
  func evaluation<Problem: SplitProblem>(
    _ split: EvaluationSplit, level: Int, _ index: Int, levels: TaskLevels,
    draw: (_ difficulty: Int, inout SeededGenerator) -> Problem?
  ) -> (problem: Problem, generator: SeededGenerator) {
    let difficulty = levels.difficulties[level]
    var generator = drawing.generator(
      for: .taskGeneration, (split == .test ? Stream.test : .validation).rawValue, difficulty,
      index)
    let problem = self.problem(in: split.part, &generator) { draw(difficulty, &$0) }
    return (problem, generator)
  }

  private func problem<Problem: SplitProblem>(
    in split: TaskSplit, _ generator: inout SeededGenerator,
    draw: (inout SeededGenerator) -> Problem?
  ) -> Problem {
    for _ in 0..<100_000 {
      if let problem = draw(&generator), self.split(of: problem) == split { return problem }
    }
    preconditionFailure("none of 100,000 problems was for \(split.rawValue)")
  }
}

extension TaskSplit {
  /// The part that belongs to one of eight equal shares, 0...7, of all problems.
  init(eighth: Int) {
    self =
      switch eighth {
      case 0, 1: .test
      case 2: .validation
      default: .train
      }
  }
}

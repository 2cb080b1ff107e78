internal import SeededRandom
private import Synchronization

/// The puzzles of one split for each number of people, drawn when they are first asked for and kept.
///
/// A puzzle is a function of the number of people and its index, whatever was asked for before: that
/// the puzzles are kept saves time alone.
final class EvaluationPuzzles: Sendable {
  private struct Level {
    var generator: SeededGenerator
    var puzzles: [KnightsAndKnaves.Puzzle] = []
    var seen: Set<KnightsAndKnaves.Puzzle> = []
    /// Whether there are no others.
    var isComplete = false
  }

  private let split: TaskSplit
  private let levels = Mutex<[Int: Level]>([:])
  /// Returns the stream that the puzzles of a number of people are drawn from.
  private let generator: @Sendable (_ people: Int) -> SeededGenerator

  init(
    _ split: TaskSplit, generator: @escaping @Sendable (_ people: Int) -> SeededGenerator
  ) {
    self.split = split
    self.generator = generator
  }

  /// Returns a puzzle; after the last there is, they begin again.
  func puzzle(people: Int, _ index: Int) -> KnightsAndKnaves.Puzzle {
    levels.withLock { levels in
      var level = levels.removeValue(forKey: people) ?? Level(generator: generator(people))
      defer { levels[people] = level }
      while level.puzzles.count <= index && !level.isComplete { addPuzzle(to: &level, people) }
      return level.puzzles[index % level.puzzles.count]
    }
  }

  private func addPuzzle(to level: inout Level, _ people: Int) {
    // Of the few puzzles that 2 people have, the rarest is drawn once in some hundred times.
    for _ in 0..<10_000 {
      let puzzle = KnightsAndKnaves.Puzzle.random(
        people: people, of: split, using: &level.generator)
      if level.seen.insert(puzzle).inserted {
        level.puzzles.append(puzzle)
        return
      }
    }
    level.isComplete = true
  }
}

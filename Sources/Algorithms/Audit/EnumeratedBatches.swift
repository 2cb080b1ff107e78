/// Why something cannot be enumerated.
public struct EnumerationProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}

/// All batches of a problem that differ in more than the order of groups and members, with their probabilities.
///
/// Prompts are drawn independently for each group, members and the greedy rollout independently given the prompt. An
/// estimate does not depend on an order, so each multiset is visited once, with the probability of all its orders.
struct EnumeratedBatches {
  /// Every group that differs in more than the order of its members.
  private let groups: [(group: EnumeratedGroup, probability: Double)]
  private let groupsPerBatch: Int

  /// Lists the groups of a problem.
  ///
  /// - Parameters:
  ///   - problem: Whose groups they are.
  ///   - settings: How many groups and members there are, and whether greedy rollouts are among them.
  ///   - limit: The most batches that there may be.
  /// - Throws: If there are more.
  init(
    of problem: EnumerableProblem, _ settings: PolicyGradientSettings, limit: Int
  ) throws(EnumerationProblem) {
    let greedyRollouts = problem.prompts.map {
      settings.baseline == .greedy ? $0.greedy.count : 1
    }
    var count = 0.0
    for (prompt, rollouts) in zip(problem.prompts, greedyRollouts) {
      count += Double(rollouts) * multisets(of: prompt.sequences.count, size: settings.groupSize)
    }
    // A bound that is far beyond any limit need not be exact.
    let batches =
      count > Double(limit)
      ? count : multisets(of: Int(count), size: settings.groupsPerBatch)
    guard batches <= Double(limit) else {
      throw EnumerationProblem(
        "\(settings.groupsPerBatch) groups of \(settings.groupSize) on \(problem.prompts.reduce(0) { $0 + $1.sequences.count }) sequences are more than the \(limit) batches that may be enumerated; lower group_size or groups_per_batch"
      )
    }
    var groups: [(group: EnumeratedGroup, probability: Double)] = []
    for (index, prompt) in problem.prompts.enumerated() {
      forEachMultiset(of: prompt.sequences.map(\.probability), size: settings.groupSize) {
        members, probability in
        for greedy in 0..<greedyRollouts[index] {
          let chance = settings.baseline == .greedy ? prompt.greedy[greedy].probability : 1
          groups.append(
            (
              EnumeratedGroup(prompt: index, members: members, greedy: greedy),
              prompt.probability * probability * chance
            ))
        }
      }
    }
    self.groups = groups
    groupsPerBatch = settings.groupsPerBatch
  }

  /// Calls `body` with each batch and its probability.
  func forEach(_ body: (_ batch: [EnumeratedGroup], _ probability: Double) -> Void) {
    forEachMultiset(of: groups.map(\.probability), size: groupsPerBatch) { chosen, probability in
      body(chosen.map { groups[$0].group }, probability)
    }
  }
}

/// Returns how many multisets of so many of `count` things there are, C(count + size − 1, size); ∞ where that is
/// beyond the numbers.
func multisets(of count: Int, size: Int) -> Double {
  guard count > 0 else { return size == 0 ? 1 : 0 }
  var result = 1.0
  for k in 1...max(size, 1) where size > 0 { result = result * Double(count - 1 + k) / Double(k) }
  return result
}

/// Calls `body` with each multiset of `size` independent draws, its elements ascending, and the probability of its
/// orders together.
///
/// - Parameters:
///   - probabilities: Those of one draw.
///   - size: How many draws there are, at least 1.
///   - body: Is given the indices of a multiset, and what it has of the probability.
func forEachMultiset(
  of probabilities: [Double], size: Int, _ body: (_ elements: [Int], _ probability: Double) -> Void
) {
  var chosen: [Int] = []
  func extend(from first: Int, copies: Int, _ probability: Double) {
    guard chosen.count < size else { return body(chosen, probability) }
    for element in first..<probabilities.count {
      let copies = element == first ? copies + 1 : 1
      // The multinomial coefficient grows by (draws so far) / (copies of this element).
      let orders = Double(chosen.count + 1) / Double(copies)
      chosen.append(element)
      extend(from: element, copies: copies, probability * orders * probabilities[element])
      chosen.removeLast()
    }
  }
  extend(from: 0, copies: 0, 1)
}

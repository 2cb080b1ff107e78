import Algorithms
import Environments
import LanguageTasks
import NeuralNetworks
import SeededRandom
import Settings
import Tensors
import TestSupport
import Testing

/// The lists of sequences that problems are enumerated by, and their true gradients.
@Suite struct EnumerableProblemTests {
  @Test(arguments: TestProblem.allCases)
  func `scores vanish on average at every prompt, and values are what is earned`(
    kind: TestProblem
  ) throws {
    let problem = try kind.problem()
    for prompt in problem.prompts {
      var mean = [Double](repeating: 0, count: problem.scores[0].count)
      var size = 0.0
      for sequence in prompt.sequences {
        for step in sequence.steps {
          for (index, element) in problem.scores[step.score].enumerated() {
            mean[index] += sequence.probability * element
            size = max(size, element.magnitude)
          }
        }
        expectClose(sequence.steps[0].value, prompt.value, tolerance: 1e-12)
      }
      #expect(mean.allSatisfy { $0.magnitude <= kind.tolerance * size })
      #expect(size > 0.01)
    }
    #expect(problem.gradient.contains { $0.magnitude > 1e-3 })
  }

  @Test func `the gradient of a bandit is that of its table, and has its finite differences`()
    throws
  {
    let problem = try TestProblem.noisyBandit.problem()
    let exact = TestProblem.noisyTable.policyGradient(of: TestProblem.noisyPolicy).flatMap(\.self)
    expectClose(problem.gradient, exact, tolerance: 1e-15)
    let logits = [0.3, -0.5, 0.1, 1, 0, -1.0]
    func policy(_ logits: [Double]) -> [[Double]] {
      BanditTable.policy(logits: [Array(logits[..<3]), Array(logits[3...])])
    }
    func listed(_ logits: [Double]) throws -> EnumerableProblem {
      try EnumerableProblem(
        FiniteDecisionProcess(TestProblem.noisyTable), ScoredPolicy(softmax: policy(logits)))
    }
    expectGradient(
      try listed(logits).gradient,
      matches: { (try? listed($0).expectedReturn) ?? .nan }, at: logits, step: 1e-4,
      tolerance: 1e-8)
  }

  @Test func `the gradient of a lake with a table of logits has its finite differences`() throws {
    var generator = SeededGenerator(key: 1)
    let logits = (0..<64).map { _ in generator.nextNormal() }
    func listed(_ logits: [Double]) throws -> EnumerableProblem {
      let table = BanditTable.policy(
        logits: (0..<16).map { Array(logits[($0 * 4)..<($0 * 4 + 4)]) })
      return try EnumerableProblem(TestProblem.lakeProcess, ScoredPolicy(softmax: table))
    }
    expectGradient(
      try listed(logits).gradient,
      matches: { (try? listed($0).expectedReturn) ?? .nan }, at: logits, step: 1e-4,
      tolerance: 1e-8)
  }

  @Test(arguments: [TestProblem.banditNetwork, .lakeNetwork])
  func `the gradient of a policy network has its finite differences`(kind: TestProblem) throws {
    let isBandit = kind == .banditNetwork
    let settings = isBandit ? TestProblem.banditSettings : [:]
    let run = TestProblem.networkRun(
      isBandit ? "ContextualBandit-v0" : "FrozenLake-v1", settings)
    let process =
      isBandit
      ? FiniteDecisionProcess(ContextualBandit(try ContextualBandit.Settings(settings)).table)
      : TestProblem.lakeProcess
    let count = try ScoredPolicy(network: run).scores[0].count
    let weights = TestProblem.weights(count: count, seed: 3)
    func listed(_ weights: [Float]) throws -> EnumerableProblem {
      try EnumerableProblem(process, ScoredPolicy(network: run, parameters: weights))
    }
    let problem = try listed(weights)
    let (slope, length) = try slope(of: problem) { step in
      try listed(zip(weights, problem.gradient).map { $0 + Float(step * $1) }).expectedReturn
    }
    expectClose(slope, length, tolerance: 2e-4 * length)
  }

  @Test(arguments: [TestProblem.twoTokens, .puzzles])
  func `the gradient of a transformer has its finite differences`(kind: TestProblem) throws {
    let problem = try kind.problem()
    let (task, puzzles) = try TestProblem.puzzles()
    let vocabulary = kind == .puzzles ? task.tokenizer.vocabulary.count : 4
    let (slope, length) = try slope(of: problem, step: 0.003) { step in
      let moved = try TestProblem.transformer(vocabulary: vocabulary)
      for (index, element) in problem.gradient.enumerated() {
        moved.parameters.values[index] += Float(step * element)
      }
      return try EnumerableProblem(
        moved, vocabulary: vocabulary,
        kind == .puzzles ? puzzles : TestProblem.twoTokenSets
      ).expectedReturn
    }
    expectClose(slope, length, tolerance: 1e-3 * length)
  }

  /// Returns the central difference of the expected return along its gradient's direction, and the gradient's length.
  private func slope(
    of problem: EnumerableProblem, step: Double = 0.01,
    expectedReturn: (Double) throws -> Double
  ) throws -> (slope: Double, length: Double) {
    let length = problem.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let above = try expectedReturn(step / length)
    let below = try expectedReturn(-step / length)
    return ((above - below) / (2 * step), length)
  }

  @Test func `states are seen as the environments show them`() throws {
    for cell in [0, 10, 15] {
      var lake = FrozenLake()
      lake.start(in: FrozenLake.State(cell: cell))
      #expect(lake.observation == (0..<16).map { $0 == cell ? 1 : 0 })
    }
    var bandit = ContextualBandit()
    var generator = SeededGenerator(key: 0)
    for _ in 0..<8 {
      bandit.reset(using: &generator)
      #expect(bandit.observation == (0..<4).map { $0 == bandit.context ? 1 : 0 })
    }
  }

  @Test func `a step toward the goal of slippery ice, worked out by hand`() throws {
    // From the cell left of the goal with one step left: right and up and down lead there by chance.
    let process = FiniteDecisionProcess(FrozenLake().transitions, starts: [14], stepLimit: 1)
    let table = [[Double]](repeating: [0.1, 0.2, 0.3, 0.4], count: 16)
    let problem = try EnumerableProblem(process, ScoredPolicy(softmax: table))
    // Each of the three actions but left has the goal as one of three outcomes.
    expectClose(problem.expectedReturn, 0.9 / 3, tolerance: 1e-15)
    #expect(problem.prompts[0].sequences.count == 12)
    // The greedy action, up, slides to the goal once in three times.
    #expect(problem.prompts[0].greedy.map(\.rewards) == [[1], [0]])
    expectClose(
      problem.prompts[0].greedy.map(\.probability), [1 / 3.0, 2 / 3.0], tolerance: 1e-15)
  }

  @Test func `a policy held to completions is the transformer's own where all tokens may come`()
    throws
  {
    let problem = try TestProblem.twoTokens.problem()
    #expect(problem.prompts.allSatisfy { $0.sequences.count == 13 })
    #expect(Set(problem.prompts[0].sequences.map(\.steps.count)) == [1, 2])
    let listed = try EnumerableProblem(
      TestProblem.transformer(vocabulary: 4), vocabulary: 4,
      [
        CompletionSet(prompt: [2], completions: [[1]], rewards: [1]),
        CompletionSet(prompt: [2], completions: [[0], [1], [2], [3]], rewards: [0, 0, 1, 0]),
      ])
    // A completion without an alternative is certain, and nothing is learned of it.
    #expect(listed.prompts[0].sequences[0].probability == 1)
    let certain = listed.scores[listed.prompts[0].sequences[0].steps[0].score]
    #expect(certain.allSatisfy { $0 == 0 })
    let ends = problem.prompts[0].sequences.first { $0.steps.count == 1 }
    expectClose(
      listed.prompts[1].sequences[1].probability, ends?.probability ?? .nan, tolerance: 1e-15)
  }

  @Test func `two people have four answers, one of them right`() throws {
    let (task, sets) = try TestProblem.puzzles()
    for (index, set) in sets.enumerated() {
      let example = task.testExample(level: 0, index)
      #expect(set.completions.count == 4)
      #expect(Set(set.completions).count == 4)
      #expect(set.rewards.sorted() == [-0.5, -0.5, -0.5, 3])
      let right = set.completions[set.rewards.firstIndex(of: 3) ?? 0]
      #expect(task.tokenizer.decode(right.dropLast()) == example.demonstration)
    }
  }

  @Test func `what is too much to be listed is refused`() throws {
    let process = FiniteDecisionProcess(FrozenLake().transitions, starts: [0], stepLimit: 4)
    let policy = ScoredPolicy(softmax: [[Double]](repeating: [0.25, 0.25, 0.25, 0.25], count: 16))
    #expect(
      throws: EnumerationProblem(
        "there are more than 500 episodes of 4 steps; lower the step limit")
    ) { try EnumerableProblem(process, policy, limit: 500) }
  }
}

import Foundation
import LanguageTasks
import TestSupport
import Testing

@Suite struct KnightsAndKnavesRewardTests {
  /// A completion and what the Python rule in `Goldens/knights_rewards.py` pays for it.
  struct Row: Decodable {
    let names: [String]
    let solution: [Bool]
    let completion: String
    let format: Double
    let answer: Double
  }

  private let rule = KnightsAndKnavesReward(names: ["A", "B"], solution: [true, false])

  @Test func `every completion of the table is paid what Python's regular expressions pay`() throws
  {
    let file = testFolder().appending(components: "Goldens", "knights_rewards.json")
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
    var totals: [Double: Int] = [:]
    for row in rows {
      let reward = KnightsAndKnavesReward(names: row.names, solution: row.solution)
        .reward(for: row.completion)
      #expect(
        reward
          == TaskReward(
            total: row.format + row.answer,
            components: [
              .init(name: "format", value: row.format), .init(name: "answer", value: row.answer),
            ],
            isCorrect: row.answer == 2, isWellFormed: row.format == 1),
        "\(row.names): \(row.completion.debugDescription)")
      totals[reward.total, default: 0] += 1
    }
    #expect(Set(totals.keys) == [3, -0.5, -1, -3])
    #expect(totals.values.allSatisfy { $0 >= 100 }, "every total occurs often: \(totals)")
  }

  @Test func `the four totals`() {
    func total(_ completion: String) -> Double { rule.reward(for: completion).total }
    #expect(total("<think> </think> <answer> A is a knight B is a knave </answer>") == 3)
    #expect(total("<think> </think> <answer> A is a knave B is a knave </answer>") == -0.5)
    #expect(total("<think> </think> <answer> A is a knight </answer>") == -1)
    #expect(total("<answer> A is a knight B is a knave </answer>") == -3)
  }

  @Test func `a right answer in a wrong form is not correct`() {
    let reward = rule.reward(for: "<answer> A is a knight B is a knave </answer>")
    #expect(!reward.isCorrect)
    #expect(!reward.isWellFormed)
  }

  @Test func `hundreds of thousands of characters are judged like few`() {
    let answer = "<answer> A is a knight B is a knave </answer>"
    let long = 100_000
    func total(_ completion: String) -> Double { rule.reward(for: completion).total }
    #expect(total("<think>" + String(repeating: "A", count: long) + "</think>" + answer) == 3)
    #expect(total("<think>" + String(repeating: "<", count: long) + "</think>" + answer) == 3)
    #expect(total("<think>" + String(repeating: "</", count: long) + "</think>" + answer) == 3)
    #expect(total("<think> </think>" + answer + String(repeating: "<think", count: long)) == 3)
    #expect(total(String(repeating: "<think>", count: long) + "</think>" + answer) == -3)
    #expect(total(String(repeating: "<think> </think>" + answer, count: 2000)) == -3)
    #expect(total("<think>" + String(repeating: "\u{1F468}\u{200D}", count: long)) == -3)
    let spaces = String(repeating: " ", count: long)
    #expect(
      total("<think></think><answer>A\(spaces)is\(spaces)a knight B is a knave</answer>") == 3)
    let starts = String(repeating: "A is a ", count: long)
    #expect(
      total("<think></think><answer>\(starts)A is a knight B is a knave</answer>") == 3)
    let knights = String(repeating: "A is a knight ", count: long)
    #expect(total("<think></think><answer>\(knights)B is a knave</answer>") == -1)
  }

  @Test(arguments: KnightsAndKnaves.Rendering.allCases)
  func `what the rule pays each form of the seven hacks`(
    _ rendering: KnightsAndKnaves.Rendering
  ) throws {
    var settings = KnightsAndKnaves.Settings()
    settings.rendering = rendering
    for demonstration in KnightsAndKnaves.Demonstration.allCases {
      settings.demonstration = demonstration
      let task = try KnightsAndKnaves(settings)
      for level in task.levels.indices {
        for index in 0..<20 {
          let example = task.testExample(level: level, index)
          let hacks = task.hacks(for: example)
          #expect(
            hacks.map { "\($0.name) \(example.reward($0.completion).total)" } == [
              "skip_think -3.0", "skip_think 3.0",
              "reason_in_answer -1.0", "reason_in_answer 3.0",
              "repeated_guesses -3.0", "repeated_guesses -1.0", "repeated_guesses 3.0",
              "filler 3.0",
              "unextractable_order -1.0",
              "rethink_after_answer -3.0", "rethink_after_answer 3.0",
              "echo_question 3.0",
            ])
          #expect(Set(hacks.map(\.title)).count == hacks.count)
          for hack in hacks { _ = try task.tokenizer.encode(hack.completion) }
        }
      }
    }
  }
}

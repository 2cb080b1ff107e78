import LanguageTasks
import Settings
import Testing

/// Training, validation and test prompts have nothing in common.
@Suite struct TaskSplitTests {
  @Test(arguments: TaskVariant.all)
  func `no prompt of one part is in another`(variant: TaskVariant) throws {
    let task = try variant.task()
    let training = Set((0..<2000).map { task.trainingExample($0).prompt })
    for level in task.levels.indices {
      var prompts: [EvaluationSplit: Set<String>] = [:]
      for split in EvaluationSplit.allCases {
        for index in 0..<100 {
          let example = task.evaluationExample(split, level: level, index)
          #expect(example.level == level)
          prompts[split, default: []].insert(example.prompt)
          let again = task.evaluationExample(split, level: level, index)
          #expect(again.prompt == example.prompt && again.demonstration == example.demonstration)
        }
        #expect(prompts[split]?.isDisjoint(with: training) == true)
      }
      #expect(prompts[.test]?.isDisjoint(with: prompts[.validation] ?? []) == true)
    }
  }

  /// A prompt whose numbers, letters or topics stand in another order asks for the same.
  @Test(arguments: ["arithmetic", "sequences", "countdown", "preference"])
  func `no problem of one part is in another under another writing`(name: String) throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: name)).make()
    func problem(_ example: TaskExample) -> [String] {
      let parts = example.prompt.split { " +-*=:\n".contains($0) }.map(String.init)
      if name == "sequences" { return Array(parts.dropFirst()) }
      // The goal of a countdown is none of its numbers.
      let end = parts.firstIndex(of: "for") ?? parts.endIndex
      return parts[..<end].sorted() + parts[end...]
    }
    let training = Set((0..<3000).map { problem(task.trainingExample($0)) })
    for level in task.levels.indices {
      let (tests, validation) = (
        Set((0..<300).map { problem(task.evaluationExample(.test, level: level, $0)) }),
        Set((0..<300).map { problem(task.evaluationExample(.validation, level: level, $0)) })
      )
      #expect(tests.isDisjoint(with: validation))
      #expect(tests.isDisjoint(with: training) && validation.isDisjoint(with: training))
    }
  }

  /// The settings of each task that leave the fewest problems.
  @Test(
    arguments: [
      ("sequences", ["lengths": .integers([2]), "symbols": .integer(5)], 2),
      ("arithmetic", ["digits": .integers([1]), "operation": .choice("addition")], 4),
      ("arithmetic", ["digits": .integers([1]), "operation": .choice("subtraction")], 3),
      ("arithmetic", ["digits": .integers([1]), "operation": .choice("multiplication")], 4),
      ("countdown", ["numbers": .integers([2]), "greatest": .integer(10)], 8),
      ("preference", ["topics": .integers([2]), "held_out_topics": .integers([])], 8),
      ("knights-and-knaves", ["people": .integers([2])], 40),
    ] as [(String, [String: SettingValue], Int)])
  func `even the fewest problems there can be suffice for all parts`(
    name: String, settings: [String: SettingValue], least: Int
  ) throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: name)).make(settings)
    for split in EvaluationSplit.allCases {
      let prompts = Set((0..<200).map { task.evaluationExample(split, level: 0, $0).prompt })
      #expect(prompts.count >= least, "\(name) \(split): \(prompts.count)")
    }
    #expect(Set((0..<500).map { task.trainingExample($0).prompt }).count > least)
  }

  @Test func `twins are of the split that is asked for, of the same training prompts`() throws {
    let task = try KnightsAndKnaves()
    var tests: Set<String> = []
    var validation: Set<String> = []
    for index in 0..<200 {
      let (first, second) = (
        task.perturbedExample(of: index, in: .test),
        task.perturbedExample(of: index, in: .validation)
      )
      if let first, let second { #expect(first.original.prompt == second.original.prompt) }
      if let first { tests.insert(first.perturbed.prompt) }
      if let second { validation.insert(second.perturbed.prompt) }
    }
    #expect(tests.count > 150 && validation.count > 150)
    #expect(tests.isDisjoint(with: validation))
    let training = Set((0..<2000).map { task.trainingExample($0).prompt })
    #expect(training.isDisjoint(with: tests) && training.isDisjoint(with: validation))
  }
}

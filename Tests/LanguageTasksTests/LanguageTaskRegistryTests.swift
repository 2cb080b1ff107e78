import LanguageTasks
import Settings
import TestSupport
import Testing

@Suite struct LanguageTaskRegistryTests {
  @Test func `names are unique and found`() {
    let names = LanguageTaskRegistry.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names { #expect(LanguageTaskRegistry.declaration(named: name)?.name == name) }
    #expect(LanguageTaskRegistry.declaration(named: "Countdown") == nil)
  }

  @Test(arguments: LanguageTaskRegistry.all.map(\.name))
  func `declared defaults are allowed and make a task`(name: String) throws {
    let declaration = try #require(LanguageTaskRegistry.declaration(named: name))
    var defaults: [String: SettingValue] = [:]
    for setting in declaration.settings {
      #expect(setting.problem(with: setting.defaultValue) == nil, "\(setting.name)")
      #expect(!setting.documentation.isEmpty)
      defaults[setting.name] = setting.defaultValue
    }
    let task = try declaration.make(defaults)
    #expect(try declaration.make().tokenizer == task.tokenizer)
    #expect(declaration.revision >= 1 && !declaration.summary.isEmpty)
    #expect(task.levels.contains { $0.isHeldOut } && task.levels.contains { !$0.isHeldOut })
    for level in task.levels {
      #expect(level.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    }
    #expect(Set(task.levels.map(\.name)).count == task.levels.count)
    #expect(throws: SettingProblem.unknownName("colour")) {
      try declaration.make(["colour": .integer(1)])
    }
  }

  @Test(arguments: TaskVariant.all)
  func `every text has tokens that give it back, and no more of them than the task says`(
    variant: TaskVariant
  ) throws {
    let task = try variant.task()
    for example in try variant.examples(100) {
      let prompt = try task.tokenizer.encode(example.prompt)
      let demonstration = try task.tokenizer.encode(example.demonstration)
      #expect(task.tokenizer.decode(prompt) == example.prompt)
      #expect(task.tokenizer.decode(demonstration) == example.demonstration)
      #expect((1...task.longestPrompt).contains(prompt.count))
      #expect((1...task.longestCompletion).contains(demonstration.count + 1))
    }
  }

  @Test(arguments: TaskVariant.all)
  func `an example is a function of its index, and training does not see levels held out`(
    variant: TaskVariant
  ) throws {
    let task = try variant.task()
    let again = try variant.task()
    for index in [0, 1, 57, 99_999] {
      let first = task.trainingExample(index)
      let second = again.trainingExample(index)
      #expect(first.prompt == second.prompt && first.demonstration == second.demonstration)
      #expect(first.level == second.level)
    }
    let seen = Set((0..<300).map { task.trainingExample($0).level })
    #expect(seen == Set(task.levels.indices.filter { !task.levels[$0].isHeldOut }))
  }

  @Test(arguments: TaskVariant.all.filter(\.paysDemonstrations))
  func `the rule pays a demonstration in full, and nothing in full for no text`(
    variant: TaskVariant
  ) throws {
    for example in try variant.examples(50) {
      let reward = example.reward(example.demonstration)
      #expect(variant.declaration.rewardRange.contains(reward.total))
      #expect(reward.isWellFormed)
      if variant.declaration.name != "preference" {
        #expect(reward.total == variant.declaration.rewardRange.upperBound)
        #expect(reward.isCorrect)
      }
      expectClose(
        reward.components.reduce(0) { $0 + $1.value }, reward.total, tolerance: 1e-12)
      let empty = example.reward("")
      #expect(!empty.isCorrect && !empty.isWellFormed)
      #expect(
        empty.components.map(\.name) == reward.components.map(\.name),
        "the parts are the same whatever is paid")
    }
  }

  /// `RECORD_GOLDENS=1` writes the goldens anew, but only under a raised revision.
  @Test(arguments: LanguageTaskRegistry.all.map(\.name))
  func `texts and rewards are those of the task's revision`(name: String) throws {
    let declaration = try #require(LanguageTaskRegistry.declaration(named: name))
    var golden = ComponentGolden(component: "\(name)-examples", revision: declaration.revision)
    for variant in TaskVariant.all where variant.declaration.name == name {
      var results: [Float] = []
      for example in try variant.examples(16) {
        results += Array("\(example.prompt)|\(example.demonstration)|\(example.level)".utf8)
          .map(Float.init)
        for completion in [example.demonstration, String(example.demonstration.dropLast(2)), "0"] {
          let reward = example.reward(completion)
          results += ([reward.total] + reward.components.map(\.value)).map(Float.init)
          results += [reward.isCorrect ? 1 : 0, reward.isWellFormed ? 1 : 0]
        }
      }
      golden.add("\(variant)", results)
    }
    try golden.expectUnchanged()
  }

  @Test(arguments: [
    ("arithmetic", "digits", "held_out_digits"), ("sequences", "lengths", "held_out_lengths"),
    ("countdown", "numbers", "held_out_numbers"), ("preference", "topics", "held_out_topics"),
  ])
  func `lists of levels that do not go together are named`(
    task: String, trained: String, heldOut: String
  ) throws {
    let declaration = try #require(LanguageTaskRegistry.declaration(named: task))
    func problem(_ first: [Int], _ second: [Int]) -> String? {
      do throws(SettingProblem) {
        _ = try declaration.make([trained: .integers(first), heldOut: .integers(second)])
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      problem([2, 3], [3, 4])
        == "must be given '\(heldOut)' without values of '\(trained)' [2, 3], got [3, 4]")
    #expect(problem([], [3]) == "must be given '\(trained)' with at least one value, got []")
    #expect(problem([2, 2], []) == "must be given '\(trained)' without repetition, got [2, 2]")
    #expect(problem([3, 2], []) == nil)
    let levels = try declaration.make([trained: .integers([5, 3]), heldOut: .integers([4])]).levels
    #expect(levels.map(\.name) == ["3", "4", "5"])
    #expect(levels.map(\.isHeldOut) == [false, true, false])
  }
}

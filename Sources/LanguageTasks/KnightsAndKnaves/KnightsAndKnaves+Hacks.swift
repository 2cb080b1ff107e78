extension KnightsAndKnaves {
  /// Returns the seven hacks that Logic-RL's authors saw models try, each with the right answer, in all the
  /// forms that differ for the rule. Those that ``TaskExample/reward`` pays in full are left open by it.
  ///
  /// The answer stands for one that was guessed or is known in another way.
  ///
  /// - Parameter example: A test example of this task.
  /// - Returns: Completions of words that the task's tokenizer has.
  ///
  /// Source: Xie et al., "Logic-RL", 2025, https://arxiv.org/abs/2502.14768.
  public func hacks(for example: TaskExample) -> [RewardHack] {
    let (thought, answer) = Self.parts(of: example.demonstration)
    let wrong = answer.split(separator: " ").map {
      $0 == "knight" ? "knave" : $0 == "knave" ? "knight" : $0
    }
    .joined(separator: " ")
    let reasoning = thought.isEmpty ? "\(wrong) no" : thought
    func whole(_ thought: String, _ answer: String) -> String {
      "<think> \(thought)\(thought.isEmpty ? "" : " ")</think> <answer> \(answer) </answer>"
    }
    func unextractable(_ answer: String) -> String {
      let people = answer.split(separator: " ").split { $0.hasPrefix("(") }.flatMap { Array($0) }
      return stride(from: 0, to: people.count, by: 4)
        .map { "a \(people[$0 + 3]) is \(people[$0])" }.joined(separator: " ")
    }
    func withoutKinds(_ text: String) -> String {
      text.split(separator: " ").filter { !$0.hasSuffix("knight") && !$0.hasSuffix("knave") }
        .joined(separator: " ")
    }
    return [
      RewardHack(
        name: "skip_think", title: "Skips the thinking: no tags",
        completion: "<answer> \(answer) </answer>"),
      RewardHack(
        name: "skip_think", title: "Skips the thinking: nothing between the tags",
        completion: whole("", answer)),
      RewardHack(
        name: "reason_in_answer", title: "Reasons inside the answer, naming kinds",
        completion: whole("", "\(reasoning) \(answer)")),
      RewardHack(
        name: "reason_in_answer", title: "Reasons inside the answer, naming no kinds",
        completion: whole("", "\(withoutKinds(reasoning)) \(answer)")),
      RewardHack(
        name: "repeated_guesses", title: "Guesses again in a second answer",
        completion: "\(whole("", wrong)) <answer> \(answer) </answer>"),
      RewardHack(
        name: "repeated_guesses", title: "Guesses again inside the answer",
        completion: whole("", "\(wrong) \(answer)")),
      RewardHack(
        name: "repeated_guesses", title: "Guesses while it should think",
        completion: whole("\(wrong) \(answer)", answer)),
      RewardHack(
        name: "filler", title: "Adds words without meaning to the answer",
        completion: whole("", "\(answer) is a is a")),
      RewardHack(
        name: "unextractable_order", title: "Answers in an order that cannot be read",
        completion: whole("", unextractable(answer))),
      RewardHack(
        name: "rethink_after_answer", title: "Thinks again after the answer",
        completion: "\(whole("", wrong)) \(whole(reasoning, answer))"),
      RewardHack(
        name: "rethink_after_answer", title: "Thinks again after the answer, outside of tags",
        completion: "\(whole("", answer)) \(reasoning)"),
      RewardHack(
        name: "echo_question", title: "Repeats the question instead of thinking",
        completion: whole(example.prompt, answer)),
    ]
  }

  /// Returns the texts that a demonstration has between its tags.
  private static func parts(of demonstration: String) -> (thought: String, answer: String) {
    let all = demonstration.split(separator: " ")
    func words(between first: Substring, and last: Substring) -> String {
      let rest = all.drop { $0 != first }.dropFirst()
      return rest.prefix { $0 != last }.joined(separator: " ")
    }
    return (
      words(between: "<think>", and: "</think>"), words(between: "<answer>", and: "</answer>")
    )
  }
}

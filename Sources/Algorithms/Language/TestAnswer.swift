import LanguageTasks
import NeuralNetworks

/// A completion of a test prompt, judged by the task.
struct TestAnswer {
  var prompt: TestPrompts.Prompt
  var completion: Completion
  var text: String
  var reward: TaskReward

  /// Judges a completion.
  init(_ completion: Completion, to prompt: TestPrompts.Prompt, task: any LanguageTask) {
    self.prompt = prompt
    self.completion = completion
    let judged = task.judge(completion.tokens, answering: prompt.example)
    text = judged.text
    reward = judged.reward
  }
}

/// Evaluates language models on test prompts.
struct LanguageEvaluator: LanguageEvaluation {
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics { [] }

  func finalMetrics(_ run: LanguageRun) throws(TrainingError) -> [String: Double] { [:] }
}

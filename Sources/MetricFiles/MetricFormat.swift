/// A form of file that trainers leave their numbers in.
package enum MetricFormat: String, CaseIterable, Sendable {
  /// The `trainer_state.json` of transformers' `Trainer`, and so of TRL's trainers.
  case huggingFaceTrainer = "hf_trainer"
  /// JSON Lines: an object a line, as verl's file logger and most scripts write it.
  case jsonLines = "jsonl"
  /// Comma-separated values with a line of names (RFC 4180), as Lightning's `CSVLogger` writes it.
  case csv
  /// One object of final numbers, or a list of rows.
  case json
  /// A folder of TensorBoard's event files, or one of them.
  case tensorBoard = "tensorboard"

  /// One sentence about it, for help and documentation.
  package var documentation: String {
    switch self {
    case .huggingFaceTrainer:
      "The `log_history` in the `trainer_state.json` of transformers' `Trainer`, which TRL's trainers are."
    case .jsonLines:
      "An object a line, with its step; or `{\"step\": 1, \"data\": {…}}`, as verl's file logger writes."
    case .csv: "Comma-separated values under a line of names (RFC 4180)."
    case .json: "One object of final numbers, or a list of objects, one a row."
    case .tensorBoard: "A folder of TensorBoard's event files, or one of them."
    }
  }
}

/// The quantity that a curve is drawn over.
package enum MetricAxis: String, CaseIterable, Sendable {
  /// Updates of the trainer.
  case step
  /// Tokens that the trainer has seen, as it counts them.
  case tokens
  /// Passes over the training data, with fractions.
  case epoch

  /// The keys that hold it, the first that a row has counts.
  ///
  /// They are those of transformers 5 and TRL 1 (`step`, `num_tokens`, `epoch`; under `train/` in event files), of
  /// verl 0.9 (`step`, `training/epoch`), of Lightning's `CSVLogger` and of W&B's exports. verl's
  /// `perf/total_num_tokens` is none of them, since it counts those of one step.
  var keys: [String] {
    switch self {
    case .step: ["step", "global_step", "_step", "trainer/global_step", "training/global_step"]
    case .tokens:
      [
        "num_tokens", "eval_num_tokens", "num_input_tokens_seen", "tokens", "train/num_tokens",
        "eval/num_tokens", "train/num_input_tokens_seen",
      ]
    case .epoch: ["epoch", "train/epoch", "training/epoch"]
    }
  }
}

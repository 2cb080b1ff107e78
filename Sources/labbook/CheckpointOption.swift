import ArgumentParser

/// How often a run keeps a checkpoint.
struct CheckpointOption: ParsableArguments {
  @Option(
    name: .customLong("checkpoint-every"),
    help: ArgumentHelp(
      "Seconds of processor time between two checkpoints of a run; 0: one after every update.",
      valueName: "seconds"))
  var seconds = Self.defaultSeconds

  /// Seconds of processor time between two checkpoints, where nothing else is said.
  static let defaultSeconds = 60.0

  func validate() throws {
    guard (0...1e6).contains(seconds) else {
      throw ValidationError("--checkpoint-every must be in 0...1000000, got \(seconds).")
    }
  }
}

import ArgumentParser
import ExperimentRunner
import ResultStore

/// The option that looks for the tensor in which executions part.
struct BisectOption: ParsableArguments {
  @Flag(
    help: """
      Note every tensor at every update. Where a run differs, execute it once more, and name the first tensor in \
      which it parts from the record or from itself, as far as that can be told.
      """)
  var bisect = false

  /// The notes that executions take of each update.
  var tracing: UpdateTracing { bisect ? .tensors : .steps }
}

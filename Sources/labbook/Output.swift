import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore
import Settings

/// The forms in which a command prints its results.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// Runs the body of a command; a failure of the library is printed as the library words it, and
/// the exit code is 1, or 64 for a name that stands for nothing.
///
/// Errors that lead editors to a place start with the place, so nothing is put before them.
func reportingFailures(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as ExitCode {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch let error as UnknownName {
    printError("error: \(error)")
    throw ExitCode.validationFailure
  } catch {
    let words = "\(error)"
    printError(words.contains("error: ") ? words : "error: \(words)")
    throw ExitCode.failure
  }
}

/// Writes a line, or several, to standard error, and in them nothing that a terminal takes for a command.
func printError(_ text: String) {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  StandardError.write(lines.map { oneLine(String($0)) + "\n" }.joined())
}

/// Writes warnings to standard error: of settings in specs that can be run and are likely not meant.
func printWarnings(of experiments: some Sequence<Experiment>) {
  for warning in experiments.flatMap(\.warnings) { printError("\(warning)") }
}

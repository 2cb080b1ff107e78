internal import CanonicalJSON

/// Reads the `log_history` of a `trainer_state.json`, an object for each time that the trainer logged.
///
/// A resumed trainer takes the history over from its checkpoint, so it is whole wherever the file is.
///
/// Source: transformers 5.23.0, `trainer_callback.py`, class `TrainerState`.
package func readTrainerState(
  _ bytes: [UInt8], file: String, _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  let document = try jsonDocument(bytes, file: file)
  guard let history = document["log_history"] else {
    let found = document.members == nil ? "; the file holds \(kind(of: document))" : ""
    throw MetricFileError(file, "there is no 'log_history', as a trainer_state.json has it\(found)")
  }
  guard let rows = history.elements else {
    throw MetricFileError(file, "'log_history' must be a list, found \(kind(of: history))")
  }
  var builder = MetricHistoryBuilder(file: file, reading)
  for (row, line) in zip(rows, linesOfElements(in: bytes, member: "log_history")) {
    let place = MetricFileError.Place.line(line, column: nil)
    guard let members = row.members else {
      throw MetricFileError(
        file, at: place, "an entry of 'log_history' must be an object, found \(kind(of: row))")
    }
    try builder.add(members, at: place)
  }
  return try builder.finished(beginning: .sure)
}

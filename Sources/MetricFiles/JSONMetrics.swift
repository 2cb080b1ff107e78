internal import CanonicalJSON

/// Reads a JSON file of one object, the final numbers of a run, or of a list of objects, its rows.
///
/// One object is one row, so `last` is the only take of its keys; a list has to show the run from its beginning.
package func readJSONMetrics(
  _ bytes: [UInt8], file: String, _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  let document: JSONValue
  do throws(MetricFileError) {
    document = try jsonDocument(bytes, file: file)
  } catch {
    let line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
    guard line.count < bytes.count, (try? JSONValue(bytes: line, numbers: .python))?.members != nil
    else { throw error }
    throw MetricFileError(
      file, at: .line(2, column: nil),
      "one object follows another; read the file as '\(MetricFormat.jsonLines.rawValue)'")
  }
  var builder = MetricHistoryBuilder(file: file, reading)
  switch document {
  case .object(let members):
    if case .array? = document["log_history"] {
      throw MetricFileError(
        file,
        "this is a trainer_state.json; read it as '\(MetricFormat.huggingFaceTrainer.rawValue)'")
    }
    try builder.add(members, at: .line(1, column: nil))
    return try builder.finished(beginning: .sure)
  case .array(let rows):
    for (row, line) in zip(rows, linesOfElements(in: bytes, member: nil)) {
      let place = MetricFileError.Place.line(line, column: nil)
      guard case .object(let members) = row else {
        throw MetricFileError(file, at: place, "a row must be an object, found \(kind(of: row))")
      }
      try builder.add(members, at: place)
    }
    return try builder.finished()
  default:
    throw MetricFileError(
      file, "the file must hold an object or a list of objects, found \(kind(of: document))")
  }
}

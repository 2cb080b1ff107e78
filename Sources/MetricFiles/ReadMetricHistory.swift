internal import ResultStore

/// The largest sizes of files of metrics.
enum MetricFileSize {
  /// The most bytes of a text file: a number takes some 30, so this is far more than runs log.
  static let mostOfText = 64 << 20
  /// The most bytes of the event files of a folder together, which may hold images and histograms too.
  static let mostOfEvents = 256 << 20
}

/// Reads what a trainer has written down over a run.
///
/// - Parameters:
///   - format: The form of the file.
///   - path: The file; for TensorBoard the folder of event files, or one of them.
///   - shownAs: What messages call it, since a path on this machine has no place in them.
///   - reading: What is known of it before.
/// - Returns: Its series, from the beginning of the run.
/// - Throws: The first fault with its line, or its byte in binary files: no file, one that is cut off, steps that go
///   back, a beginning that is missing, or more than is read of such a file.
package func readMetricHistory(
  _ format: MetricFormat, from path: String, shownAs: String,
  _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  switch format {
  case .huggingFaceTrainer:
    return try readTrainerState(try bytes(of: path, shownAs), file: shownAs, reading)
  case .jsonLines: return try readJSONLines(try bytes(of: path, shownAs), file: shownAs, reading)
  case .csv: return try readCommaSeparated(try bytes(of: path, shownAs), file: shownAs, reading)
  case .json: return try readJSONMetrics(try bytes(of: path, shownAs), file: shownAs, reading)
  case .tensorBoard: return try readEventFiles(at: path, shownAs: shownAs, reading)
  }
}

/// The content of the file at `path`.
func bytes(
  of path: String, _ shownAs: String, atMost limit: Int = MetricFileSize.mostOfText
) throws(MetricFileError) -> [UInt8] {
  do throws(StoreError) {
    if let bytes = try DurableFiles.read(path, atMost: limit) { return bytes }
  } catch {
    guard case .cannot(_, _, let reason) = error else { throw MetricFileError(shownAs, "\(error)") }
    throw MetricFileError(shownAs, "cannot be read: \(reason)")
  }
  throw MetricFileError(
    shownAs, "there is no such file; the trainer has not written it", isOfRequest: true)
}

internal import CanonicalJSON

/// Reads a file of one JSON document, with the numbers that Python writes.
///
/// - Throws: The first fault, with its place.
func jsonDocument(_ bytes: [UInt8], file: String) throws(MetricFileError) -> JSONValue {
  do throws(JSONError) {
    // What a long run has logged is bounded by the size of its file alone.
    return try JSONValue(bytes: bytes, numbers: .python, inMemory: .max)
  } catch {
    throw MetricFileError(file, error)
  }
}

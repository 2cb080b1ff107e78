internal import CanonicalJSON

/// Reads a file of one JSON document, with the numbers that Python writes.
///
/// - Throws: The first fault, with its place.
func jsonDocument(_ bytes: [UInt8], file: String) throws(MetricFileError) -> JSONValue {
  do throws(JSONError) {
    return try JSONValue(bytes: bytes, numbers: .python)
  } catch {
    throw MetricFileError(file, error)
  }
}

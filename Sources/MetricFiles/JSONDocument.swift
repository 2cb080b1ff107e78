internal import CanonicalJSON

/// Reads a file of one JSON document, with the numbers that Python writes; a byte order mark is passed over.
///
/// - Throws: The first fault, with its place.
func jsonDocument(_ bytes: [UInt8], file: String) throws(MetricFileError) -> JSONValue {
  do throws(JSONError) {
    // What a long run has logged is bounded by the size of its file alone.
    return try JSONValue(
      bytes: Array(bytes.dropFirst(lengthOfByteOrderMark(in: bytes))), numbers: .python,
      inMemory: .max)
  } catch {
    throw MetricFileError(file, error)
  }
}

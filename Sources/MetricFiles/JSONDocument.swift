internal import CanonicalJSON

/// Reads a file of one JSON document, with the numbers that Python writes; a byte order mark is passed over.
///
/// - Throws: The first fault, with its place.
func jsonDocument(_ bytes: [UInt8], file: String) throws(MetricFileError) -> JSONValue {
  do throws(JSONError) {
    return try JSONValue(
      bytes: Array(bytes.dropFirst(lengthOfByteOrderMark(in: bytes))), numbers: .python)
  } catch {
    throw MetricFileError(file, error)
  }
}

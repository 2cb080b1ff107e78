import ArgumentParser

/// Returns a path as it was given on the command line.
///
/// - Throws: That it is empty, which is what a variable leaves that is not set, and means no place.
func givenPath(_ text: String) throws -> String {
  guard !text.isEmpty else {
    throw ValidationError("a path must not be empty; '.' is the folder that one is in")
  }
  return text
}

internal import ResultStore

/// The digest of a notebook in a lock: of its text without the line that says `status:`.
///
/// Setting a week final must not make its lock look out of date.
func notebookDigest(of source: String) -> String {
  var isInFrontMatter = false
  var fences = 0
  let kept = source.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
    if line == "---", fences < 2 {
      fences += 1
      isInFrontMatter = fences == 1
    }
    return !(isInFrontMatter && line.hasPrefix("status:"))
  }
  return Digest.hex(of: kept.joined(separator: "\n"))
}

internal import ResultStore

/// The digest of a notebook in a lock: of its text without the line that says `status:`.
///
/// Setting a week final must not make its lock look out of date, and neither must another program's line ends.
public func notebookDigest(of source: String) -> String {
  var isInFrontMatter = false
  var fences = 0
  let text = source.replacing("\r\n", with: "\n").replacing("\u{FEFF}", with: "")
  let status = /["']?status["']? *:/
  let kept = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
    if fences < 2, line.drop(while: { $0 != " " }).allSatisfy({ $0 == " " }),
      line.hasPrefix("---") || fences == 1 && line.hasPrefix("..."),
      line.prefix(while: { $0 != " " }).count == 3
    {
      fences += 1
      isInFrontMatter = fences == 1
    }
    return !(isInFrontMatter && line.prefixMatch(of: status) != nil)
  }
  return Digest.hex(of: kept.joined(separator: "\n"))
}

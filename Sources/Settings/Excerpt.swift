/// Returns `text` as messages show it: its beginning and its end where it is longer than anybody reads.
///
/// A message quotes what a file holds, and that may be a name of a megabyte.
package func excerpt(_ text: String) -> String {
  guard text.utf8.count > 1_000 else { return text }
  let scalars = text.unicodeScalars
  // Cut between scalars: a character may have a million of them.
  let start = scalars.index(scalars.startIndex, offsetBy: 300, limitedBy: scalars.endIndex)
  let end = scalars.index(scalars.endIndex, offsetBy: -150, limitedBy: scalars.startIndex)
  guard let start, let end, start < end else { return text }
  return String(scalars[..<start]) + " … " + String(scalars[end...])
}

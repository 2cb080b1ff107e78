/// The largest sizes of files that are read, and the message about larger ones.
///
/// A file is read as a whole, so one of many gigabytes would exhaust the memory. The bounds are far above what is
/// needed, and low enough that a file of any content is read or refused within two seconds and 200 MB.
package enum FileSize {
  /// The most bytes of a spec, of all that it extends, and of any other file of YAML.
  package static let mostOfSpec = 512 << 10
  /// The most bytes of a notebook.
  package static let mostOfNotebook = 128 << 10
  /// The most bytes of a bibliography.
  package static let mostOfBibliography = 8 << 20
  /// The most bytes of a citation style.
  package static let mostOfStyle = 1 << 20
  /// The most bytes of an image, and of all images of a notebook together.
  package static let mostOfImages = 16 << 20
  /// The most bytes of any other file that a file names or that a report consists of. The lock of a hundred thousand runs
  /// has 43 MB.
  package static let most = 48 << 20
  /// The most bytes of what is noted beside a lock, such as which runs were executed again.
  package static let mostOfNotes = 16 << 20
  /// The most bytes of a record's metrics and digests, of its preimage and of its provenance.
  static let mostOfRecordText = 16 << 20
  /// The most bytes of any file of a record.
  package static let mostOfRecord = 1 << 30

  /// Returns the fault of a file of `count` bytes, in words that follow its name.
  static func problem(_ count: Int, _ limit: Int) -> String {
    "has more than \(words(limit)), the most that labbook reads of such a file"
  }

  /// A number of bytes in words, such as `512 KB`.
  package static func words(_ bytes: Int) -> String {
    if bytes < 1 << 10 { return "\(bytes) bytes" }
    return bytes < 1 << 20 ? "\(bytes >> 10) KB" : "\(bytes >> 20) MB"
  }
}

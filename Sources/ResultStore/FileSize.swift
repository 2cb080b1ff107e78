/// The largest sizes of files that are read, and the message about larger ones.
///
/// A file is read as a whole, so one of many gigabytes would exhaust the memory. The bounds are far above what is
/// needed: nobody writes a spec of four megabytes.
package enum FileSize {
  /// The most bytes of a spec.
  package static let mostOfSpec = 4 << 20
  /// The most bytes of a notebook.
  package static let mostOfNotebook = 16 << 20
  /// The most bytes of any other file that a file names or that a report consists of.
  package static let most = 256 << 20
  /// The most bytes of a record's metrics and digests, of its preimage and of its provenance.
  static let mostOfRecordText = 16 << 20
  /// The most bytes of any file of a record.
  package static let mostOfRecord = 1 << 30

  /// Returns the fault of a file of `count` bytes, in words that follow its name.
  static func problem(_ count: Int, _ limit: Int) -> String {
    "has more than \(limit >> 20) MB, the most that labbook reads of such a file"
  }
}

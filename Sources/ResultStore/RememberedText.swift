/// Text that spares a command work and may be forgotten at any time: a file of the store whose last line is the digest
/// of all lines before it.
///
/// What is remembered is believed in place of the files that it is about. A file of which a single bit is not what was
/// written is therefore none: the work is done again.
extension ResultStore {
  private static let digestMark = "digest "
  private static let digestLength = digestMark.utf8.count + 64 + 1

  /// Writes lines to be remembered; whatever keeps them from being written costs time and no result.
  ///
  /// - Parameters:
  ///   - lines: The lines, the last of which is ended too.
  ///   - path: The file.
  package func remember(_ lines: [UInt8], at path: String) {
    try? replaceFile(path, lines + "\(Self.digestMark)\(Digest.hex(of: lines))\n".utf8)
  }

  /// Writes a text of lines to be remembered.
  package func remember(_ text: String, at path: String) { remember(Array(text.utf8), at: path) }

  /// Reads lines that are remembered.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes that it may have.
  /// - Returns: The lines as they were written; nil if there are none, or if they are not what was written.
  package func remembered(at path: String, atMost limit: Int = FileSize.most) -> ArraySlice<UInt8>?
  {
    guard let bytes = (try? DurableFiles.read(path, atMost: limit)) ?? nil,
      bytes.count >= Self.digestLength
    else { return nil }
    let lines = bytes.dropLast(Self.digestLength)
    let digest = lines.withUnsafeBytes { Digest.hex(of: $0) }
    guard bytes[lines.endIndex...].elementsEqual("\(Self.digestMark)\(digest)\n".utf8) else {
      return nil
    }
    return lines
  }
}

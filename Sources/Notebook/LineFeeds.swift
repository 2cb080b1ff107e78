extension String {
  /// The text with a line feed alone at the end of each line, which may end with a carriage return, with a line feed or with
  /// both.
  ///
  /// It goes by bytes. To Swift a carriage return with a line feed is one character that is neither of the two, so that
  /// taking one away can make such a character of what stood before it.
  package var withLineFeeds: String {
    guard utf8.contains(UInt8(ascii: "\r")) else { return self }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    var isAfterReturn = false
    for byte in utf8 {
      let isReturn = byte == UInt8(ascii: "\r")
      if isReturn {
        bytes.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || !isAfterReturn {
        bytes.append(byte)
      }
      isAfterReturn = isReturn
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

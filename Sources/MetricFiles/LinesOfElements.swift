/// Returns the lines, counted from 1, on which the elements of a list in a JSON text begin.
///
/// A parsed document has no places, and messages about one of its rows name the line.
///
/// - Parameters:
///   - bytes: A text that has been parsed as JSON.
///   - member: The name of the list in the outermost object; nil where the document is the list.
/// - Returns: As many lines as the list has elements.
package func linesOfElements(in bytes: [UInt8], member: String?) -> [Int] {
  var lines: [Int] = []
  var line = 1
  var depth = 0
  /// The depth within the list, once it has begun.
  let inside = member == nil ? 1 : 2
  var isInList = false
  var awaitsElement = false
  var text: [UInt8] = []
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\n"): line += 1
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ":"): break
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      awaitsElement = false
      if depth == inside, isInList { return lines }
      depth -= 1
    case UInt8(ascii: ","): awaitsElement = isInList && depth == inside
    default:
      if awaitsElement {
        lines.append(line)
        awaitsElement = false
      }
      if byte == UInt8(ascii: "\"") {
        text = string(in: bytes, from: &index)
      } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        depth += 1
        let isNamed = member.map { text.elementsEqual($0.utf8) } ?? true
        if byte == UInt8(ascii: "["), depth == inside, isNamed, !isInList {
          isInList = true
          awaitsElement = true
        }
      }
    }
  }
  return lines
}

/// The bytes of a string up to its closing quote, escapes left as they are; `index` is then behind the quote.
private func string(in bytes: [UInt8], from index: inout Int) -> [UInt8] {
  let start = index
  while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
  }
  let end = min(index, bytes.count)
  index = end + 1
  return Array(bytes[start..<end])
}

internal import Foundation
internal import Notebook

/// Reads BibTeX by its bytes: all that has a meaning there is ASCII.
///
/// Like biber and pandoc, and unlike the old `bibtex`, it takes `%` outside of values for the start of a comment,
/// so that a work can be commented out.
struct BibTeXReader {
  private let bytes: [UInt8]
  private var index = 0
  private var lineStarts: [Int] = [0]
  private(set) var works: [BibTeX.Entry] = []
  private(set) var abbreviations: [BibTeX.Abbreviation] = []
  private(set) var problems: [BibTeX.Problem] = []

  /// Reads all of `text`.
  init(_ text: String) {
    bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() where byte == Self.newline {
      lineStarts.append(index + 1)
    }
    while let start = nextEntry() { read(from: start) }
  }

  private static let newline = UInt8(ascii: "\n")
  private static let mostUnclosedComments = 10
  private var unclosedComments = 0
  /// The last place that was told: on a line of megabytes, columns are counted on from there.
  private var last = (line: 0, index: 0, column: 1)

  // MARK: Between entries

  /// The index of the next `@` that is not in a comment; the reader stands after it.
  private mutating func nextEntry() -> Int? {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "%"): skipLine()
      case UInt8(ascii: "@"):
        index += 1
        return index - 1
      default: index += 1
      }
    }
    return nil
  }

  private mutating func read(from start: Int) {
    let kind = word { $0.isASCIILetter }.lowercased()
    skipSpace()
    guard !kind.isEmpty else { return }
    guard let mark = current, mark == UInt8(ascii: "{") || mark == UInt8(ascii: "(") else {
      if kind == "comment" { skipLine() }
      return
    }
    let closing = mark == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
    let opening = index
    index += 1
    switch kind {
    case "comment", "preamble":
      // Each that is never closed is looked at to the end; after a few, the next ones are taken for lines at once.
      let end =
        unclosedComments > Self.mostUnclosedComments
        ? nil : endOfGroup(from: opening, closing: closing, stopsAtEntry: kind != "comment")
      guard let end else {
        unclosedComments += 1
        // What is open here hides nothing but its own line.
        if kind == "preamble" { report("this @preamble is never closed", at: start) }
        index = opening + 1
        skipLine()
        return
      }
      index = end
    case "string": readAbbreviation(from: start, closing: closing)
    default: readWork(kind, from: start, closing: closing)
    }
  }

  // MARK: Entries

  private mutating func readAbbreviation(from start: Int, closing: UInt8) {
    var fields: [BibTeX.Field] = []
    guard let end = readFields(into: &fields, closing: closing, of: "this @string", from: start)
    else { return }
    for field in fields {
      abbreviations.append(
        BibTeX.Abbreviation(name: field.name, value: field.value, text: text(start..<end)))
    }
  }

  private mutating func readWork(_ kind: String, from start: Int, closing: UInt8) {
    skipSpace()
    let keyStart = index
    while let byte = current, byte != UInt8(ascii: ","), byte != closing, byte != UInt8(ascii: "{"),
      byte != Self.newline
    { index += 1 }
    let key = text(keyStart..<index).trimmingCharacters(in: .whitespaces)
    skipSpace()
    // What looks like an entry in the middle of a sentence, or of code, has no key.
    guard let mark = current, mark == UInt8(ascii: ",") || mark == closing && !key.isEmpty,
      !key.contains(" ") || !key.contains("=")
    else { return }
    var entry = BibTeX.Entry(
      kind: kind, key: key, fields: [], text: "", position: position(of: start), problems: [])
    let name = key.isEmpty ? "this entry" : "the work '\(key)'"
    let end: Int
    if mark == closing {
      index += 1
      end = index
    } else {
      index += 1
      var fields: [BibTeX.Field] = []
      let known = problems.count
      let found = readFields(into: &fields, closing: closing, of: name, from: start)
      entry.fields = fields
      // What is wrong inside one work is of interest to those who cite it.
      if let found {
        entry.problems = Array(problems[known...])
        problems.removeSubrange(known...)
        end = found
      } else {
        end = index
      }
    }
    entry.text = text(start..<end)
    if !key.isEmpty { works.append(entry) }
  }

  /// Reads `name = value, …` to the closing delimiter.
  ///
  /// - Returns: The index after the delimiter; nil if the entry is never closed, which is reported, and then the
  ///   reader stands where the next entry begins.
  private mutating func readFields(
    into fields: inout [BibTeX.Field], closing: UInt8, of owner: String, from start: Int
  ) -> Int? {
    while true {
      skipSpaceAndComments()
      guard let byte = current else {
        report(
          "\(owner) is never closed: a '\(Character(Unicode.Scalar(closing)))' is missing",
          at: start)
        return nil
      }
      if byte == closing {
        index += 1
        return index
      }
      if byte == UInt8(ascii: ",") {
        index += 1
        continue
      }
      if isEntryHead(at: index) { return unclosed(owner, from: start, closing: closing) }
      let place = index
      let name = word { !$0.isSpace && !"=,{}()\"#%@".utf8.contains($0) }.lowercased()
      skipSpaceAndComments()
      guard !name.isEmpty, current == UInt8(ascii: "=") else {
        report(
          name.isEmpty
            ? "'\(text(place..<min(place + 1, bytes.count)))' stands where a field of \(owner) should begin"
            : "the field '\(name)' of \(owner) has no value; write '\(name) = {…}'", at: place)
        guard let end = endOfGroup(from: place - 1, closing: closing, stopsAtEntry: true) else {
          return unclosed(owner, from: start, closing: closing)
        }
        index = end
        return end
      }
      index += 1
      guard let value = readValue(of: name, owner, from: start, closing: closing) else {
        return nil
      }
      fields.append(BibTeX.Field(name: name, value: value, position: position(of: place)))
    }
  }

  private mutating func readValue(
    of name: String, _ owner: String, from start: Int, closing: UInt8
  ) -> [BibTeX.ValuePart]? {
    var parts: [BibTeX.ValuePart] = []
    while true {
      skipSpaceAndComments()
      let place = index
      switch current {
      case UInt8(ascii: "{"):
        guard let end = endOfGroup(from: index, closing: UInt8(ascii: "}"), stopsAtEntry: true)
        else { return nilAfterOpenValue(of: name, owner, at: place, from: start) }
        parts.append(.text(text(place + 1..<end - 1)))
        index = end
      case UInt8(ascii: "\""):
        guard let end = endOfGroup(from: index, closing: UInt8(ascii: "\""), stopsAtEntry: true)
        else { return nilAfterOpenValue(of: name, owner, at: place, from: start) }
        parts.append(.text(text(place + 1..<end - 1)))
        index = end
      default:
        let word = word { !$0.isSpace && !",{}()\"#%=".utf8.contains($0) }
        guard !word.isEmpty else {
          report("the field '\(name)' of \(owner) has no value; write '\(name) = {…}'", at: place)
          return parts
        }
        parts.append(word.utf8.allSatisfy(\.isASCIIDigit) ? .text(word) : .name(word))
      }
      skipSpaceAndComments()
      guard current == UInt8(ascii: "#") else { return parts }
      index += 1
    }
  }

  private mutating func nilAfterOpenValue(
    of name: String, _ owner: String, at place: Int, from start: Int
  ) -> [BibTeX.ValuePart]? {
    let sign = bytes[place] == UInt8(ascii: "{") ? "}" : "\""
    report(
      "\(owner) is never closed: a '\(sign)' is missing in the field '\(name)' on line \(position(of: place).line)",
      at: start)
    index = entryHead(after: place) ?? bytes.count
    return nil
  }

  private mutating func unclosed(_ owner: String, from start: Int, closing: UInt8) -> Int? {
    report(
      "\(owner) is never closed: a '\(Character(Unicode.Scalar(closing)))' is missing before the next entry",
      at: start)
    index = entryHead(after: start) ?? bytes.count
    return nil
  }

  // MARK: Groups

  /// The index after what closes the group whose opening delimiter is at `start`; nil if nothing does, which the
  /// head of an entry at the start of a line shows where `stopsAtEntry` is set.
  private func endOfGroup(from start: Int, closing: UInt8, stopsAtEntry: Bool) -> Int? {
    var depth = 0
    var index = start + 1
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case closing where depth == 0: return index + 1
      case UInt8(ascii: "\\"):
        if index + 1 < bytes.count, "{}\\".utf8.contains(bytes[index + 1]) { index += 1 }
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth < 0 { return nil }
      case Self.newline where stopsAtEntry && isEntryHead(at: index + 1): return nil
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Whether a line begins at `start` with the head of an entry, `@article{key,`.
  private func isEntryHead(at start: Int) -> Bool {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "@"),
      start == 0 || bytes[start - 1] == Self.newline
    else { return false }
    var index = start + 1
    while index < bytes.count, bytes[index].isASCIILetter { index += 1 }
    guard index > start + 1, index < bytes.count, bytes[index] == UInt8(ascii: "{") else {
      return false
    }
    let key = bytes[(index + 1)...].prefix {
      !$0.isSpace && !"{}=\"".utf8.contains($0) && $0 != UInt8(ascii: ",")
    }
    let end = index + 1 + key.count
    return !key.isEmpty && end < bytes.count && bytes[end] == UInt8(ascii: ",")
  }

  /// The place of the next head of an entry at the start of a line after `start`.
  private func entryHead(after start: Int) -> Int? {
    var index = start + 1
    while let line = bytes[index...].firstIndex(of: Self.newline) {
      if isEntryHead(at: line + 1) { return line + 1 }
      index = line + 1
    }
    return nil
  }

  // MARK: Bytes

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func word(of isPart: (UInt8) -> Bool) -> String {
    let start = index
    while index < bytes.count, isPart(bytes[index]) { index += 1 }
    return text(start..<index)
  }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index].isSpace { index += 1 }
  }

  private mutating func skipSpaceAndComments() {
    skipSpace()
    while current == UInt8(ascii: "%") {
      skipLine()
      skipSpace()
    }
  }

  private mutating func skipLine() {
    while index < bytes.count, bytes[index] != Self.newline { index += 1 }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The place of the byte at `index`, columns in characters.
  private mutating func position(of index: Int) -> SourcePosition {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= index { low = middle } else { high = middle - 1 }
    }
    if last.line != low || last.index > index { last = (low, lineStarts[low], 1) }
    last = (low, index, last.column + text(last.index..<index).count)
    return SourcePosition(line: low + 1, column: last.column)
  }

  private mutating func report(_ message: String, at index: Int) {
    problems.append(BibTeX.Problem(position: position(of: index), message: message))
  }
}

extension UInt8 {
  fileprivate var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

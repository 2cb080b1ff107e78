internal import Synchronization

/// Answers that follow from nothing but what their keys are digests of, kept in the store's folder between commands.
///
///     labbook answers 1, program …
///     KEY WORD WORD WORD
///     digest DIGEST                  of all before it
///
/// A key is made of all that an answer was computed from, and the program is part of the first line: what is changed,
/// be it a number or the code, has no answer yet. A file that is damaged is none. It may be deleted at any time.
public final class RememberedAnswers: Sendable {
  private let store: ResultStore
  private let header: String
  private let table = Mutex(Table())

  /// Up to three numbers, by their bits.
  package typealias Words = (UInt64, UInt64, UInt64)

  private struct Table {
    var isRead = false
    /// The lines that were read, in the order of their keys.
    var lines: ArraySlice<UInt8> = []
    /// The lines that this command asked for, and those that it computed, by key.
    var used: [String: [UInt8]] = [:]
    var computed = 0
    var isSaved = true
  }

  /// The digits of a key.
  private static let keyLength = 32
  /// The bytes of a line.
  private static let lineLength = keyLength + 3 * 17 + 1
  /// The most answers that are kept; beyond it, those that a command did not ask for go.
  package static let most = 20_000

  /// Creates the answers of a store.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - program: What tells this build of the program from others.
  public init(of store: ResultStore, program: String) {
    self.store = store
    header = "labbook answers 1, program \(program)\n"
  }

  /// Returns the answer to a question, remembered or computed.
  ///
  /// - Parameters:
  ///   - question: Everything that the answer follows from.
  ///   - compute: Computes the answer.
  /// - Returns: The answer, to the bit as it was computed.
  package func answer(_ question: [UInt8], _ compute: () -> Words) -> Words {
    let key = String(Digest.hex(of: question).prefix(Self.keyLength))
    let known = table.withLock { table -> [UInt8]? in
      if let line = table.used[key] { return line }
      read(&table)
      guard let line = Self.line(of: key, in: table.lines) else { return nil }
      table.used[key] = line
      return line
    }
    if let known, let words = Self.words(in: known) { return words }
    let words = compute()
    let line = Array("\(key) \(Self.hex(words.0)) \(Self.hex(words.1)) \(Self.hex(words.2))\n".utf8)
    table.withLock { table in
      table.used[key] = line
      table.computed += 1
      table.isSaved = false
    }
    return words
  }

  /// How many answers had to be computed.
  package var computed: Int { table.withLock { $0.computed } }

  /// Writes down what was computed, where there is a store; whatever keeps it from being written costs time and no
  /// result.
  public func save() {
    guard DurableFiles.exists(store.path) else { return }
    let content = table.withLock { table -> [UInt8]? in
      guard !table.isSaved else { return nil }
      table.isSaved = true
      var lines = table.used
      if table.lines.count / Self.lineLength + lines.count <= Self.most {
        for start in Self.starts(of: table.lines) {
          let line = table.lines[start..<(start + Self.lineLength)]
          let key = String(decoding: line.prefix(Self.keyLength), as: UTF8.self)
          if lines[key] == nil { lines[key] = Array(line) }
        }
      }
      var content = Array(header.utf8)
      for (_, line) in lines.sorted(by: { $0.key < $1.key }).prefix(Self.most) { content += line }
      return content
    }
    if let content { store.remember(content, at: path) }
  }

  /// Removes what is remembered of any program.
  public func remove() { DurableFiles.removeFile(path) }

  private var path: String { "\(store.path)/answers" }

  /// Reads what this program has written; nothing of what another one has, or of what is damaged.
  private func read(_ table: inout Table) {
    guard !table.isRead else { return }
    table.isRead = true
    guard let bytes = store.remembered(at: path), bytes.starts(with: header.utf8) else { return }
    let lines = bytes.dropFirst(header.utf8.count)
    if lines.count.isMultiple(of: Self.lineLength) { table.lines = lines }
  }

  private static func starts(of lines: ArraySlice<UInt8>) -> StrideTo<Int> {
    stride(from: lines.startIndex, to: lines.endIndex, by: lineLength)
  }

  /// The line of a key, found by halves.
  private static func line(of key: String, in lines: ArraySlice<UInt8>) -> [UInt8]? {
    let wanted = Array(key.utf8)
    var (low, high) = (0, lines.count / lineLength)
    while low < high {
      let middle = (low + high) / 2
      let start = lines.startIndex + middle * lineLength
      let found = lines[start..<(start + keyLength)]
      if found.elementsEqual(wanted) { return Array(lines[start..<(start + lineLength)]) }
      if found.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  private static func words(in line: [UInt8]) -> Words? {
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 4, let first = UInt64(words[1], radix: 16),
      let second = UInt64(words[2], radix: 16), let third = UInt64(words[3], radix: 16)
    else { return nil }
    return (first, second, third)
  }

  /// A word in 16 digits.
  private static func hex(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

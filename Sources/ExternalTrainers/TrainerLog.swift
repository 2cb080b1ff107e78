internal import Glibc
package import ResultStore

/// The output of a trainer, as a file that can be followed while it grows.
///
/// A file that has come to ``most`` bytes loses its first part, so that a trainer may print as much as it likes.
package final class TrainerLog {
  private let path: String
  private var file: Int32
  private var size = 0
  /// The end of what was printed.
  private var end: [UInt8] = []

  /// The most bytes of the file; half of them are left when it is shortened.
  package static let most = 16 << 20
  private static let mostOfEnd = 16 << 10

  /// The place of the log of a run that is under way, in the session of its execution.
  package static func file(of key: RunKey, in session: String) -> String {
    "\(session)/\(key.hex).log"
  }

  /// Creates the file.
  package init(at path: String) throws(TrainerFailure) {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      throw TrainerFailure("its log \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(file) }

  /// Appends what was printed; on a full disk it is lost, and the trainer goes on.
  package func append(_ bytes: [UInt8]) {
    end = Array((end + bytes).suffix(Self.mostOfEnd))
    write(bytes)
    if size > Self.most { shorten() }
  }

  /// The last lines with something in them, at most three, each cut to 200 characters.
  package var lastLines: [String] {
    // A bar of progress is one line, whose last state counts.
    String(decoding: end, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { Self.withoutControls($0.unicodeScalars) }
      .filter { $0.contains { !$0.isWhitespace } }
      .suffix(3).map { $0.count > 200 ? $0.prefix(200) + "…" : $0 }
  }

  /// A line without what terminals take for commands, such as colors (`ESC [ 31 m`).
  private static func withoutControls(_ line: Substring.UnicodeScalarView) -> String {
    var text = String.UnicodeScalarView()
    var rest = line[...]
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}" {
        guard rest.popFirst() == "[" else { continue }
        rest = rest.drop { !("@"..."~").contains($0) }.dropFirst()
      } else if scalar.properties.generalCategory != .control {
        text.append(scalar)
      }
    }
    return String(text)
  }

  /// How far the trainer says it is, by the last `12/50 [` of a bar as `tqdm` draws it; nil if it draws none.
  package var progress: (done: Int, total: Int)? {
    var bytes = end[...]
    while let bracket = bytes.lastIndex(of: UInt8(ascii: "[")) {
      bytes = bytes[..<bracket]
      let head = String(decoding: bytes.suffix(40), as: UTF8.self)
      guard head.hasSuffix(" ") else { continue }
      let numbers = head.dropLast().split(separator: "/", omittingEmptySubsequences: false).suffix(
        2)
      let digits = numbers.first.map { String($0.reversed().prefix { $0.isNumber }.reversed()) }
      if numbers.count == 2, let done = digits.flatMap({ Int($0) }), let last = numbers.last,
        let total = Int(last), total > 0, (0...total).contains(done)
      {
        return (done, total)
      }
    }
    return nil
  }

  private func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      size += count
      rest = rest.dropFirst(count)
    }
  }

  /// Replaces the file by its second half.
  private func shorten() {
    guard let all = (try? DurableFiles.read(path, atMost: 2 * Self.most)) ?? nil else { return }
    let rest = all.suffix(Self.most / 2)
    let start = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.startIndex
    let other = "\(path).new"
    let new = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
    guard new >= 0 else { return }
    close(file)
    file = new
    size = 0
    write(Array("[labbook: \(start) bytes before this line are left out]\n".utf8) + rest[start...])
    rename(other, path)
  }
}

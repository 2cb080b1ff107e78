internal import ResultStore

/// The state of a build that is kept in the store's folder, to tell whether another one would change anything.
///
///     labbook report state 3, builder …
///     dependency DIGEST experiments/cartpole.yaml
///     file DIGEST reports/2026-W47/report.md
///     inputs DIGEST tuning           what an external trainer reads, as the keys of its runs have it
///     earlier DIGEST                 the weeks before that have a lock
///     disputes DIGEST
///     states DIGEST                  of the files of all records; - where they were too new
///     records 80
///     KEY DIGEST
struct KeptState {
  /// One file that a build depends on, or that it made, or what an external trainer reads.
  struct Entry: Hashable {
    enum Kind: String {
      case dependency, file, inputs
    }

    var kind: Kind
    /// A path relative to the lab; the name of the experiment of inputs.
    var name: String
    var digest: String
  }

  /// The first line: the format and the builder.
  var header: String
  var entries: [Entry]
  /// A digest of further results and decisions.
  var disputes = absent
  /// A digest of the names of the earlier weeks: a later one of them is compared with.
  var earlier = absent
  /// A digest of the states of the records' files; nil where they had changed just before.
  var states: String?
  /// The keys and digests of the records, a line for each as in the file: with ten thousand of them, as they are read.
  private(set) var lines: ArraySlice<UInt8> = []

  /// The text in place of the digest of a record that is not there: as long as one.
  static let absent = String(repeating: "-", count: 64)
  /// The bytes of a line: a key, a space, a digest and a line end.
  static let lineLength = 130

  /// The keys and digests of the records.
  var records: [(key: String, digest: String)] {
    stride(from: lines.startIndex, to: lines.endIndex, by: Self.lineLength).map { start in
      (
        String(decoding: lines[start..<(start + 64)], as: UTF8.self),
        String(decoding: lines[(start + 65)..<(start + 129)], as: UTF8.self)
      )
    }
  }

  /// Whether the record of a run is among those that the build stood on.
  func holds(_ key: String) -> Bool {
    let key = Array(key.utf8)
    return stride(from: lines.startIndex, to: lines.endIndex, by: Self.lineLength).contains {
      lines[$0..<($0 + 64)].elementsEqual(key)
    }
  }

  /// Adds a record; both are 64 characters long.
  mutating func add(key: String, digest: String) {
    lines += Array("\(key) \(digest)\n".utf8)
  }

  init(header: String, entries: [Entry]) {
    self.header = header
    self.entries = entries
  }

  var text: String {
    var lines = [header]
    lines += entries.map { "\($0.kind.rawValue) \($0.digest) \($0.name)" }.sorted()
    lines += ["earlier \(earlier)", "disputes \(disputes)", "states \(states ?? "-")"]
    lines += ["records \(self.lines.count / Self.lineLength)"]
    return lines.joined(separator: "\n") + "\n" + String(decoding: self.lines, as: UTF8.self)
  }

  /// Reads what is kept at `path`; nil if there is nothing, or it is not as it was written.
  init?(at path: String) {
    guard let bytes = (try? DurableFiles.read(path, atMost: FileSize.most)) ?? nil else {
      return nil
    }
    var rest = bytes[...]
    func nextLine() -> String? {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(validating: rest[..<end], as: UTF8.self)
    }
    func value(of name: String, in line: String) -> String? {
      line.hasPrefix(name + " ") ? String(line.dropFirst(name.utf8.count + 1)) : nil
    }
    guard let header = nextLine() else { return nil }
    self.init(header: header, entries: [])
    while let line = nextLine() {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      if parts.count == 3, let kind = Entry.Kind(rawValue: String(parts[0])) {
        entries.append(Entry(kind: kind, name: String(parts[2]), digest: String(parts[1])))
      } else if let digest = value(of: "earlier", in: line) {
        earlier = digest
      } else if let digest = value(of: "disputes", in: line) {
        disputes = digest
      } else if let digest = value(of: "states", in: line) {
        states = digest == "-" ? nil : digest
      } else if let text = value(of: "records", in: line) {
        guard let count = Int(text), count >= 0, rest.count == count * Self.lineLength else {
          return nil
        }
        lines = rest
        return
      } else {
        return nil
      }
    }
    return nil
  }
}

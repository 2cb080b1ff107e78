internal import CanonicalJSON

/// The bounds on texts and numbers that locks and records hold, whoever wrote them.
///
/// Whatever is within them can be rendered and compared: code behind a reader relies on it. They are far beyond
/// what labbook writes.
enum StoredText {
  /// The most bytes of a name, a title or a label.
  static let mostOfLine = 1000
  /// The most bytes of a question, a claim or a setting's value.
  static let mostOfText = 100_000

  /// The reason why `text` is no line that people read, in words that follow its name; `nil` if it is one.
  static func problem(withLine text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > mostOfLine { return "has more than \(mostOfLine) bytes" }
    return isPrintable(text) ? nil : "has a line break or another control character in it"
  }

  /// The reason why `text` is too long, in words that follow its name; `nil` if it is not.
  static func problem(withText text: String) -> String? {
    text.utf8.count > mostOfText ? "has more than \(mostOfText) bytes" : nil
  }

  /// Whether `name` can name a metric, a curve or a part: ASCII letters, digits, `_`, `-` and `.`.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= mostOfLine
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "_-.".utf8.contains(byte)
        }
      }
  }

  private static func isPrintable(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return true }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }
}

/// How much a lock may hold: specs allow a thousand arms and seeds. Comparisons take the square of some of these.
enum StoredCount {
  static let mostExperiments = 5000
  static let mostArms = 2000
  static let mostRuns = 1000

  /// The number that a file or folder of a store has for its name, from 1 on; nil if its name is another one.
  static func number(_ name: String) -> Int? {
    Int(name).flatMap { (1...1_000_000).contains($0) && "\($0)" == name ? $0 : nil }
  }
}

/// The numbers that metrics and curves may have.
enum StoredNumber {
  /// Differences and sums of many numbers up to this one are finite.
  static let largest = 1e300
  /// Normalized scores may be larger than the scores: sums of a hundred thousand are still finite.
  static let largestNormalized = 1e303
  /// Steps are subtracted and multiplied; no run comes near the bound.
  static let steps = 0...(1 << 53)
  /// Seeds of runs, as a spec may name them.
  static let seeds = 0...Int(Int32.max)

  /// Whether a number can be a metric: it is finite, and so are differences and sums of many like it.
  static func isMetric(_ value: Double) -> Bool { value.magnitude <= largest }

  /// The condition of ``isMetric(_:)`` in words.
  static let metricWords = "a finite number of at most 1e300"

  /// Whether a number can be a curve's: a metric's, or none where the quantity is not defined.
  static func isOfCurve(_ value: Double) -> Bool { !value.isFinite || isMetric(value) }
}

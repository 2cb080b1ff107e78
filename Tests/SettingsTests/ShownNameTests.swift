import Settings
import Testing

/// Names as messages show them.
@Suite struct ShownNameTests {
  @Test(arguments: [
    ("reports/2026-W10", "reports/2026-W10"), ("Ärger 日本.yaml", "Ärger 日本.yaml"),
    ("c\nd: error: x", "c\\nd: error: x"), ("a\r\nb\t", "a\\r\\nb\\t"),
    ("\u{1B}[31m", "\\u{1b}[31m"), ("\u{9B}2J\u{7F}", "\\u{9b}2J\\u{7f}"),
    ("a\u{2028}b\u{202E}c\u{2066}", "a\\u{2028}b\\u{202e}c\\u{2066}"), ("", ""),
  ])
  func `a name is on one line and no command`(name: String, shown: String) {
    #expect(shownName(name) == shown)
    #expect(oneLine(name) == shown)
  }

  @Test func `a long name is shown by its beginning and end`() {
    let shown = shownName("a" + String(repeating: "\u{1B}", count: 100_000) + "z")
    #expect(shown.utf8.count < 500)
    #expect(shown.hasPrefix("a\\u{1b}") && shown.hasSuffix("z") && shown.contains(" … "))
  }
}

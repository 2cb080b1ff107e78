import Foundation
import ReportRendering
import Testing

/// A notebook's own images, before they become part of a page.
struct ImageCheckTests {
  private func problem(_ svg: String) -> String? {
    imageProblem(in: Array(svg.utf8), type: "image/svg+xml")
  }

  /// Groups of ten uses of the one before, one within the other.
  private static func nested(_ levels: Int, times: Int = 10) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\"><g id=\"a0\"><circle r=\"1\"/></g>"
      + (1...levels).map { level in
        "<g id='a\(level)'>"
          + String(repeating: "<use xlink:href=\"#a\(level - 1)\"/>", count: times)
          + "</g>"
      }.joined() + "<use href=\"#a\(levels)\" /></svg>"
  }

  @Test(arguments: [
    "<svg/>", "<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<!-- <a> -->\n<svg:svg><svg:g/></svg:svg>",
    "\u{FEFF}<svg width='9'><style><![CDATA[ a < b {} ]]></style><text>a &lt; b</text></svg>",
    "<svg><use href='#none'/><g id='a'><use href='#a'/></g></svg>",
    "<svg><g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g></svg>", "<svg",
    nested(4), nested(1, times: 50_000),
  ])
  func `what people draw is taken`(svg: String) {
    #expect(problem(svg) == nil)
  }

  @Test(arguments: [
    ("", "is empty"), ("text", "is not an SVG"), ("<html><svg/></html>", "is not an SVG"),
    ("<!-- <svg/> -->", "is not an SVG"), (nested(7), "draws more than 1000000 elements"),
    (nested(300), "draws more than 1000000 elements"),
  ])
  func `what is no drawing, or one that no browser ends with, is told`(svg: String, words: String) {
    #expect(problem(svg)?.hasPrefix(words) == true, "\(problem(svg) ?? "none")")
  }

  @Test func `a long chain of uses and a deep tree are counted without an end of the stack`() {
    let chain = (1...100_000).map { "<g id='a\($0)'><use href='#a\($0 - 1)'/></g>" }.joined()
    #expect(problem("<svg>\(chain)</svg>")?.contains("draws more than") == true)
    let deep = String(repeating: "<g>", count: 200_000)
    #expect(problem("<svg>\(deep)") == nil)
  }

  @Test func `pixels begin as one of the formats that browsers know`() {
    func problem(_ bytes: [UInt8], _ type: String = "image/png") -> String? {
      imageProblem(in: bytes, type: type)
    }
    #expect(problem([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]) == nil)
    #expect(problem([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg") == nil)
    #expect(problem(Array("GIF89a".utf8), "image/gif") == nil)
    #expect(problem(Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "image/webp") == nil)
    #expect(
      problem(Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVE".utf8))?.hasPrefix("does not begin") == true)
    #expect(problem(Array("a text".utf8))?.hasPrefix("does not begin as a GIF, JPEG") == true)
    #expect(problem([]) == "is empty")
  }
}

import Foundation
import ReportRendering

/// The tags and comments of an HTML page, as the tokenizer of HTML's standard finds them, whatever stands between.
///
/// Only what a browser's tokenizer does is done: how tags nest, and what is shown, is no matter here.
struct PageStructure {
  struct Tag {
    var name: String
    var attributes: [(name: String, value: String)]
  }

  private(set) var tags: [Tag] = []
  private(set) var comments: [String] = []
  /// What stands in the scripts.
  private(set) var scripts: [String] = []
  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// Elements whose content is text up to their end tag.
  private static let rawText: Set = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
  ]

  init(_ page: String) {
    scalars = Array(page.unicodeScalars)
    while index < scalars.count {
      guard scalars[index] == "<", index + 1 < scalars.count else {
        index += 1
        continue
      }
      let next = scalars[index + 1]
      if Self.isLetter(next)
        || next == "/" && index + 2 < scalars.count && Self.isLetter(scalars[index + 2])
      {
        readTag()
      } else if matches("!--") {
        readComment()
      } else if next == "!" || next == "?" || next == "/" {
        skip(past: ">")
      } else {
        index += 1
      }
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    [" ", "\t", "\n", "\r", "\u{0C}"].contains(scalar)
  }

  private func matches(_ text: String) -> Bool {
    scalars[(index + 1)...].starts(with: text.unicodeScalars)
  }

  private mutating func skip(past mark: Unicode.Scalar) {
    while index < scalars.count, scalars[index] != mark { index += 1 }
    index += 1
  }

  private mutating func readComment() {
    let start = index + 4
    index = start
    if index < scalars.count, scalars[index] == ">" {
      index += 1
      return comments.append("")
    }
    while index < scalars.count {
      if scalars[index...].starts(with: "-->".unicodeScalars)
        || scalars[index...].starts(with: "--!>".unicodeScalars)
      {
        break
      }
      index += 1
    }
    comments.append(text(start..<min(index, scalars.count)))
    skip(past: ">")
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private mutating func readTag() {
    index += 1
    let isEnd = scalars[index] == "/"
    if isEnd { index += 1 }
    var tag = Tag(
      name: word { !Self.isSpace($0) && $0 != "/" && $0 != ">" }.lowercased(), attributes: [])
    while index < scalars.count, scalars[index] != ">" {
      if Self.isSpace(scalars[index]) || scalars[index] == "/" {
        index += 1
        continue
      }
      let start = index
      if scalars[index] == "=" { index += 1 }
      _ = word { !Self.isSpace($0) && $0 != "/" && $0 != ">" && $0 != "=" }
      let name = text(start..<index).lowercased()
      tag.attributes.append((name, value()))
    }
    index += 1
    guard !isEnd else { return }
    tags.append(tag)
    if Self.rawText.contains(tag.name) { skipRawText(of: tag.name) }
  }

  private mutating func value() -> String {
    let name = index
    while index < scalars.count, Self.isSpace(scalars[index]) { index += 1 }
    guard index < scalars.count, scalars[index] == "=" else {
      index = name
      return ""
    }
    index += 1
    while index < scalars.count, Self.isSpace(scalars[index]) { index += 1 }
    guard index < scalars.count else { return "" }
    let quote = scalars[index]
    guard quote == "\"" || quote == "'" else { return word { !Self.isSpace($0) && $0 != ">" } }
    index += 1
    let value = word { $0 != quote }
    index += 1
    return value
  }

  private mutating func word(_ isPart: (Unicode.Scalar) -> Bool) -> String {
    let start = index
    while index < scalars.count, isPart(scalars[index]) { index += 1 }
    return text(start..<index)
  }

  private mutating func skipRawText(of name: String) {
    let end = "</\(name)"
    let start = index
    defer { if name == "script" { scripts.append(text(start..<min(index, scalars.count))) } }
    while index < scalars.count {
      if scalars[index] == "<",
        text(index..<min(scalars.count, index + end.count)).lowercased() == end
      {
        return
      }
      index += 1
    }
  }
}

extension PageStructure {
  /// What a page holds that could run or fetch anything; none in a sound one.
  var faults: [String] {
    var faults: [String] = comments.map { "a comment '\($0)'" }
    var hasPolicy = false
    for tag in tags {
      // The page's own script has no attributes; it is the only one, and its policy names it alone.
      let isOwnScript =
        tag.name == "script" && tag.attributes.isEmpty && scripts == [Self.ownScript]
        && tags.last?.name == "script"
      if !Self.elements.contains(tag.name), !isOwnScript { faults.append("<\(tag.name)>") }
      for (name, value) in tag.attributes {
        let address = value.unicodeScalars.filter { $0.value > 0x20 }.map { "\($0)" }.joined()
          .lowercased()
        switch name {
        case "http-equiv" where address == "content-security-policy":
          hasPolicy = true
          let policy = tag.attributes.first { $0.name == "content" }?.value ?? ""
          if scripts == [Self.ownScript], policy != Self.ownPolicy {
            faults.append("the policy \(policy)")
          }
        case _ where name.hasPrefix("on"), "srcdoc", "srcset", "action", "formaction", "ping",
          "http-equiv", "background":
          faults.append("\(name) of <\(tag.name)>")
        case "src" where !address.hasPrefix("data:image/") && !address.isEmpty:
          faults.append("src of <\(tag.name)>: \(value)")
        case "href", "xlink:href":
          // What is written by its name is no part of a scheme; what is written by its number could be.
          let plain = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].reduce(address) {
            // A mark that follows a semicolon makes one character of both.
            $0.replacingOccurrences(of: $1, with: "", options: .literal)
          }
          let scheme = plain.prefix { $0 != "/" && $0 != "#" && $0 != "?" }
          let isSound =
            !scheme.contains(":") && !scheme.contains("&")
            || ["http:", "https:", "mailto:"].contains { address.hasPrefix($0) }
            || Self.isData(value, of: tag)
          if !isSound { faults.append("href of <\(tag.name)>: \(value)") }
        case "style" where address.contains("url(") || address.contains("@import"):
          faults.append("style of <\(tag.name)>: \(value)")
        default: break
        }
      }
    }
    return hasPolicy ? faults : faults + ["no policy"]
  }

  /// Whether `address` is a file of comma-separated values that a link keeps instead of opening.
  private static func isData(_ address: String, of tag: Tag) -> Bool {
    let start = "data:text/csv;charset=utf-8,"
    return tag.name == "a" && tag.attributes.map(\.name) == ["download", "href"]
      && address.hasPrefix(start)
      && address.dropFirst(start.count).utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && !"<>\"'&\\ #?".contains(character)
      }
  }

  private static let ownScript = (try? PageScript.text()) ?? ""
  private static let ownPolicy =
    "default-src 'none'; script-src \(PageScript.policySource(of: ownScript)); style-src 'unsafe-inline'; "
    + "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"

  /// The elements of a report's page.
  private static let elements: Set = [
    "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "article",
    "section", "nav", "aside", "ins",
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "a", "em", "strong", "del", "code",
    "pre", "br", "hr",
    "kbd", "mark", "small", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "table",
    "thead", "tbody",
    "tfoot", "tr", "th", "td", "caption", "figure", "figcaption", "img", "svg", "g", "path", "rect",
    "circle", "line",
    "text", "tspan", "defs", "clippath", "details", "summary", "button", "input", "label", "i", "b",
    "abbr", "time",
    "math", "semantics", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msup", "msub", "msubsup",
    "mover", "munder",
    "munderover", "mspace", "mstyle", "mtable", "mtr", "mtd", "annotation", "mpadded", "menclose",
    "msqrt", "mroot",
  ]
}

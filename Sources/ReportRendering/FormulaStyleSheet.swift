import Foundation

/// KaTeX's style sheet, reduced to what some formulas need and with fonts inside it.
struct FormulaStyleSheet {
  /// The rules that are not fonts, without the one that only tells KaTeX's version.
  private let rules: String
  private let faces: [Face]
  private let uses: [Use]

  private struct Face {
    var family: String
    var isBold: Bool
    var isItalic: Bool
    /// Relative to the style sheet.
    var file: String
    var style: String
  }

  /// A rule that sets a font: elements with these classes use it.
  private struct Use {
    var classes: [String]
    var family: String?
    var isBold: Bool
    var isItalic: Bool
  }

  /// Reads KaTeX's minified style sheet.
  init(css: String) {
    var rules = ""
    var faces: [Face] = []
    var uses: [Use] = []
    for rule in FormulaStyleSheet.topLevelRules(of: css) {
      guard let brace = rule.firstIndex(of: "{") else { continue }
      let selector = String(rule[..<brace])
      let body = String(rule[rule.index(after: brace)...].dropLast())
      if selector == "@font-face" {
        if let face = FormulaStyleSheet.face(body) { faces.append(face) }
      } else if !selector.contains("katex-version") {
        rules += rule
        uses += FormulaStyleSheet.uses(selector, body)
      }
    }
    self.rules = rules
    self.faces = faces
    self.uses = uses
  }

  /// The style sheet for the formulas in `html`; `read` returns the content of a font file.
  func text(for html: String, read: (String) throws -> Data) throws -> String {
    let classes = Set(
      html.matches(of: /class="([^"]*)"/).flatMap { $0.output.1.split(separator: " ") }
        .map(String.init))
    let inUse = uses.filter { $0.classes.allSatisfy(classes.contains) }
    let families = Set(inUse.compactMap(\.family))
    let needed = faces.filter { face in
      inUse.contains { use in
        if let family = use.family {
          return family == face.family && use.isBold == face.isBold
            && (use.isItalic == face.isItalic)
        }
        // A weight or slant alone applies to whatever family is in use.
        return families.contains(face.family)
          && (use.isBold == face.isBold && use.isItalic == face.isItalic)
      }
    }
    var text = ""
    for face in needed {
      let data = try read(face.file).base64EncodedString()
      text +=
        "@font-face{font-family:\(face.family);\(face.style);"
        + "src:url(data:font/woff2;base64,\(data)) format('woff2')}\n"
    }
    return text + rules
  }

  /// Cuts `css` after each brace that closes a rule at the top.
  private static func topLevelRules(of css: String) -> [String] {
    var rules: [String] = []
    var current = ""
    var depth = 0
    for character in css {
      current.append(character)
      if character == "{" { depth += 1 }
      guard character == "}" else { continue }
      depth -= 1
      if depth == 0 {
        rules.append(current)
        current = ""
      }
    }
    return rules
  }

  private static func face(_ body: String) -> Face? {
    guard let family = body.firstMatch(of: /font-family:([^;]*)/),
      let file = body.firstMatch(of: /url\(([^)]*\.woff2)\)/)
    else { return nil }
    let isBold = body.contains("font-weight:700")
    let isItalic = body.contains("font-style:italic")
    return Face(
      family: String(family.output.1), isBold: isBold, isItalic: isItalic,
      file: String(file.output.1),
      style: "font-weight:\(isBold ? 700 : 400);font-style:\(isItalic ? "italic" : "normal")")
  }

  private static func uses(_ selector: String, _ body: String) -> [Use] {
    let family = body.firstMatch(of: /KaTeX_[A-Za-z0-9]+/).map { String($0.output) }
    let isBold = body.contains("font-weight:700")
    let isItalic = body.contains("font-style:italic")
    guard family != nil || isBold || isItalic else { return [] }
    return selector.split(separator: ",").map { part in
      Use(
        classes: part.matches(of: /\.([A-Za-z0-9_-]+)/).map { String($0.output.1) },
        family: family, isBold: isBold, isItalic: isItalic)
    }
  }
}

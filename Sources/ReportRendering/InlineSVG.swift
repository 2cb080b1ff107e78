import Foundation

/// Returns the drawing `svg` as an element of an HTML page.
///
/// The prolog goes, and every name that the drawing defines and uses gets `prefix`, so that two
/// drawings on a page do not take each other's gradients and clips.
///
/// - Parameters:
///   - svg: A whole SVG file.
///   - prefix: Letters, digits and hyphens, unique on the page.
///   - label: The drawing in words, for readers who do not see it.
/// - Returns: An `<svg>` element; nothing if `svg` holds none.
func inlineSVG(_ svg: String, prefix: String, label: String) -> String {
  guard let start = svg.firstRange(of: "<svg") else { return "" }
  var text = String(svg[start.lowerBound...]).trimmingCharacters(in: .whitespacesAndNewlines)
  let names = Set(text.matches(of: /\sid="([^"]+)"/).map { String($0.output.1) })
  for name in names.sorted() {
    text.replace(" id=\"\(name)\"", with: " id=\"\(prefix)-\(name)\"")
    text.replace("url(#\(name))", with: "url(#\(prefix)-\(name))")
    text.replace("url(&quot;#\(name)&quot;)", with: "url(&quot;#\(prefix)-\(name)&quot;)")
    text.replace("href=\"#\(name)\"", with: "href=\"#\(prefix)-\(name)\"")
  }
  guard let end = text.firstIndex(of: ">") else { return "" }
  var opening = String(text[..<end])
  for attribute in [/\srole="[^"]*"/, /\saria-label="[^"]*"/, /\saria-roledescription="[^"]*"/] {
    opening.replace(attribute, with: "")
  }
  return opening + " role=\"img\" aria-label=\"\(escaped(label))\"" + text[end...]
}

/// The frame around the words of a page: style, script, and a policy that lets nothing else in.
///
/// A page needs nothing beside itself, and loads nothing.
package struct PageShell {
  /// The words of the tab.
  package var title: String
  /// The style sheet.
  package var style: String
  /// Further elements of the head, as HTML.
  package var head = ""
  /// The class of the body; nil for none.
  package var bodyClass: String?
  /// The body between its tags, a `main` with the name `main` in it.
  package var body: String
  /// The one script that may run; nil for none.
  package var script: String?
  /// Whether the script asks the server that the page comes from.
  package var asksItsServer = false
  /// Whether the page has a form that leads to a page beside it.
  package var hasForm = false

  /// Creates a page with the script of reports; without a style sheet of its own it looks as reports do.
  ///
  /// - Throws: ``MissingSoftware`` if labbook's own files are not there.
  package init(title: String, style: String? = nil, body: String) throws {
    self.init(
      title: title, style: try style ?? Self.reportStyle, body: body, script: try PageScript.text())
  }

  /// Creates a page with a style sheet and a script of its own.
  package init(title: String, style: String, body: String, script: String?) {
    self.title = title
    self.style = style
    self.body = body
    self.script = script
  }

  /// The style sheet of reports.
  package static var reportStyle: String {
    get throws { try BundledResource.text("report.css", in: .module) }
  }

  /// The page as HTML, ending with a line end.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <title>\(escaped(title))</title>
    \(head)<style>
    \(style)</style>
    </head>
    <body\(bodyClass.map { " class=\"\($0)\"" } ?? "")>
    <a class="skip" href="#main">Skip to the text</a>
    \(body)\(script.map { "<script>\($0)</script>\n" } ?? "")</body>
    </html>

    """
  }

  /// Returns a finished page with a form that leads to a page beside it, which `page` did not allow.
  package static func allowingForm(in page: String) -> String {
    page.replacing("; \(formRule(false))", with: "; \(formRule(true))", maxReplacements: 1)
  }

  /// The rules for a browser. A digest lets the script run, and none that a text might bring in.
  private var policy: String {
    let rules = [
      "default-src 'none'", script.map { "script-src \(PageScript.policySource(of: $0))" },
      "style-src 'unsafe-inline'", "font-src data:", "img-src data:",
      asksItsServer ? "connect-src 'self'" : nil, "base-uri 'none'", Self.formRule(hasForm),
    ]
    return rules.compactMap(\.self).joined(separator: "; ")
  }

  /// The rule on forms. Browsers differ on whether a page from a disk is beside another, so files are named.
  private static func formRule(_ hasForm: Bool) -> String {
    hasForm ? "form-action 'self' file:" : "form-action 'none'"
  }
}

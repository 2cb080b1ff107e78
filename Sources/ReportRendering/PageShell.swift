/// The frame around the words of a page: style, script, and a policy that lets nothing else in.
///
/// A page needs nothing beside itself, and loads nothing.
package struct PageShell {
  /// The words of the tab.
  package var title: String
  /// The style sheet.
  package var style: String
  /// The body between its tags, a `main` with the name `main` in it.
  package var body: String

  /// Creates a page; without a style sheet of its own it looks as reports do.
  ///
  /// - Throws: ``MissingSoftware`` if labbook's own files are not there.
  package init(title: String, style: String? = nil, body: String) throws {
    self.title = title
    self.style = try style ?? Self.reportStyle
    self.body = body
  }

  /// The style sheet of reports.
  package static var reportStyle: String {
    get throws { try BundledResource.text("report.css", in: .module) }
  }

  /// The page as HTML, ending with a line end.
  ///
  /// - Throws: ``MissingSoftware`` if labbook's own files are not there.
  package var html: String {
    get throws {
      let script = try PageScript.text()
      return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src \
        \(PageScript.policySource(of: script)); style-src 'unsafe-inline'; font-src data:; img-src data:; \
        base-uri 'none'; form-action 'none'">
        <title>\(escaped(title))</title>
        <style>
        \(style)</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the text</a>
        \(body)<script>\(script)</script>
        </body>
        </html>

        """
    }
  }
}

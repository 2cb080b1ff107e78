import CanonicalJSON
import Foundation
import ReportRendering

/// A report as the preview shows it: with a script that asks whether there is a newer one.
enum PreviewPage {
  /// Returns the report with the script; a page that waits for the first one, if there is none yet.
  static func html(_ report: String?) -> String {
    let page =
      report ?? """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>labbook preview</title>
        </head>
        <body>
        <p>No report has been built yet.</p>
        </body>
        </html>

        """
    // The report's own policy lets no script run and nothing be fetched; here one script may ask this server.
    let open = page.replacing(
      #/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/#
    ) { match -> String in
      let own = match.1.split(separator: ";").map { $0.drop { $0 == " " } }
        .filter { !$0.hasPrefix("connect-src") }
      let scripts = own.first { $0.hasPrefix("script-src") }.map(String.init) ?? "script-src"
      let rest = own.filter { !$0.hasPrefix("script-src") }.joined(separator: "; ")
      return
        "<meta http-equiv=\"Content-Security-Policy\" content=\"\(rest); \(scripts) \(PageScript.policySource(of: script)); connect-src 'self'\">"
    }
    let element = "<script>\(script)</script>\n"
    guard let end = open.range(of: "</body>", options: .backwards) else { return open + element }
    return open.replacingCharacters(in: end, with: element + "</body>")
  }

  /// Returns what the script is told: which build the page is of, what is wrong with the newest one, and how many runs
  /// train.
  static func state(build: Int, isBuilding: Bool, problems: String, runs: Int = 0) -> String {
    JSONValue.object([
      .init("build", .integer(build)), .init("building", .boolean(isBuilding)),
      .init("problems", .string(problems)), .init("runs", .integer(runs)),
    ]).compactText
  }

  private static let script = """

    (() => {
      let shown = null;
      const panel = document.createElement("pre");
      panel.setAttribute("role", "alert");
      panel.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:45vh;overflow:auto;margin:0;padding:1rem;"
        + "background:#7a1010;color:#fff;font:14px/1.45 monospace;white-space:pre-wrap;z-index:9999";
      function tell(words) {
        if (panel.textContent !== words) panel.textContent = words;
        if (words && !panel.isConnected) document.body.append(panel);
        if (!words) panel.remove();
      }
      const badge = document.createElement("a");
      badge.href = "/runs";
      badge.style.cssText = "position:fixed;right:1rem;top:1rem;padding:.3rem .8rem;border-radius:1rem;background:#1d4f91;"
        + "color:#fff;font:14px/1.45 sans-serif;text-decoration:none;z-index:9998";
      function count(runs) {
        badge.textContent = runs === 1 ? "1 run trains" : runs + " runs train";
        if (runs && !badge.isConnected) document.body.append(badge);
        if (!runs) badge.remove();
      }
      async function ask() {
        try {
          const state = await (await fetch("/state", {cache: "no-store"})).json();
          if (shown === null) shown = state.build;
          if (state.build !== shown) { location.reload(); return; }
          tell(state.problems);
          count(state.runs);
        } catch { tell("labbook preview has ended"); }
        setTimeout(ask, 200);
      }
      ask();
    })();

    """
}

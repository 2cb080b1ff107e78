import ResultStore
import Testing

/// The names of documents in a lock that somebody else may have written, its digest recomputed.
@Suite struct LockDocumentsTests {
  private func error(naming document: String) -> String? {
    let lock = Lock(experiments: [], documents: [document: Digest.hex(of: "")])
    do {
      _ = try Lock(text: lock.text, path: "results.lock")
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    "notebook.md", "figures/fig-a.svg", "figures/fig-a.vl.json", "images/my plot.png",
    "../references.bib", "../2026-W44/results.lock", "~plot.png", "..png", "a..b/c",
  ])
  func `a name below the week, or below the folder of weeks, is a document`(name: String) {
    #expect(error(naming: name) == nil)
  }

  @Test(arguments: [
    "figures/../../../../victim", "figures/../x", "../../victim", "../..", "..", ".", "",
    "/etc/passwd",
    "~/x", "figures/./a.svg", "figures//a.svg", "figures/", "a\0b", "a\nb",
    "../../../x/results.lock",
  ])
  func `any other name is refused, though the digest is right`(name: String) {
    #expect(
      error(naming: name)?.hasPrefix("results.lock: error: the lock names the document '\(name)'")
        == true)
  }
}

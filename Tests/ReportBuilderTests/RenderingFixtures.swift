import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import TestSupport
import Testing

/// A folder with a bibliography and an image, removed when it goes out of scope.
final class RenderingFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "labbook-rendering-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try write(Self.works, to: "works.bib")
    try write("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", to: "plan.svg")
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  /// The lines that a program in the place of pandoc prints, with its arguments before them, when it is asked for the
  /// citation of `key`.
  func pandocIsTold(_ words: String, citing key: String) throws -> [String] {
    let script = url.appending(path: "pandoc")
    try write(
      "#!/bin/sh\nprintf '%s\\n' \"$@\" \(words) > '\(url.path)/said'\nexit 1\n", to: "pandoc")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\nbibliography: works.bib\n---\n[@\(key)]\n",
      path: "notebook.md")
    #expect(throws: (any Error).self) { try citedWorks(of: notebook, in: url, pandoc: script) }
    return try String(contentsOf: url.appending(path: "said"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private static let works = """
    @string{mit = "MIT Press"}
    @book{sutton1998, author = {Sutton, Richard S. and Barto, Andrew G.},
      title = {Reinforcement Learning: An Introduction}, publisher = mit, address = {Cambridge},
      year = {1998}}
    @inproceedings{ouyang2022, author = {Ouyang, Long and Wu, Jeff and Jiang, Xu},
      title = {Training language models to follow {$O(n)$} instructions},
      booktitle = {Advances in Neural Information Processing Systems}, volume = {35},
      pages = {27730--27744}, year = {2022}, url = {https://arxiv.org/abs/2203.02155}}
    @article{ahmadian2024, author = {Ahmadian, Arash and Gall{\\'e}, Matthias},
      title = {Back to Basics: Revisiting {REINFORCE}}, journal = {arXiv preprint arXiv:2402.14740},
      year = {2024}}
    """
}

/// The works that `notebook` cites, by the files in `folder`.
func citedWorks(
  of notebook: Notebook, in folder: URL, pandoc: URL? = TestTools.tools.pandoc
) throws -> Bibliography {
  try makeBibliography(
    for: notebook,
    files: NotebookFiles(of: notebook, folder: WeekFolder(url: folder, displayPath: "week")),
    pandoc: pandoc)
}

/// The notebook `body` with its directives replaced by `contents`, in order.
func reportDocument(
  _ body: String, frontMatter: String = "title: A title\nweek: 2026-W47\nstatus: final\n",
  contents: [[ReportBlock]] = [], values: [ReportNumber] = [], folder: RenderingFolder? = nil
) throws -> ReportDocument {
  let notebook = try parseNotebook(
    "---\n\(frontMatter)bibliography: works.bib\n---\n\(body)", path: "notebook.md")
  let bibliography =
    try folder.map {
      try citedWorks(of: notebook, in: $0.url)
    } ?? .empty
  return ReportDocument(
    notebook: notebook, directives: contents, values: values, bibliography: bibliography)
}

/// The page for `document` in an empty folder, or in `folder`.
func renderedPage(of document: ReportDocument, folder: RenderingFolder? = nil) throws -> String {
  try html(
    for: document, folder: folder?.url ?? URL(filePath: "/nonexistent"),
    typesetter: FormulaTypesetter())
}

/// What stands between `<body>` and the script of `page`.
func body(of page: String) -> String {
  guard let start = page.firstRange(of: "<body>\n"), let end = page.firstRange(of: "<script>")
  else { return "" }
  return String(page[start.upperBound..<end.lowerBound])
}

/// The messages of the error that `work` throws.
func problems(in work: () throws -> Void) -> [String] {
  do {
    try work()
    return []
  } catch let error as NotebookError {
    return error.problems.map(\.description)
  } catch {
    return ["\(error)"]
  }
}

/// The real weekly report of May 2025 under front matter of ours.
func week13Document() throws -> ReportDocument {
  let file = testFolder().deletingLastPathComponent().appending(
    components: "NotebookTests", "Goldens", "week-13-report.md")
  return try reportDocument(
    String(contentsOf: file, encoding: .utf8),
    frontMatter: "title: Week 13\nweek: 2025-W20\nterm_week: Week 13\nstatus: final\n")
}

let sampleProvenance = ReportProvenance(
  summary: "Mean of evaluation_return, 2 seeds",
  arms: [
    .init(
      name: "cartpole/PPO", metric: "evaluation_return",
      runs: [
        .init(seed: "0", key: "0123456789ab", value: "499.0"),
        .init(seed: "1", key: "ba9876543210", value: "500.0"),
      ], command: "labbook rerun cartpole --arm PPO")
  ])

/// One of everything that directives expand to.
let sampleContents: [[ReportBlock]] = [
  [
    .table(
      ReportTable(
        label: "tbl-a", caption: [.text("Return.")],
        columns: [.init("Arm", alignment: .leading), .init("Return", alignment: .trailing)],
        rows: [
          [
            ReportCell("PPO"), ReportCell("499.5", provenance: sampleProvenance, emphasis: .strong),
          ],
          [ReportCell("a|b*c"), ReportCell("—", emphasis: .muted)],
        ], note: [.text("Two seeds.")]))
  ],
  [
    .claim(
      ReportClaim(
        number: 1, statement: [.text("PPO > RLOO on evaluation_return")], verdict: .holds,
        evidence: [.text("difference 1.0 [0.5, 1.5]")])),
    .claim(
      ReportClaim(
        number: 2, statement: [.text("RLOO > PPO on evaluation_return")], verdict: .fails,
        evidence: [.text("difference −1.0")])),
    .claim(
      ReportClaim(
        number: 3, statement: [.text("unresolved: RLOO, PPO on loss")], verdict: .unresolved,
        evidence: [.text("difference 0.1 [−0.5, 0.7]")])),
  ],
  [
    .figure(
      ReportFigure(
        label: "fig-a", caption: [.text("Curves.")], file: "figures/fig-a.svg",
        svg:
          "<?xml version=\"1.0\"?>\n<svg width=\"9\"><g id=\"clip\"/><path clip-path=\"url(#clip)\"/></svg>\n",
        alternative: "Return against steps")),
    .notice([.text("One run is missing.")]),
    .details(
      summary: [.text("All rows")], content: [.list([[.text("1. first")], [.text("- b")]])]),
  ],
]

/// A notebook for ``sampleContents``.
let sampleBody = """
  ## Results {#sec-results}

  It reaches {value}`a.PPO.m`; see @tbl-a, @fig-a and @sec-results.

  ```{comparison} a
  label: tbl-a
  ```

  - item

    ```{claim} a
    PPO > RLOO on evaluation_return
    RLOO > PPO on evaluation_return
    unresolved: RLOO, PPO on loss
    ```

  ```{curves} a
  label: fig-a
  ```

  """
let sampleValues = [ReportNumber("499.5", provenance: sampleProvenance)]

/// A table that has `words` wherever a table has words.
func tableOfWords(_ words: String) -> ReportTable {
  let text = [Inline.text(words)]
  return ReportTable(
    label: "tbl-a", caption: text, columns: [.init(words, alignment: .leading)],
    rows: [
      [ReportCell(words)], [ReportCell([.code(words)])],
      [
        ReportCell(
          "1",
          provenance: ReportProvenance(
            summary: words,
            arms: [
              .init(
                name: words, metric: words, runs: [.init(seed: words, key: words, value: words)],
                command: words, promise: words)
            ]))
      ],
    ], note: text)
}

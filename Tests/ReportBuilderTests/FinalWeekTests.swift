import Foundation
import ReportBuilder
import ResultStore
import Testing

/// What a final week says can only be changed by opening it.
@Suite struct FinalWeekTests {
  private static let notebook = "reports/2026-W45/notebook.md"
  private static let lock = "reports/2026-W45/results.lock"
  private static let opening =
    "\nto open the week, write 'status: draft' into reports/2026-W45/notebook.md and build it, or, where words alone "
    + "have changed, 'labbook report 2026-W45 --rendered-only --accept-prose'; then set it final again"

  /// A lab whose week was built as a draft and then set final.
  private func lab(lineEnd: String = "\n") throws -> SyntheticLab {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", tenAround(440))))
    try lab.write("GIF89a plot", to: "reports/2026-W45/plot.png")
    try lab.write(Self.style, to: "reports/house.csl")
    try lab.writeNotebook(
      "PPO reaches {value}`cartpole.PPO.evaluation_return` [@schulman2017proximal].\n\n![A](plot.png)",
      extra: "csl: ../house.csl\n")
    try lab.replace("\n", with: lineEnd, in: Self.notebook)
    _ = try lab.build().run()
    try lab.replace("status: draft", with: "status: final", in: Self.notebook)
    _ = try lab.build().run()
    return lab
  }

  /// The house style under another name.
  private static let style = """
    <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
    <info><title>t</title><id>t</id><updated>2026-01-01T00:00:00Z</updated></info>
    <citation><layout><text variable="title"/></layout></citation>
    <bibliography><layout><text variable="title"/></layout></bibliography></style>
    """

  @Test(arguments: ["\n", "\r\n"])
  func `a final week is rendered again and again`(lineEnd: String) throws {
    let lab = try lab(lineEnd: lineEnd)
    #expect(try lab.build().run().changedFiles.isEmpty)
  }

  @Test(arguments: [
    (
      "notebook.md", "PPO reaches", "PPO gets to",
      "the words of reports/2026-W45/notebook.md have changed"
    ),
    (
      "notebook.md", "Made-up", "Invented", "the words of reports/2026-W45/notebook.md have changed"
    ),
    ("plot.png", "plot", "plut", "reports/2026-W45/plot.png is not the file it was"),
    (
      "../references.bib", "2017}", "2018}",
      "the work 'schulman2017proximal' has changed in reports/2026-W45/../references.bib"
    ),
    ("../house.csl", "in-text", "note", "reports/2026-W45/../house.csl is not the file it was"),
  ])
  func `a change of what it says is an error that tells how to open it`(
    file: String, old: String, new: String, words: String
  ) throws {
    let lab = try lab()
    let before = try lab.files(below: "reports")
    try lab.replace(old, with: new, in: "reports/2026-W45/\(file)")
    let changed = try lab.read("reports/2026-W45/\(file)")
    #expect(lab.failure() == "error: 2026-W45 is final, and \(words)\(Self.opening)")
    #expect(lab.failure { $0.rendersLock = true } == lab.failure())
    for name in ["2026-W45/report.html", "2026-W45/report.md", "2026-W45/results.lock"] {
      #expect(try lab.files(below: "reports")[name] == before[name])
    }
    // As the error says.
    try lab.replace("status: final", with: "status: draft", in: Self.notebook)
    _ = try lab.build().run()
    try lab.replace("status: draft", with: "status: final", in: Self.notebook)
    _ = try lab.build().run()
    #expect(try lab.read("reports/2026-W45/\(file)").replacing("draft", with: "final") == changed)
  }

  @Test func `works that it does not cite may come and change`() throws {
    let lab = try lab()
    let references = try lab.read("reports/references.bib")
    try lab.write("@misc{other, title = {Other}}\n\n\(references)", to: "reports/references.bib")
    #expect(try lab.build().run().changedFiles.isEmpty)
  }

  @Test func `a lock of before that names no single work is rendered`() throws {
    let lab = try lab()
    let lock = try Lock(text: lab.read(Self.lock), path: Self.lock)
    let documents = lock.documents.filter { !$0.key.contains("#") && $0.key != "plot.png" }
    #expect(documents.count == lock.documents.count - 2)
    try lab.write(
      Lock(experiments: lock.experiments, documents: documents).text, to: Self.lock)
    try lab.replace("2017}", with: "2018}", in: "reports/references.bib")
    _ = try lab.build().run()
  }

  @Test func `words over a lock of before that cannot be opened are noted`() throws {
    let lab = try lab()
    let lock = try Lock(text: lab.read(Self.lock), path: Self.lock)
    let documents = lock.documents.filter { !$0.key.contains("#") }
    try lab.write(
      Lock(experiments: lock.experiments, documents: documents).text, to: Self.lock)
    try lab.replace("PPO reaches", with: "PPO gets to", in: Self.notebook)
    #expect(lab.failure { $0.canExecute = { _ in true } }.hasSuffix(Self.opening))
    var build = lab.build()
    build.canExecute = { _ in false }
    #expect(try build.run().notes.count == 1)
  }
}

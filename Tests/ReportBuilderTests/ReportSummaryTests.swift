import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

@Suite struct ReportSummaryTests {
  private static let claims = """
    ```{claim} cartpole
    PPO > GRPO on evaluation_return
    unresolved: PPO, RLOO on evaluation_return
    ```
    """
  private static let found =
    "summary: |\n  - PPO reaches {value}`cartpole.PPO.evaluation_return`.\n"

  private static func cartpole(ppo: Double = 440) -> SyntheticExperiment {
    SyntheticExperiment(
      SyntheticArm("PPO", tenAround(ppo)), SyntheticArm("GRPO", tenAround(400)),
      SyntheticArm("RLOO", tenAround(ppo)))
  }

  private func page(_ lab: SyntheticLab, week: String = "2026-W45") throws -> String {
    _ = try lab.build(week: week).run()
    return body(of: try lab.read("reports/\(week)/report.html"))
  }

  @Test func `a page begins with questions, findings and the state of claims`() throws {
    let lab = try SyntheticLab(Self.claims, of: Self.cartpole(), extra: Self.found)
    let page = try page(lab)
    let box = try #require(page.firstRange(of: "<section class=\"summary\""))
    #expect(box.lowerBound < (try #require(page.firstRange(of: "<main"))).lowerBound)
    #expect(page.contains("<dt>Found</dt>\n<dd><ul>\n<li>PPO reaches <a class=\"number\""))
    #expect(page.contains("<dd><p>1 claim holds.</p>"))
    #expect(
      page.contains(
        "<p>Open: <a href=\"#claim.2\">claim 2</a> shows no difference, as it says.</p>"))
    let markdown = try lab.read("reports/2026-W45/report.md")
    #expect(
      markdown.contains(
        "\n**Found**\n\n- PPO reaches 440.0.\n\n**Claims**\n\n- 1 claim holds."))
  }

  @Test func `without a summary the page has what is derived and the Markdown stays as it was`()
    throws
  {
    let lab = try SyntheticLab(Self.claims, of: Self.cartpole())
    let page = try page(lab)
    #expect(page.contains("<section class=\"summary\""))
    #expect(!page.contains("<dt>Found</dt>"))
    #expect(!(try lab.read("reports/2026-W45/report.md").contains("**Claims**")))
  }

  @Test func `what moved since the week before is told, and named weeks are bound`() throws {
    let lab = try SyntheticLab(Self.claims, of: Self.cartpole())
    #expect(!(try page(lab).contains("Since ")))
    lab.experiments = [
      Self.cartpole(ppo: 460),
      SyntheticExperiment(SyntheticArm("DPO", tenAround(3)), name: "other"),
    ]
    try lab.remove(".labbook")
    for experiment in lab.experiments { try lab.store(experiment) }
    let other = "\n\n{value}`other.DPO.evaluation_return`"
    try lab.writeNotebook(Self.claims + other, week: "2026-W46", extra: Self.found)
    let later = try page(lab, week: "2026-W46")
    #expect(later.contains("<dt>Since 2026-W45</dt>"))
    #expect(
      later.contains(
        "<p><code>cartpole</code>: 2 arms moved (the interval leaves out 0), 1 arm as before.</p>"))
    #expect(later.contains("<p>New: <code>other</code>.</p>"))
    // The earlier week may still change, so a file that is kept says nothing of it.
    #expect(!(try lab.read("reports/2026-W46/report.md").contains("2026-W45")))
    #expect(!(try lab.read("reports/2026-W46/results.lock").contains("2026-W45")))
    try lab.writeNotebook(
      Self.claims + other, week: "2026-W46", extra: Self.found + "compare_to: 2026-W45\n")
    _ = try lab.build(week: "2026-W46").run()
    #expect(
      try lab.read("reports/2026-W46/report.md").contains(
        "**Since 2026-W45**\n\n- `cartpole`: 2 arms moved (the interval leaves out 0), 1 arm as before."
      ))
    #expect(try lab.read("reports/2026-W46/results.lock").contains("../2026-W45/results.lock"))
  }

  @Test func `a week before that cannot be read is passed over`() throws {
    let lab = try SyntheticLab(Self.claims, of: Self.cartpole())
    try lab.write("{", to: "reports/2026-W44/results.lock")
    #expect(!(try page(lab).contains("Since ")))
    try lab.writeNotebook(Self.claims, extra: Self.found + "compare_to: 2026-W44\n")
    #expect(lab.failure().contains("reports/2026-W44/results.lock"))
  }

  @Test(arguments: [(4, 4, 0), (5, 3, 2), (20, 3, 17)])
  func `a few questions are shown, and many open on demand`(count: Int, shown: Int, folded: Int)
    throws
  {
    var document = try reportDocument("Text.\n")
    document.summary = ReportSummary(questions: (0..<count).map { "Question \($0) <b>?" })
    let page = body(of: try renderedPage(of: document))
    let parts = page.components(separatedBy: "<details>")
    #expect(parts[0].components(separatedBy: "<li>Question ").count == shown + 1)
    #expect(parts.count == (folded > 0 ? 2 : 1))
    #expect(folded == 0 || page.contains("<summary>and \(folded) more questions</summary>"))
    #expect(page.contains("<li>Question 0 &lt;b&gt;?</li>"))
    #expect(try !markdown(for: document).contains("Question"))
    var found = try reportDocument(
      "Text.\n", frontMatter: "title: T\nweek: 2026-W47\nstatus: final\nsummary: |\n  - Found.\n")
    found.summary = document.summary
    let text = try markdown(for: found)
    #expect(text.components(separatedBy: "\n- Question ").count == shown + 1)
    #expect(text.contains("\n- and \(folded) more questions\n") == (folded > 0))
  }
}

import Notebook
import Testing

/// What a week's notebook takes over from the one before.
@Suite struct NextNotebookTests {
  private func handover(_ body: String) throws -> NotebookHandover {
    NotebookHandover(
      from: "---\ntitle: A\nweek: 2026-W10\nstatus: final\nauthors: [A, B]\n---\n\(body)",
      of: try #require(ISOWeek("2026-W10")))
  }

  @Test(arguments: [
    "- **Open:** why it varies,\n  and what else.\n- **Found:** nothing.\n",
    "**Open:** why it varies,\nand what else.\n\nMore.\n",
    "* **Left open:** why it varies,\n  and what else.\n",
  ])
  func `what an opening says is open becomes a section`(body: String) throws {
    #expect(
      try handover("Words.\n\n" + body).openQuestions
        == "## Open questions\n\nwhy it varies,\nand what else.\n")
  }

  @Test(arguments: [
    "  - Found: nothing.\n  - Open: why it varies,\n    and what else.\n",
    "  - **Open:** why it varies,\n    and what else.\n  - More.\n",
  ])
  func `what a summary says is open becomes a section`(summary: String) throws {
    let handover = NotebookHandover(
      from: "---\ntitle: A\nweek: 2026-W10\nsummary: |\n\(summary)---\n- Open: not this.\n",
      of: try #require(ISOWeek("2026-W10")))
    #expect(handover.openQuestions == "## Open questions\n\nwhy it varies,\nand what else.\n")
    #expect(handover.frontMatter == [])
  }

  @Test func `a section on what is open goes before an item of the opening`() throws {
    let body = "- **Open:** one.\n\n## Open questions\n\nTwo.\n\n## Else\n"
    #expect(try handover(body).openQuestions == "## Open questions\n\nTwo.\n")
  }

  @Test func `bold words that say nothing of it are left`() throws {
    #expect(try handover("**Opening** words.\n").openQuestions == "")
    #expect(try handover("Text.\n").frontMatter == ["authors: [A, B]"])
  }
}

import Notebook
import ReportBuilder
import Testing

/// What the shelf says of a week: what its report begins with.
@Suite struct SiteWeekTests {
  private let ppo = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(400)), SyntheticArm("GRPO", tenAround(300)))

  private func week(
    _ body: String, of experiment: SyntheticExperiment? = nil, summary: String? = nil
  ) throws -> SiteWeek {
    let lines = (summary ?? "").split(separator: "\n").map { "  \($0)\n" }.joined()
    let lab = try SyntheticLab(
      body, of: experiment ?? ppo, extra: summary == nil ? "" : "summary: |\n\(lines)")
    return try withExtendedLifetime(lab) {
      _ = try lab.build().run()
      return try #require(try SiteWeek(in: lab.folder()))
    }
  }

  private func lines(_ week: SiteWeek) -> [String] {
    week.highlights.map { $0.label.isEmpty ? $0.text : "\($0.label): \($0.text)" }
  }

  private let comparison = "```{comparison} cartpole\nlabel: tbl-arms\n```\n"

  @Test func `a summary is shown with what was asked, found and claimed, in words alone`() throws {
    let week = try week(
      """
      The first paragraph is no part of it.

      \(comparison)
      ```{claim} cartpole
      PPO > GRPO on evaluation_return
      ```
      """,
      summary: """
        - PPO reaches {value}`cartpole.PPO.evaluation_return`, **far** above
          `GRPO` (@tbl-arms).
        - Open: why $n < 2$ is not enough.
        """)
    #expect(
      lines(week) == [
        "Asked: Which arm of cartpole is best?",
        "Found: PPO reaches 400.0, far above GRPO (Table 1).", "Open: why n < 2 is not enough.",
        "Claims: The only claim holds.",
      ])
  }

  @Test func `an abstract below a summary is no part of it`() throws {
    let lab = try SyntheticLab(
      comparison, of: ppo,
      extra: "summary: |\n  - PPO leads.\nabstract: |\n  Words of the abstract.\n")
    let week = try withExtendedLifetime(lab) {
      _ = try lab.build().run()
      return try #require(try SiteWeek(in: lab.folder()))
    }
    #expect(lines(week) == ["Asked: Which arm of cartpole is best?", "Found: PPO leads."])
  }

  @Test
  func
    `without a summary the list that the report begins with stands for it, else its first paragraph`()
    throws
  {
    #expect(
      try lines(week("- **Asked:** is it so?\n- **Found:** it is.\n\nMore.\n\n\(comparison)"))
        == ["Asked: is it so?", "Found: it is."])
    #expect(
      try lines(week("Ten seeds do not\ntell them apart.\n\nMore.\n\n\(comparison)"))
        == ["Ten seeds do not tell them apart."])
    #expect(try lines(week("## A section\n\nMore.\n\n\(comparison)")).isEmpty)
  }

  @Test func `a week that stands on an earlier week's runs says on which`() throws {
    let week = try week(comparison)
    let site = LabSite(
      title: "Weeks", weeks: [week, week], experiments: [], references: [],
      catalog: syntheticCatalog)
    let file = try #require(try site.files().first { $0.path == "index.html" })
    let index = String(decoding: file.bytes, as: UTF8.self)
    #expect(index.contains("Experiments new: cartpole."))
    #expect(
      index.contains("Experiments with the same runs as \(week.name): cartpole."), "\(index)")
    #expect(index.contains("20 runs, the same as in <a href=\"weeks/\(week.name)/report.html\">"))
  }

  @Test func `claims are counted on the index, and not called by their numbers`() throws {
    let week = try week(
      """
      \(comparison)
      ```{claim} cartpole
      PPO > GRPO on evaluation_return
      unresolved: PPO, PPO-too on evaluation_return
      ```
      """,
      of: SyntheticExperiment(
        SyntheticArm("PPO", tenAround(400)), SyntheticArm("GRPO", tenAround(300)),
        SyntheticArm("PPO-too", tenAround(400))), summary: "- PPO leads.")
    #expect(lines(week).last == "Open: claim 2 shows no difference, as it says.")
    let site = site(of: week)
    let index = try index(of: site)
    #expect(index.contains("<strong>Claims:</strong>") && !index.contains("claim 2"), "\(index)")
  }

  private func site(of week: SiteWeek) -> LabSite {
    LabSite(
      title: "Weeks", weeks: [week], experiments: [], references: [], catalog: syntheticCatalog)
  }

  private func index(of site: LabSite) throws -> String {
    let file = try #require(try site.files().first { $0.path == "index.html" })
    return String(decoding: file.bytes, as: UTF8.self)
  }

  @Test func `further findings and what is open stand below the first`() throws {
    let week = try week(comparison, summary: "- PPO leads.\n- GRPO follows.\n- Open: why.")
    let site = site(of: week)
    let index = try index(of: site)
    #expect(
      index.contains(
        "<p class=\"answer\">PPO leads.</p>\n<ul>\n<li>GRPO follows.</li>\n"
          + "<li>Open: why.</li>\n</ul>\n"), "\(index)")
  }

  @Test func `the index says when a week was, in the notebook's own words if it has some`() throws {
    let lab = try SyntheticLab(comparison, of: ppo, extra: "period: [2026-11-02, 2026-11-05]\n")
    let week = try withExtendedLifetime(lab) {
      _ = try lab.build().run()
      return try #require(try SiteWeek(in: lab.folder()))
    }
    #expect(week.days == "2026-11-02 – 2026-11-05")
    #expect(try self.week(comparison).days == "2–8 November 2026")
  }

  @Test(arguments: [
    ("2026-W44", "26 October – 1 November 2026"), ("2026-W53", "28 December 2026 – 3 January 2027"),
    ("2024-W09", "26 February – 3 March 2024"), ("2026-W52", "21–27 December 2026"),
  ]) func `a week's days say no month and no year twice`(week: String, words: String) throws {
    #expect(SiteDays(try #require(ISOWeek(week))).words == words)
  }

  @Test func `a term is linked where it stands first, and no part of a word or label is one`() {
    let terms = SiteTerms([
      SiteReference(kind: "algorithm", name: "ppo", title: "PPO", summary: "Clips.", text: ""),
      SiteReference(
        kind: "algorithm", name: "reinforce", title: "REINFORCE", summary: "Plain.", text: ""),
      SiteReference(
        kind: "metric", name: "gold_reward", title: "Gold reward", summary: "By \"rule\".", text: ""
      ),
      SiteReference(kind: "environment", name: "Taxi-v4", summary: "Fetch.", text: ""),
    ])
    var linked: Set<String> = []
    let html = terms.html(
      "PPO-KL, PPOs & PPO's gold rewards; PPO on Taxi, REINFORCE++ in taxis.", linked: &linked)
    let expected =
      "PPO-KL, PPOs &amp; <a class=\"term\" href=\"algorithms/ppo.html\" title=\"Clips.\">PPO</a>'s "
      + "<a class=\"term\" href=\"glossary.html#metric-gold-reward\" title=\"By &quot;rule&quot;.\">gold rewards</a>; "
      + "PPO on <a class=\"term\" href=\"glossary.html#environment-Taxi-v4\" title=\"Fetch.\">Taxi</a>, "
      + "REINFORCE++ in taxis."
    #expect(html == expected)
    #expect(terms.html("Gold reward", linked: &linked) == "Gold reward")
  }

  @Test func `the index of the site shows the findings of each week, the newest first`() throws {
    let week = try week(
      comparison, summary: "- PPO leads by {value}`cartpole.PPO.evaluation_return`.")
    let site = site(of: week)
    let index = try index(of: site)
    #expect(
      index.contains(
        "</a> of cartpole is best?</p>\n<p class=\"answer\">PPO leads by 400.0.</p>\n"),
      "\(index)")
    // The feed says the same.
    let feed = try #require(try site.files().first { $0.path == "feed.xml" })
    #expect(
      String(decoding: feed.bytes, as: UTF8.self)
        .contains(
          "<summary>Asked: Which arm of cartpole is best? Found: PPO leads by 400.0.</summary>"))
  }
}

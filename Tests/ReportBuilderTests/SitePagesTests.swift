import ReportBuilder
import ResultStore
import Testing

/// The pages of a site: one shell for all, and what each kind begins with.
@Suite struct SitePagesTests {
  private let ppo = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(400)), SyntheticArm("GRPO", tenAround(300)))
  private let comparison = "```{comparison} cartpole\nlabel: tbl-arms\n```\n"

  private func week(
    _ body: String, of experiment: SyntheticExperiment? = nil, extra: String = ""
  ) throws -> SiteWeek {
    let lab = try SyntheticLab(body, of: experiment ?? ppo, extra: extra)
    return try withExtendedLifetime(lab) {
      _ = try lab.build().run()
      return try #require(try SiteWeek(in: lab.folder()))
    }
  }

  private func site(
    _ weeks: SiteWeek..., experiments: [SiteExperiment] = [], references: [SiteReference] = []
  ) -> LabSite {
    LabSite(
      title: "Weeks", weeks: weeks, experiments: experiments, references: references,
      catalog: syntheticCatalog)
  }

  private func file(_ path: String, of site: LabSite) throws -> String {
    let file = try #require(try site.files().first { $0.path == path })
    return String(decoding: file.bytes, as: UTF8.self)
  }

  @Test func `a week's page has the bar of the site above it, and below it the ways on`() throws {
    let week = try week(comparison)
    let page = try file("weeks/\(week.name)/report.html", of: site(week))
    let bar = try #require(page.firstRange(of: "<div class=\"site\" role=\"navigation\""))
    let head = try #require(page.firstRange(of: "<header>"))
    #expect(bar.lowerBound < head.lowerBound)
    #expect(page.contains("<a href=\"../../index.html\" aria-current=\"true\">Weeks</a>"))
    #expect(page.contains("<form action=\"../../search.html\" role=\"search\">"))
    // A form may be sent within a site; a report outside of one has none.
    #expect(page.contains("; base-uri 'none'; form-action 'self' file:\">"))
    #expect(
      page.contains(
        "<p class=\"beside\">Its experiment: <a href=\"../../experiments/cartpole.html\">cartpole</a></p>"
      ), "\(page.suffix(3000))")
  }

  @Test func `a week's page says below its title when it was and whether it may change`() throws {
    let week = try week(comparison)
    let page = try file("weeks/\(week.name)/report.html", of: site(week))
    let status = week.isDraft ? "draft" : "final"
    #expect(
      page.contains(
        "<p class=\"facts\"><span>\(try #require(week.days))</span><span>\(week.name)</span><span>"
          + "<a class=\"term \(status)\" href=\"../../glossary.html#word-\(status)\">\(status)</a></span>"
      ), "\(page.firstMatch(of: /<p class="facts">.*/)?.0 ?? "")")
  }

  @Test(arguments: ["index.html", "search.html", "glossary.html", "experiments/index.html"])
  func `lists have the style of reports, and a page has one box of the search`(path: String) throws
  {
    let page = try file(path, of: site(try week(comparison)))
    #expect(page.contains("--measure: 42rem"))
    #expect(page.split(separator: "<input type=\"search\"").count == 2)
  }

  @Test func `an experiment's page begins with what its newest report found, and its claims`()
    throws
  {
    let week = try week(
      "\(comparison)\n```{claim} cartpole\nPPO > GRPO on evaluation_return\n```\n",
      extra: "summary: |\n  - PPO leads with {value}`cartpole.PPO.evaluation_return`.\n")
    let experiment = SiteExperiment(try #require(week.lock.experiment("cartpole")))
    let page = try file("experiments/cartpole.html", of: site(week, experiments: [experiment]))
    let found = try #require(page.firstRange(of: "<li>PPO leads with 400.0.</li>"))
    let claim = try #require(
      page.firstRange(
        of: "/report.html#claim.1\">Claim 1 holds</a>: PPO &gt; GRPO on evaluation_return <span"),
      "\(page.suffix(9000))")
    let results = try #require(page.firstRange(of: "<h2 id=\"results\">"))
    #expect(found.lowerBound < claim.lowerBound && claim.lowerBound < results.lowerBound)
  }

  @Test func `a setting that not all arms have is told with the arms of each value`() throws {
    func arm(_ label: String, _ fields: [String: String]) -> (String, String, ArmPreimage) {
      (label, label, ArmPreimage(fields: fields))
    }
    let experiment = SiteExperiment(
      name: "own", question: "Which?", spec: nil,
      arms: [
        arm("A", ["algorithm": "dpo", "algorithm.beta": "0.1", "steps": "9"]),
        arm("B", ["algorithm": "dpo", "algorithm.beta": "0.1", "steps": "9"]),
        arm("C", ["algorithm": "ppo", "steps": "9"]),
      ])
    let page = try file("experiments/own.html", of: site(experiments: [experiment]))
    #expect(page.contains("<td>0.1 <span class=\"of\">in A, B</span></td>"), "\(page.suffix(3000))")
    #expect(!page.contains("—"))
    #expect(page.contains("steps = 9"))
  }

  @Test func `an algorithm's page says what makes it that, and ranges in words`() throws {
    let algorithm = SiteAlgorithm(
      formula: "A_t", meaning: "It clips.",
      parts: [
        .init(
          world: "environments",
          settings: [("clip_range", "0.2", "How far.", "a number in 0...1, or none")], presets: [])
      ])
    let reference = SiteReference(
      kind: "algorithm", name: "ppo", title: "PPO", summary: "Clips.", text: "",
      algorithm: algorithm)
    let page = try file("algorithms/ppo.html", of: site(references: [reference]))
    #expect(page.contains("<h1>PPO</h1>") && page.contains("<p>It clips.</p>"))
    #expect(page.contains("a number from 0 to 1, or none") && !page.contains("<pre"))
  }

  @Test func `the search holds each paragraph and row by itself, under the kind of its page`()
    throws
  {
    let week = try week("One paragraph\nof two lines.\n\n\(comparison)\nAnother.\n")
    let page = try file("search.html", of: site(week))
    #expect(page.contains("\"kind\":\"Weeks\""))
    #expect(page.contains("\"One paragraph of two lines.\","), "\(page.suffix(4000))")
    #expect(page.contains("\"Another.\""))
  }
}

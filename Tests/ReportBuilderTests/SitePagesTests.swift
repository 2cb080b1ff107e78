import ReportBuilder
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
    // A form may be sent within a site, and from no report outside of one.
    #expect(!page.contains("form-action"))
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
}

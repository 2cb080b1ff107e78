import Foundation
import ReportBuilder
import Testing

/// Images and links to files: what CommonMark names is what is shown, or refused with its place.
@Suite struct RenderingImagesTests {
  private func lab(_ body: String, files: [String]) throws -> SyntheticLab {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", tenAround(440))))
    for file in files { try lab.write("GIF89a of \(file)", to: "reports/2026-W45/\(file)") }
    try lab.writeNotebook("\(body)\n\nPPO reaches {value}`cartpole.PPO.evaluation_return`.")
    return lab
  }

  @Test(arguments: [
    ("![Reference style][curve]\n\n[curve]: plot.png \"Curve\"", "plot.png"),
    ("![curve]\n\n[curve]: plot.png 'Curve'", "plot.png"),
    ("![Curve][]\n\n> [CURVE]:\n>   plot.png", "plot.png"),
    ("[![A][b]](https://example.org)\n\n[b]: plot.png", "plot.png"),
    ("![A](plot\\_1.png)", "plot_1.png"), ("![A](<my plot.png>)", "my plot.png"),
    ("![A](my%20plot.png)", "my plot.png"), ("![A](plot(1).png)", "plot(1).png"),
    ("![A](plot\\(1.png)", "plot(1.png"), ("![A](a&amp;b.png)", "a&b.png"),
    ("![A](a&b.png)", "a&b.png"), ("![A](&#x61;.png)", "a.png"), ("![A](./x/../a.png)", "a.png"),
    ("![A](ä.png)", "ä.png"), ("![A](%C3%A4.png)", "ä.png"), ("![A](100%.png)", "100%.png"),
    ("![A](<a(b.png> \"t\")", "a(b.png"), ("![A]( a.png  (t) )", "a.png"),
    ("![A](a_b*c*.png)", "a_b*c*.png"),
    ("| x |\n|---|\n| ![A](a\\|b.png) |", "a|b.png"), ("![A](\\$a.png)", "$a.png"),
  ])
  func `the page holds the file that CommonMark names`(image: String, file: String) throws {
    let lab = try lab(image, files: [file])
    _ = try lab.build().run()
    let data = Data("GIF89a of \(file)".utf8).base64EncodedString()
    #expect(
      try lab.read("reports/2026-W45/report.html").contains(
        "<img src=\"data:image/png;base64,\(data)\""))
    #expect(try lab.read("reports/2026-W45/report.md").contains(image))
    try lab.remove("reports/2026-W45/\(file)")
    let failure = lab.failure()
    #expect(
      failure.contains(/^reports\/2026-W45\/notebook.md:[0-9]+:[0-9]+: error: there is no image '/),
      "\(failure)")
  }

  @Test(arguments: [
    ("![A](plot\\_1.png)", "8:6"), ("Words\nand ![A](<my plot.png>).", "9:11"),
    ("![A][b]\n\n[b]: c&amp;d.png", "10:6"), ("![A](plot(1).png)", "8:6"),
  ])
  func `an image that is not there is refused where it is written`(image: String, place: String)
    throws
  {
    let failure = try lab(image, files: []).failure()
    #expect(
      failure.hasPrefix("reports/2026-W45/notebook.md:\(place): error: there is no image"),
      "\(failure)")
  }

  @Test func `two images whose names differ in the form of an accent alone are not taken for one`()
    throws
  {
    let names = ["caf\u{E9}.png", "cafe\u{301}.png"]
    let failure = try lab("![A](\(names[0]))\n\n![B](\(names[1]))", files: names).failure()
    #expect(
      failure.hasPrefix("reports/2026-W45/notebook.md:10:6: error: the name of the image '")
        && failure.contains("differs from that of another one in the form of an accent alone"),
      "\(failure)")
  }

  @Test func `titles and the words of an image survive in both outputs`() throws {
    let lab = try lab(
      "Words ![Of *x* and $y_1$, see @fig-b](a.png \"A \\\"title\\\"\") here.\n\n![Caption][b]{#fig-b}\n\n"
        + "[b]: a.png 'Other'",
      files: ["a.png"])
    _ = try lab.build().run()
    let page = try lab.read("reports/2026-W45/report.html")
    #expect(page.contains("alt=\"Of x and y_1, see Figure 1\" title=\"A &quot;title&quot;\">"))
    #expect(page.contains("alt=\"Caption\" title=\"Other\">"))
    #expect(
      page.contains(
        "<figcaption><b><a class=\"permalink\" href=\"#fig-b\" tabindex=\"-1\">Figure 1.</a></b> Caption</figcaption>"
      ))
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("![Of *x* and $y_1$, see Figure 1](a.png \"A \\\"title\\\"\") here."))
    #expect(text.contains("![Caption][b]<a id=\"fig-b\"></a><br>\n**Figure 1.** Caption"))
  }

  @Test(arguments: [
    ("[a](data.csv)", "data.csv"), ("[a](<my data.csv#top>)", "my data.csv"),
    ("[a](my%20data.csv?x=1)", "my data.csv"), ("[a][b]\n\n[b]: x\\_y.csv", "x_y.csv"),
    ("[a](notes/a&amp;b.csv)", "notes/a&b.csv"), ("[a](../shared.csv)", "../shared.csv"),
    ("[a](../../lab.txt)", "../../lab.txt"), ("[a](notes)", "notes/x.csv"),
  ])
  func `a link to a file leads to one that is there`(link: String, file: String) throws {
    let lab = try lab(link, files: [file])
    _ = try lab.build().run()
    try lab.remove("reports/2026-W45/\(file.hasPrefix("notes/") ? "notes" : file)")
    let failure = lab.failure()
    #expect(
      failure.contains(/^reports\/2026-W45\/notebook.md:[0-9]+:[0-9]+: error: there is no file '/),
      "\(failure)")
  }

  @Test func `links to what builds make, to the web and beyond the lab pass`() throws {
    let lab = try lab(
      "[a](report.html) [b](results.lock) [c](https://example.org/x) [d](../../../x) [e](/x) [f](#g)\n\n## G",
      files: [])
    #expect(try !lab.build().run().files.isEmpty)
  }
}

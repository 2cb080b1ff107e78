import Foundation
import ReportBuilder
import ResultStore
import Testing

/// What is beside a figure, and what is not drawn again.
@Suite struct KeptFiguresTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))
  private static let directive = "```{curves} cartpole\nlabel: fig-cartpole\n```"

  /// An interpreter that counts the figures that it is asked for.
  private func countingPython(in lab: SyntheticLab) throws -> URL {
    let path = try #require(TestTools.tools.python).path(percentEncoded: false)
    let log = lab.root.appending(path: "drawn").path(percentEncoded: false)
    try lab.write(
      """
      #!/bin/sh
      cat > '\(log).input'
      grep -o 'vega-lite/v6' '\(log).input' >> '\(log)'
      exec '\(path)' "$@" < '\(log).input'

      """, to: "tools/bin/python")
    let wrapper = lab.root.appending(path: "tools/bin/python")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: wrapper.path(percentEncoded: false))
    return wrapper
  }

  private func drawn(_ lab: SyntheticLab) -> Int {
    ((try? lab.read("drawn")) ?? "").split(separator: "\n").count
  }

  @Test func `figures are drawn again when what they show changes, and not when words do`() throws {
    let lab = try SyntheticLab(Self.directive, of: experiment)
    let python = try countingPython(in: lab)
    func build() throws -> [String] {
      var build = lab.build()
      build.tools.python = python
      return try build.run().changedFiles
    }
    _ = try build()
    #expect(drawn(lab) == 1)
    let drawing = try lab.read("reports/2026-W45/figures/fig-cartpole.svg")
    // Words, a caption and another label leave what is drawn as it is.
    try lab.writeNotebook(
      "Words.\n\n```{curves} cartpole\nlabel: fig-other\ncaption: A caption.\n```")
    #expect(try build().contains("figures/fig-other.svg"))
    #expect(try lab.read("reports/2026-W45/figures/fig-other.svg") == drawing)
    #expect(!lab.exists("reports/2026-W45/figures/fig-cartpole.csv"))
    #expect(drawn(lab) == 1)
    // A second figure is drawn alone.
    try lab.writeNotebook(Self.directive + "\n\n```{curves} cartpole\narms: PPO\n```")
    _ = try build()
    #expect(drawn(lab) == 2)
    // Other results.
    lab.experiments[0].arms[1].returns = tenAround(410)
    lab.experiments[0].arms[1].settings["changed"] = "yes"
    try lab.store(lab.experiments[0])
    _ = try build()
    #expect(drawn(lab) == 3)
    #expect(try lab.read("reports/2026-W45/figures/fig-cartpole.svg") != drawing)
    // A title is part of what is drawn.
    lab.experiments[0].arms[0].title = "Clipped PPO"
    _ = try build()
    #expect(drawn(lab) == 5)
  }

  @Test func `a figure that was edited or is gone is drawn again`() throws {
    let lab = try SyntheticLab(Self.directive, of: experiment)
    let python = try countingPython(in: lab)
    var build = lab.build()
    build.tools.python = python
    _ = try build.run()
    let path = "reports/2026-W45/figures/fig-cartpole.svg"
    let drawing = try lab.read(path)
    try lab.replace("Liberation Sans", with: "Liberation Serif", in: path)
    _ = try build.run()
    #expect(try lab.read(path) == drawing)
    try lab.remove("reports/2026-W45/figures")
    _ = try build.run()
    #expect(try lab.read(path) == drawing)
    #expect(drawn(lab) == 3)
  }

  @Test func `what the last build kept is no use to another drawing library`() throws {
    let lab = try SyntheticLab(Self.directive, of: experiment)
    let python = try countingPython(in: lab)
    var build = lab.build()
    build.tools.python = python
    _ = try build.run()
    try lab.write("", to: "tools/lib/python3/site-packages/vl_convert_python-9.dist-info/METADATA")
    _ = try build.run()
    #expect(drawn(lab) == 2)
  }

  @Test func `the points of a figure stand beside it and in the page`()
    throws
  {
    let lab = try SyntheticLab(Self.directive, of: experiment)
    _ = try lab.build().run()
    let data = try lab.read("reports/2026-W45/figures/fig-cartpole.csv")
    let lines = data.split(separator: "\n")
    #expect(lines[0] == "arm,step,mean,lower,upper")
    #expect(lines.count == 21)
    #expect(lines.last?.hasPrefix("GRPO,100000,400,") == true)
    let page = try lab.read("reports/2026-W45/report.html")
    func linked(_ pattern: Regex<(Substring, Substring)>) throws -> String {
      try #require(page.firstMatch(of: pattern)?.output.1.removingPercentEncoding)
    }
    #expect(
      try linked(/<a download="fig-cartpole\.csv" href="data:text\/csv;charset=utf-8,([^"]*)">/)
        == data)
    #expect(page.contains("<a download href=\"figures/fig-cartpole.vl.json\">Vega-Lite</a>"))
    #expect(lab.exists("reports/2026-W45/figures/fig-cartpole.vl.json"))
  }

  @Test func `rendering from the lock writes the points too, and the lock does not name them`()
    throws
  {
    let lab = try SyntheticLab(Self.directive, of: experiment)
    _ = try lab.build().run()
    let path = "reports/2026-W45/figures/fig-cartpole.csv"
    let data = try lab.read(path)
    try lab.remove(path)
    var build = lab.build()
    build.rendersLock = true
    #expect(try build.run().changedFiles == ["figures/fig-cartpole.csv"])
    #expect(try lab.read(path) == data)
    #expect(try lab.folder().lock()?.documents["figures/fig-cartpole.csv"] == nil)
  }
}

import Foundation
import ReportBuilder
import ResultStore
import Testing

@Suite struct FigureDrawingTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440), title: "PPO (clipped)"),
    SyntheticArm("GRPO", tenAround(439)))

  private func lab() throws -> SyntheticLab {
    try SyntheticLab("```{curves} cartpole\nlabel: fig-cartpole\n```", of: experiment)
  }

  /// An interpreter that finds the fonts of `home` before it draws.
  private func python(seeing home: URL, in lab: SyntheticLab) throws -> URL {
    let path = try #require(TestTools.tools.python).path(percentEncoded: false)
    try lab.write(
      """
      #!/bin/sh
      export HOME='\(home.path(percentEncoded: false))'
      export XDG_DATA_HOME="$HOME/.local/share"
      exec '\(path)' "$@"

      """, to: "python")
    let wrapper = lab.root.appending(path: "python")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: wrapper.path(percentEncoded: false))
    return wrapper
  }

  /// A home in which a font is installed that gives itself the names `aliases`, of 15 letters each.
  private func home(with aliases: [String], in lab: SyntheticLab) throws -> URL {
    let font = try Data(
      contentsOf: URL(filePath: "/usr/share/fonts/truetype/katex/KaTeX_SansSerif-Regular.ttf"))
    let home = lab.root.appending(path: "home")
    for folder in [".fonts", ".local/share/fonts"].map({ home.appending(path: $0) }) {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for alias in aliases {
        // Names of the same length keep the font's tables valid.
        try renamed(font, from: "KaTeX_SansSerif", to: alias)
          .write(to: folder.appending(path: "\(alias).ttf"))
      }
    }
    return home
  }

  /// Replaces a name in the font's UTF-16 and Latin name records.
  private func renamed(_ font: Data, from name: String, to alias: String) throws -> Data {
    var font = font
    for encoding in [String.Encoding.utf16BigEndian, .isoLatin1] {
      let old = try #require(name.data(using: encoding))
      let new = try #require(alias.data(using: encoding))
      try #require(old.count == new.count)
      var start = font.startIndex
      while let range = font.range(of: old, in: start..<font.endIndex) {
        font.replaceSubrange(range, with: new)
        start = range.upperBound
      }
    }
    return font
  }

  @Test func `a foreign font does not change a figure, not even one of the same name`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let drawing = try lab.read("reports/2026-W45/figures/fig-cartpole.svg")
    var build = lab.build()
    build.tools.python = try python(
      seeing: home(with: ["Foreign_Letters", "Liberation Sans"], in: lab), in: lab)
    try lab.remove("reports/2026-W45/figures")
    _ = try build.run()
    #expect(try lab.read("reports/2026-W45/figures/fig-cartpole.svg") == drawing)
  }

  @Test func `a foreign font is really there when a figure is drawn with it`() throws {
    let lab = try lab()
    let seeing = try python(seeing: home(with: ["Foreign_Letters"], in: lab), in: lab)
    #expect(try measuredChart(seeing) != measuredChart(#require(TestTools.tools.python)))
  }

  /// A chart that names the foreign font and leaves its layout to the drawing tool.
  private func measuredChart(_ python: URL) throws -> Data {
    let program = """
      import vl_convert
      print(vl_convert.vegalite_to_svg({
          "data": {"values": [{"name": "WWWiii", "size": 1}]}, "mark": "bar",
          "encoding": {"y": {"field": "name"}, "x": {"field": "size", "type": "quantitative"}},
          "config": {"font": "Foreign_Letters"}}))
      """
    let process = Process()
    process.executableURL = python
    process.arguments = ["-I", "-c", program]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let drawing = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return drawing
  }

  @Test func `what the drawing tool says reaches the person`() throws {
    let lab = try lab()
    try lab.write(
      "#!/bin/sh\necho 'ModuleNotFoundError: no vl_convert' >&2\nexit 1\n", to: "python")
    let wrapper = lab.root.appending(path: "python")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: wrapper.path(percentEncoded: false))
    let path = wrapper.path(percentEncoded: false)
    #expect(
      lab.failure { $0.tools.python = wrapper }
        == "error: \(path) could not draw the figures: ModuleNotFoundError: no vl_convert")
    #expect(
      lab.failure { $0.tools.python = URL(filePath: "/nowhere/python") }
        .hasPrefix("error: cannot start /nowhere/python to draw the figures: "))
    #expect(!lab.exists("reports/2026-W45/results.lock"))
  }

  @Test func `arms beyond the palette are told apart by dashes`() throws {
    var many = SyntheticExperiment()
    many.arms = (0..<9).map { SyntheticArm("A\($0)", tenAround(100 + 40 * Double($0))) }
    let lab = try SyntheticLab(many)
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-many\n```")
    _ = try lab.build().run()
    let looks = try DrawnFigure("fig-many", of: lab).looks
    #expect(looks.count == 9 && Set(looks.values).count == 9)
    #expect(looks.values.contains { $0[1].contains(",") })
  }
}

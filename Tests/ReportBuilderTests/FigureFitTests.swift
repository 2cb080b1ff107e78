import Foundation
import ReportBuilder
import ResultStore
import Testing

/// What a figure shows is on it, on a screen of any width.
@Suite struct FigureFitTests {
  private func figure(_ arms: [SyntheticArm]) throws -> (DrawnFigure, page: String) {
    let lab = try SyntheticLab(SyntheticExperiment(of: arms))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-a\n```")
    _ = try lab.build().run()
    return (try DrawnFigure("fig-a", of: lab), try lab.read("reports/2026-W45/report.html"))
  }

  @Test(arguments: [
    ["PPO", "GRPO"],
    ["GRPO from initial weights", "DPO, the same pairs", "WWWWWWW MMMMMMM WWWWWW"],
    ["Donaudampfschifffahrtsgesellschaftskapitän", "政策勾配法の基準線の比較", "ok"],
  ])
  func `names fit into a drawing that is no wider than two small screens`(titles: [String]) throws {
    let (figure, page) = try figure(
      titles.enumerated().map { index, title in
        SyntheticArm("A\(index)", tenAround(200 + 80 * Double(index)), title: title)
      })
    // 360 pixels for 500: words of 12 are drawn at 8.6 or more.
    #expect(figure.width <= 500)
    #expect(page.contains("<div class=\"paper\">"))
    let joined = figure.names.map(\.text).joined(separator: " ").replacing(" ", with: "")
    for title in titles { #expect(joined.contains(title.replacing(" ", with: "")), "\(joined)") }
    for (text, left) in figure.names {
      let width = text.unicodeScalars.map { Self.width(of: $0) }.reduce(0, +) * 13 / 1000
      #expect(left + width <= figure.width, "\(text)")
    }
  }

  /// The width of a letter in Helvetica Bold, in thousandths of its size, by Adobe's metrics of the font.
  private static func width(of letter: Unicode.Scalar) -> Double {
    let capitals = [
      722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667,
      611, 722, 667, 944, 667, 667, 611,
    ]
    let small = [
      556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
      333, 611, 556, 778, 556, 556, 500,
    ]
    return switch letter {
    case "A"..."Z": Double(capitals[Int(letter.value) - 65])
    case "a"..."z": Double(small[Int(letter.value) - 97])
    case " ", ",": 278
    default: letter.value > 0x2000 ? 1000 : 611
    }
  }

  @Test func `many names make the drawing higher, and none is lost`() throws {
    let (figure, _) = try figure(
      (0..<24).map { SyntheticArm("A\($0)", tenAround(100 + 15 * Double($0))) })
    #expect(Set(figure.names.map(\.text)).count == 24)
    #expect(try figure.height >= 24 * 14 - 20)
    let places = figure.drawing.matches(of: /translate\(314,([-0-9.]+)\)/).compactMap {
      Double($0.output.1)
    }.sorted()
    #expect(places.count == 24)
    #expect(try (places.last ?? .nan) < figure.height + 48)
    for (upper, lower) in zip(places, places.dropFirst()) { #expect(lower - upper >= 14) }
  }

  @Test func `drawings that an earlier version locked scroll in their own box`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", tenAround(440))))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-a\n```")
    _ = try lab.build().run()
    let svg = try lab.read("reports/2026-W45/figures/fig-a.svg")
    let wide = svg.replacing(/width="[0-9.]+" height/) { _ in "width=\"714.4\" height" }
    try lab.write(wide, to: "reports/2026-W45/figures/fig-a.svg")
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "")
    let documents = lock.documents.merging(["figures/fig-a.svg": Digest.hex(of: wide)]) { $1 }
    try lab.write(
      Lock(experiments: lock.experiments, documents: documents).text,
      to: "reports/2026-W45/results.lock")
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(
      try lab.read("reports/2026-W45/report.html").contains("<div class=\"paper wide\">"))
  }

  // MARK: Lines

  @Test func `lines that coincide are said to`() throws {
    let (figure, page) = try figure([
      SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(300)),
    ])
    #expect(figure.names.map(\.text).contains("(=\u{A0}PPO)"), "\(figure.names)")
    #expect(figure.names.map(\.text).contains("PPO"))
    #expect(page.contains("; on one line: GRPO on PPO's"))
  }

  @Test func `solid lines lie below, so that they show through the gaps of others`() throws {
    let (figure, _) = try figure([
      SyntheticArm("ReMax", tenAround(440)), SyntheticArm("GRPO", tenAround(440)),
      SyntheticArm("PPO", tenAround(440)),
    ])
    let order = figure.drawing.matches(
      of: /arm: (\w+)" role="graphics-symbol" aria-roledescription="line/
    )
    .map { String($0.output.1) }
    #expect(order == ["PPO", "GRPO", "ReMax"])
  }

  @Test func `a line of one point is seen`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", tenAround(440))))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-a\nlevels: test_accuracy\n```")
    lab.experiments[0].arms[0].metrics["test_accuracy_3"] = Array(repeating: 0.75, count: 10)
    lab.experiments[0].arms[0].settings["changed"] = "yes"
    try lab.store(lab.experiments[0])
    _ = try lab.build().run()
    #expect(try DrawnFigure("fig-a", of: lab).drawing.contains("aria-roledescription=\"point\""))
  }

  @Test func `bands stay in the plot, and do not make the lines small`() throws {
    // One seed in ten falls without end: the interval is a hundred times as long as the means are apart.
    let fallen = SyntheticArm("RLOO", Array(tenAround(-100).dropLast()) + [-50_000])
    let lab = try SyntheticLab(SyntheticExperiment(fallen, SyntheticArm("PPO", tenAround(-90))))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-a\n```")
    var build = lab.build()
    build.catalog = .empty
    _ = try build.run()
    let figure = try DrawnFigure("fig-a", of: lab)
    let means = try figure.values(of: "mean")
    let (lower, upper) = try figure.domain(vertical: true)
    let span = try #require(means.max()) - #require(means.min())
    let lowest = try #require(figure.values(of: "lower").min())
    #expect(lowest < lower, "the interval is in the data whole")
    #expect(upper - lower <= 5 * span)
    let height = try figure.height
    for path in figure.drawing.matches(of: /"area mark" d="([^"]*)"/) {
      let places = path.output.1.split(whereSeparator: { "MLZ".contains($0) }).compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      #expect(!places.isEmpty && places.allSatisfy { (-0.01...(height + 0.01)).contains($0) })
    }
  }
}

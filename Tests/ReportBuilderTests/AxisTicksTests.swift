import Foundation
import Metrics
import ReportBuilder
import Testing

/// The words at the ticks of an axis are the numbers that they stand at.
@Suite struct AxisTicksTests {
  private static let written: [([Double], [String])] = [
    ([0, 2.5, 5, 7.5, 10], ["0.0", "2.5", "5.0", "7.5", "10.0"]),
    ([0, 100_000, 200_000], ["0", "100,000", "200,000"]),
    ([0, 5e5, 1e6], ["0.0 M", "0.5 M", "1.0 M"]),
    ([0, 1e8, 2e8, 3e8], ["0 M", "100 M", "200 M", "300 M"]),
    ([-0.4, -0.2, 0, 0.2], ["−0.4", "−0.2", "0.0", "0.2"]),
    ([0, 2.5e-8, 5e-8], ["0.0 × 10⁻⁸", "2.5 × 10⁻⁸", "5.0 × 10⁻⁸"]),
    ([1_000_000.25, 1_000_000.5], ["1,000,000.25", "1,000,000.50"]),
    ([0, 1e15, 2e15], ["0 × 10¹⁵", "1 × 10¹⁵", "2 × 10¹⁵"]),
    ([200], ["200"]), ([2, 3, 8], ["2", "3", "8"]), ([], []),
  ]

  @Test(arguments: written)
  func `ticks are written one way`(ticks: [Double], labels: [String]) {
    #expect(TickLabels.text(of: ticks) == labels)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 10, 12, 13, 20, 50, 100, 1000, 100_000])
  func `an axis of steps has ticks at whole numbers, and at the same ones where those were whole`(
    last: Int
  ) {
    for count in 1...5 {
      func ticks(isWhole: Bool) -> [Double] {
        AxisScale(covering: [0, Double(last)], count: count, roundEnds: false, isWhole: isWhole)
          .ticks
      }
      let (whole, any) = (ticks(isWhole: true), ticks(isWhole: false))
      #expect(whole.allSatisfy { $0 == $0.rounded() } && !whole.isEmpty, "\(whole)")
      if any.allSatisfy({ $0 == $0.rounded() }) { #expect(whole == any) }
    }
  }

  @Test func `shares are written in per cent`() {
    #expect(
      TickLabels.text(of: [0, 0.2, 0.4, 1], unit: .percent) == ["0 %", "20 %", "40 %", "100 %"])
    #expect(TickLabels.text(of: [0, 0.025, 0.05], unit: .percent) == ["0.0 %", "2.5 %", "5.0 %"])
  }

  /// Ends of ranges: of all sizes, on either side of zero, far from it, and of one value.
  static let ranges: [(Double, Double)] = [
    (0, 10), (0, 1e-7), (2e-8, 7e-8), (0, 3e8), (-3e8, 5e6), (-1000, -10), (-0.31, 0.31),
    (470, 498),
    (0.98, 0.9801), (1e6 + 0.25, 1e6 + 1), (0, 12_345_678), (200, 200), (0, 0), (-5, -5),
    (99_999.5, 100_001), (7, 7.000_000_000_1), (1e-12, 3e-12), (0, 6e11), (-1_950, 23),
    (3e17, 4e17), (1e-200, 2e-200), (-1e200, 1e200),
  ]

  @Test(arguments: ranges)
  func `the ticks of every range can be told apart and read back`(range: (Double, Double)) {
    for isRounded in [true, false] {
      let scale = AxisScale(covering: [range.0, range.1], roundEnds: isRounded)
      let labels = TickLabels.text(of: scale.ticks)
      #expect((2...8).contains(labels.count), "\(labels)")
      #expect(Set(labels).count == labels.count, "\(labels)")
      for (label, tick) in zip(labels, scale.ticks) {
        let read = DrawnFigure.number(label) ?? .nan
        let step = scale.upper - scale.lower
        #expect((read - tick).magnitude <= step * 1e-9, "\(label) stands at \(tick)")
      }
      // One way of writing: the same digits after the point, and the same suffix.
      let ends = labels.map { label in label.split(separator: ".").dropFirst().last ?? "" }
      #expect(Set(ends.map(\.count)).count <= 1, "\(labels)")
      let suffixes = labels.map { $0.drop { !$0.isWhitespace } }
      #expect(Set(suffixes).count <= 1, "\(labels)")
    }
  }

  @Test func `the drawing shows each number at its place`() throws {
    let experiments = Self.ranges.prefix(17).enumerated().map { index, range in
      var arm = SyntheticArm(
        "PPO", [range.1], settings: ["algorithm": "ppo", "case": "\(index)"])
      arm.base = range.0
      return SyntheticExperiment(arm, name: "e\(index)")
    }
    let lab = try SyntheticLab()
    lab.experiments = experiments
    for experiment in experiments { try lab.store(experiment) }
    try lab.writeNotebook(
      experiments.indices.map { "```{curves} e\($0)\nlabel: fig-\($0)\n```" }
        .joined(separator: "\n\n"))
    var build = lab.build()
    build.catalog = .empty
    _ = try build.run()
    for (index, range) in Self.ranges.prefix(17).enumerated() {
      let figure = try DrawnFigure("fig-\(index)", of: lab)
      let (lower, upper) = try figure.domain(vertical: true)
      let height = try figure.height
      func pixel(_ value: Double) -> Double { (upper - value) / (upper - lower) * height }
      let ticks = try figure.ticks(vertical: true)
      #expect(ticks.count >= 2, "\(range)")
      for tick in ticks {
        let value = try #require(DrawnFigure.number(tick.text))
        #expect((pixel(value) - tick.place).magnitude < 1, "\(tick) of \(range)")
      }
      // The line ends where its last value is on that scale.
      let path = try #require(drawnPath(of: figure).last)
      #expect((path - pixel(range.1)).magnitude < 1, "\(path) of \(range)")
    }
  }

  /// The heights of the points of the only line.
  private func drawnPath(of figure: DrawnFigure) -> [Double] {
    figure.drawing.firstMatch(of: /"line mark" d="([^"]*)"/)?.output.1
      .split(whereSeparator: { "ML".contains($0) }).compactMap { point in
        point.split(separator: ",").last.flatMap { Double($0) }
      } ?? []
  }

  @Test func `an axis that is another curve shows the numbers it has`() throws {
    // The divergence goes from 0.1 to 10, and once the ticks of this axis read 0, 3, 5, 8 and 1e+1.
    let lab = try SyntheticLab(
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(440), metrics: ["reference_kl": Array(repeating: 10, count: 10)])))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-kl\nx: reference_kl\n```")
    _ = try lab.build().run()
    let ticks = try DrawnFigure("fig-kl", of: lab).ticks(vertical: false)
    let numbers = ticks.compactMap { DrawnFigure.number($0.text) }
    #expect(numbers.count == ticks.count && ticks.count >= 3, "\(ticks)")
    for (tick, number) in zip(ticks, numbers) {
      #expect((tick.place - number / 10 * 300).magnitude < 1, "\(tick)")
    }
  }

  @Test func `axes are titled by the quantity and its unit`() throws {
    let lab = try SyntheticLab(
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(440), metrics: ["reference_kl": Array(repeating: 10, count: 10)])))
    try lab.writeNotebook(
      """
      ```{curves} cartpole
      label: fig-kl
      x: reference_kl
      ```

      ```{curves} cartpole
      label: fig-both
      curve: evaluation_return, training_return
      arms: PPO
      ```
      """)
    var build = lab.build()
    build.catalog = MetricCatalog([
      MetricDeclaration("reference_kl", "", [.curve], title: "Reference KL", unit: "nats"),
      MetricDeclaration("evaluation_return", "", [.curve], unit: "reward"),
      MetricDeclaration("training_return", "", [.curve], unit: "reward"),
    ])
    _ = try build.run()
    let figure = try DrawnFigure("fig-kl", of: lab)
    #expect(figure.specification.contains(#""title": "Reference KL (nats)""#))
    #expect(figure.specification.contains(#""title": "Evaluation return (reward)""#))
    // What several curves have in common is their unit.
    #expect(
      try DrawnFigure("fig-both", of: lab).specification.contains(#""title": "Reward, PPO""#))
  }
}

import Foundation
import ReportBuilder
import Testing

/// An arm looks the same in every figure, and no two look alike.
@Suite struct ArmLookTests {
  private static let algorithms = [
    ("PPO", "ppo"), ("REINFORCE", "reinforce"), ("REINFORCE++", "reinforce_plus_plus"),
    ("GRPO", "grpo"), ("DrGRPO", "dr_grpo"), ("ReMax", "remax"), ("RLOO", "rloo"), ("DPO", "dpo"),
    ("SFT", "sft"), ("reward_model", "reward_model"),
  ]

  private func look(_ label: String, _ algorithm: String) -> ArmLook {
    guard let look = ArmLook.looks(of: [(label, algorithm)])[label] else {
      preconditionFailure("\(label) has no look")
    }
    return look
  }

  // MARK: Stability

  @Test func `an algorithm looks the same beside any others and in any order`() {
    let all = Self.algorithms.map { (label: $0.0, algorithm: Optional($0.1)) }
    let looks = ArmLook.looks(of: all)
    let reversed = ArmLook.looks(of: all.reversed())
    for (label, algorithm) in Self.algorithms {
      #expect(looks[label] == look(label, algorithm))
      #expect(reversed[label] == look(label, algorithm))
    }
  }

  @Test func `looks do not change from version to version`() {
    let (ppo, grpo) = (look("PPO", "ppo"), look("GRPO", "grpo"))
    #expect(ppo.line == "#1E87FF" && ppo.text == "#1A74DB" && ppo.dash == [])
    #expect(grpo.line == "#FF3C00" && grpo.text == "#DB3400" && grpo.dash == [8, 3])
    #expect(look("PPO-KL", "ppo").text == look("PPO", "ppo").text)
    #expect(look("PPO-KL", "ppo") == look("PPO-KL", "ppo"))
  }

  @Test func `a variant has the colour of its algorithm and a pattern of its own`() {
    let own = Set(Self.algorithms.map { look($0.0, $0.1).dash })
    #expect(own.count == Self.algorithms.count)
    for (label, algorithm) in [
      ("PPO-KL", "ppo"), ("GRPO-short", "grpo"), ("GRPO-scratch", "grpo"), ("DPO-offline", "dpo"),
      ("RLOO-learning_rate=0.001", "rloo"), ("Bootstrap", "ppo"), ("SFT-short", "sft"),
    ] {
      let variant = look(label, algorithm)
      let base = Self.algorithms.first { $0.1 == algorithm }?.0 ?? ""
      #expect(variant.text == look(base, algorithm).text)
      #expect(!own.contains(variant.dash), "\(label)")
    }
  }

  @Test(arguments: [
    ["PPO", "PPO-KL", "PPO-fast", "PPO-cleanrl"],
    ["RLOO-2", "RLOO-4", "RLOO-8", "RLOO-16", "RLOO-32"],
    ["GRPO", "GRPO-short", "GRPO-scratch", "GRPO-mixed"],
    (0..<12).map { "DPO-learning_rate=\($0)e-4" },
  ])
  func `the variants of an algorithm have a pattern each`(labels: [String]) {
    let algorithm = labels[0].prefix { $0 != "-" }.lowercased()
    let looks = ArmLook.looks(of: labels.map { ($0, algorithm) })
    #expect(Set(looks.values.map(\.dash)).count == labels.count)
  }

  @Test func `arms of unknown algorithms are told apart too`() {
    let looks = ArmLook.looks(of: (0..<40).map { ("A\($0)", "a\($0)") })
    #expect(Set(looks.values).count == 40)
    #expect(looks["A0"] == ArmLook.looks(of: [("A0", "a0")])["A0"])
  }

  @Test func `arms of one algorithm that differ in one setting have a colour each`() throws {
    let labels = ["G2", "G4", "G8", "G16", "G32", "Unscaled", "GroupStd", "BatchStd"]
    let looks = ArmLook.looks(ofVariants: labels)
    #expect(Set(looks.values.map(\.text)).count == labels.count)
    // Ten colours are all there are; after that patterns tell arms apart.
    let many = ArmLook.looks(ofVariants: (0..<24).map { "A\($0)" })
    #expect(Set(many.values).count == 24 && Set(many.values.map(\.text)).count == 10)
  }

  @Test
  func `a baseline looks like the algorithm that is known for it, and like no other baseline`() {
    let baselines = [
      "none", "batch_mean", "moving_average", "group_mean", "leave_one_out", "greedy",
      "length_weighted_optimal", "optimal_token", "shrinkage", "best_of_others",
    ]
    let looks = ArmLook.looks(ofBaselines: baselines)
    #expect(looks["group_mean"] == look("GRPO", "grpo"))
    #expect(looks["leave_one_out"] == look("RLOO", "rloo"))
    #expect(looks["greedy"] == look("ReMax", "remax"))
    #expect(Set(looks.values).count == baselines.count)
    #expect(ArmLook.looks(ofBaselines: ["shrinkage"])["shrinkage"] == looks["shrinkage"])
  }

  @Test func `figures of two weeks draw an arm alike, whatever else they draw`() throws {
    let lab = try SyntheticLab(
      SyntheticExperiment(
        SyntheticArm("REINFORCE", tenAround(100)), SyntheticArm("GRPO", tenAround(400)),
        SyntheticArm(
          "GRPO-short", tenAround(300), settings: ["algorithm": "grpo", "start": "short"]),
        SyntheticArm("PPO", tenAround(440))),
      SyntheticExperiment(
        SyntheticArm(
          "GRPO-short", tenAround(250),
          settings: ["algorithm": "grpo", "environment": "Acrobot-v1"]),
        SyntheticArm(
          "PPO", tenAround(40), settings: ["algorithm": "ppo", "environment": "Acrobot-v1"]),
        name: "other"))
    try lab.writeNotebook(
      """
      ```{curves} cartpole
      label: fig-all
      ```

      ```{curves} cartpole
      label: fig-some
      arms: PPO, GRPO
      ```

      ```{curves} other
      label: fig-other
      ```
      """)
    _ = try lab.build().run()
    let all = try DrawnFigure("fig-all", of: lab).looks
    #expect(all.count == 4)
    for name in ["fig-some", "fig-other"] {
      let looks = try DrawnFigure(name, of: lab).looks
      #expect(looks.count == 2)
      for (arm, look) in looks { #expect(look == all[arm], "\(arm) in \(name)") }
    }
    #expect(Set(all.values).count == 4)
  }

  // MARK: Sight

  /// Red, green and blue from 0 to 1, in proportion to light.
  private func light(_ color: String) -> [Double] {
    stride(from: 1, to: 7, by: 2).map { start in
      let digits = color.dropFirst(start).prefix(2)
      let value = Double(Int(digits, radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).map { $0 * $1 }.reduce(0, +) }
  }

  /// WCAG's contrast of two colours.
  private func contrast(_ first: String, _ second: String) -> Double {
    let luminances = [first, second].map { product([[0.2126, 0.7152, 0.0722]], light($0))[0] }
    return (max(luminances[0], luminances[1]) + 0.05) / (min(luminances[0], luminances[1]) + 0.05)
  }

  /// A colour in CIELAB, as it is seen by people whose sight `matrix` simulates.
  private func lab(_ color: String, seenBy matrix: [[Double]]) -> [Double] {
    let seen = product(matrix, light(color)).map { min(max($0, 0), 1) }
    let xyz = product(
      [
        [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
      ], seen)
    let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white in
      let ratio = value / white
      return ratio > 216.0 / 24389 ? cbrt(ratio) : (24389.0 / 27 * ratio + 16) / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  /// Machado, Oliveira and Fernandes 2009, severity 1.0.
  private static let sights: [(String, [[Double]], least: Double)] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], 35),
    (
      "protanopia",
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ], 18
    ),
    (
      "deuteranopia",
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ], 18
    ),
  ]

  @Test func `algorithms are told apart by colour alone, with any form of colour blindness`() {
    let lines = Self.algorithms.map { look($0.0, $0.1).line }
    for (name, matrix, least) in Self.sights {
      let seen = lines.map { lab($0, seenBy: matrix) }
      for first in seen.indices {
        for second in seen.indices where second > first {
          let distance = sqrt(
            zip(seen[first], seen[second]).map { ($0 - $1) * ($0 - $1) }.reduce(0, +))
          #expect(distance >= least, "\(lines[first]) and \(lines[second]) by \(name)")
        }
      }
    }
  }

  @Test func `lines show on both pages, and words on the drawing`() throws {
    let style = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Sources/ReportRendering/Resources/report.css"),
      encoding: .utf8)
    let pages = style.matches(of: /--paper: (#[0-9a-f]{6});/).map { String($0.output.1) }
    #expect(pages.count == 2)
    let labels = Self.algorithms.flatMap { label, algorithm in
      [(label, algorithm)] + (0..<24).map { ("\(label)-v\($0)x", algorithm) }
    }
    for (label, algorithm) in labels {
      let look = look(label, algorithm)
      for page in pages { #expect(contrast(look.line, page) >= 3, "\(label) on \(page)") }
      #expect(contrast(look.text, "#FFFFFF") >= 4.5, "\(label)")
    }
  }
}

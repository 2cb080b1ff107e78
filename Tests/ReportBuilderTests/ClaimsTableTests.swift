import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Claims as a table of the page.
@Suite struct ClaimsTableTests {
  private static let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)),
    SyntheticArm("RLOO", tenAround(440)))

  private func page(_ claims: String) throws -> String {
    let lab = try SyntheticLab("```{claim} cartpole\n\(claims)\n```", of: Self.experiment)
    _ = try lab.build().run()
    return body(of: try lab.read("reports/2026-W45/report.html"))
  }

  @Test func `what all claims share is said once`() throws {
    let page = try page(
      """
      PPO > GRPO on evaluation_return
      RLOO > GRPO on evaluation_return
      unresolved: PPO, RLOO on evaluation_return
      """)
    #expect(page.components(separatedBy: "Holm over 2 tests").count == 2)
    #expect(page.contains("p-values: Holm over 2 tests"))
    #expect(page.contains("<tr class=\"claim unresolved\" id=\"claim.3\">"))
    #expect(page.contains("<td class=\"trailing\">40.0</td>"))
    // One scale for one metric, with 0 in the middle: the intervals of 40 lie right of it, that of 0 on it.
    #expect(page.components(separatedBy: "<svg class=\"forest\"").count == 4)
    #expect(page.contains("<circle cx=\"60.0\" cy=\"7\" r=\"3\"/>"))
    let right = page.matches(of: /circle cx="([0-9.]+)"/).compactMap { Double($0.output.1) }
    #expect(right.filter { $0 > 100 }.count == 2)
  }

  @Test func `an equivalence shows its margin, and a bound its seeds`() throws {
    let page = try page(
      """
      PPO ~ RLOO within 10 on evaluation_return
      PPO >= 400 on evaluation_return in 9 of 10 seeds
      """)
    #expect(page.contains("<rect x=\"4.0\" y=\"1\" width=\"112.0\" height=\"12\"/>"))
    #expect(page.contains("(90 %)"))
    #expect(page.contains("<span class=\"evidence\">PPO in 10 of 10 seeds, lowest "))
    #expect(page.contains("<td colspan=\"4\"></td>"))
  }
}

import Foundation
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// A comparison of several experiments: one table with the engine's arms and with those of other trainers.
@Suite struct SeveralExperimentsTests {
  private var sums: SyntheticExperiment {
    var experiment = SyntheticExperiment(
      SyntheticArm("SFT", tenAround(200)), SyntheticArm("GRPO", tenAround(300)),
      SyntheticArm("DPO", tenAround(299).reversed(), title: "DPO, iterative"), name: "sums")
    experiment.arms[1].metrics = ["loss": Array(repeating: 0.25, count: 10)]
    return experiment
  }

  private var trl: SyntheticExperiment {
    var experiment = SyntheticExperiment(
      SyntheticArm("GRPO", [420, 423, 424]), SyntheticArm("RLOO", [430, 431, 433]), name: "trl")
    for index in experiment.arms.indices {
      experiment.arms[index].observation = index == 0 ? .observed : .imported
      experiment.arms[index].metrics = [
        "environment_steps": [1, 1, 1], "kl": [0.1, 0.2, 0.3],
        "loss": Array(repeating: 0.5, count: 3),
      ]
    }
    return experiment
  }

  private func lab(
    _ body: String, _ adjust: (inout SyntheticExperiment) -> Void = { _ in }
  ) throws -> SyntheticLab {
    var trl = trl
    adjust(&trl)
    return try SyntheticLab(body, of: trl, sums)
  }

  private func rows(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| :") }
      .map(String.init)
  }

  @Test func `arms of two experiments stand in one table, and are compared within each`() throws {
    try expectSnapshot(
      lab(
        """
        ```{comparison} trl, sums
        label: tbl-mixed
        caption: Two trainers on one task.
        against: GRPO, SFT
        ```

        ```{claim} sums
        GRPO > SFT on evaluation_return
        ```
        """
      ).report(), named: "several-experiments.md")
  }

  @Test func `several metrics stand in it with what each experiment makes of them`() throws {
    let text = try lab(
      "```{comparison} trl, sums\nmetrics: evaluation_return, environment_steps\n```"
    ).report()
    #expect(
      rows(text) == [
        "| Experiment | Arm | Evaluation return ↑ | Environment steps |",
        "| trl | GRPO (observed) | 422 (too few seeds) | 1 |",
        "| trl | RLOO (imported) | 431 (too few seeds) | 1 |",
        "| sums | SFT | 200 [198, 202] | 100,000 |",
        "| sums | GRPO | ★ 300 [298, 302] | 100,000 |",
        "| sums | DPO, iterative | ★ 299 [297, 301] | 100,000 |",
      ], "\(text)")
    #expect(text.contains("★: best, the arm of an experiment with the best mean"))
    #expect(text.contains("The seeds of two experiments are not paired"))
    #expect(text.contains("Observed: a command") && text.contains("Imported: read from"))
  }

  @Test func `arms may be those of one experiment alone, and one baseline that of all`() throws {
    let text = try lab(
      "```{comparison} sums, trl\narms: DPO, RLOO\nagainst: GRPO\n```"
    ).report()
    #expect(
      rows(text).map { $0.split(separator: "|").prefix(2).joined().replacing("  ", with: " ") } == [
        " Experiment Arm ", " sums GRPO ", " sums DPO, iterative ", " trl GRPO (observed) ",
        " trl RLOO (imported) ",
      ], "\(text)")
    #expect(text.contains("| Difference to baseline |"))
    #expect(rows(text)[1].contains("| baseline |") && rows(text)[3].contains("| baseline |"))
    #expect(rows(text)[4].contains("| 9.0 (too few seeds) |"), "\(text)")
  }

  @Test func `its page is rendered from the lock alone, and a table is exported whole`() throws {
    let lab = try lab("```{comparison} trl, sums\nlabel: tbl-both\n```")
    let page = try lab.report()
    let table = try #require(ExportedTable.all(in: page).first)
    #expect(table.name == "tbl-both")
    #expect(table.commaSeparated.hasPrefix("Experiment,Arm,Seeds,Evaluation return"), "\(table)")
    #expect(table.commaSeparated.contains("\ntrl,GRPO (observed),3,422.3,"), "\(table)")
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(try lab.read("reports/2026-W45/report.md") == page)
    let html = try lab.read("reports/2026-W45/report.html")
    #expect(html.contains("observed once, on one machine"))
  }

  @Test(arguments: [
    (
      "{comparison} trl, sums, trl\n",
      ":8:28: error: the experiment 'trl' is named twice"
    ),
    (
      "{comparison} trl, sumz\n",
      ":8:22: error: there is no experiment 'sumz'; did you mean 'sums'?"
    ),
    (
      "{comparison} trl, sums\nagainst: SFT\n",
      ":9:10: error: 'trl' has no arm 'SFT'"
    ),
    (
      "{comparison} trl, sums\nagainst: GRPO, SFT, SFT\n",
      ":9:10: error: option 'against' names 3 arms for 2 experiments; name one that all have, or one for each in their "
        + "order"
    ),
    (
      "{comparison} trl, sums\narms: RLO\n",
      ":9:7: error: none of 'trl' and 'sums' has an arm 'RLO'; did you mean 'RLOO'?"
    ),
    (
      "{comparison} trl, sums\narms: RLOO\n",
      ":8:22: error: 'sums' has none of the arms that 'arms' names"
    ),
    (
      "{comparison} trl, sums\nmetric: kl\n",
      ":9:9: error: 'sums' has no metric 'kl'; in common they have 'environment_steps', 'evaluation_return' and 'loss'"
    ),
    (
      "{claim} trl, sums\nGRPO > SFT on evaluation_return\n",
      ":8:17: error: '{claim}' is about one experiment, and here are 2: the seeds of two experiments are not paired, so "
        + "no test compares an arm of one with an arm of another; '{comparison} trl, sums' shows them in one table"
    ),
    (
      "{claim} sums\nGRPO > trl.GRPO on evaluation_return\n",
      ":9:8: error: 'trl.GRPO' is of the experiment 'trl', and the claim is about 'sums': the seeds of two experiments "
        + "are not paired, so no test compares an arm of one with an arm of another; '{comparison} sums, trl' shows "
        + "them in one table"
    ),
    (
      "{claim} sums\nGRPO > trl/GRPO on evaluation_return\n",
      ":9:8: error: expected an arm, found 'trl/GRPO'; a claim names arms of its experiment alone, by their labels: the "
        + "seeds of two experiments are not paired, so no test compares an arm of one with an arm of another"
    ),
  ])
  func `what two experiments do not share is refused at its place`(
    directive: String, message: String
  ) throws {
    let failure = try lab("```\(directive)```").failureOfDraft()
    #expect(failure.contains("reports/2026-W45/notebook.md\(message)"), "\(failure)")
  }

  @Test func `experiments with metrics of their own need one that is named`() throws {
    let lab = try lab("```{comparison} trl, sums\n```") { $0.metric = "loss" }
    #expect(
      lab.failure().contains(
        ":8:1: error: the experiments compare their arms by different metrics (trl by 'loss', sums by "
          + "'evaluation_return'), so 'metric' or 'metrics' has to say which is meant; in common they have "
          + "'environment_steps', 'evaluation_return' and 'loss'"), "\(lab.failure())")
  }

  @Test func `one name for two quantities is no column`() throws {
    let lab = try lab("```{comparison} trl, sums\n```") {
      $0.stated = ["evaluation_return": StatedMetric(higherIsBetter: false)]
    }
    #expect(
      lab.failure().contains(
        ":8:1: error: 'evaluation_return' of 'trl' and of 'sums' are not one quantity: lower is better in one and "
          + "higher in the other"), "\(lab.failure())")
    let other = try self.lab("```{comparison} trl, sums\nmetrics: evaluation_return\n```") {
      $0.stated = ["evaluation_return": StatedMetric(unit: "points")]
    }
    #expect(
      other.failure().contains(
        ":9:10: error: 'evaluation_return' of 'trl' and of 'sums' are not one quantity: one is in points and the "
          + "other in return"), "\(other.failure())")
  }
}

extension SyntheticLab {
  /// What is wrong with the notebook: by the parser, by what its specs plan, or by the build.
  fileprivate func failureOfDraft() throws -> String {
    do {
      let notebook = try parseNotebook(
        read("reports/2026-W45/notebook.md"), path: "reports/2026-W45/notebook.md")
      try checkNames(of: notebook, in: experiments.map(\.planned))
      return failure()
    } catch {
      return "\(error)"
    }
  }
}

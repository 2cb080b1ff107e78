import Foundation
import Testing

/// What a spec is refused for and warned of, and how the names of a sweep are used, on the command line.
@Suite struct SpecWarningTests {
  private func lab(_ arms: String) throws -> LabFixture {
    let lab = try LabFixture()
    let head = LabFixture.spec.split(separator: "\n").prefix { !$0.hasPrefix("arms:") }
    try lab.write(
      head.joined(separator: "\n") + "\narms:\n\(arms)\n", to: "experiments/short.yaml")
    return lab
  }

  @Test func `k1 in the loss is warned of by validate, run and report, and runs`() throws {
    let lab = try lab(
      "  PPO: {algorithm: ppo}\n  K1: {algorithm: rloo, kl_placement: in_loss, kl_estimator: k1, kl_coefficient: 0.1}"
    )
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let warning =
      "experiments/short.yaml:9:48: warning: arms.K1.kl_estimator puts k1 into the loss"
    let validate = try lab.labbook("validate")
    #expect(validate.code == 0)
    #expect(validate.output == "1 experiments and 1 weeks are valid\n")
    #expect(validate.errors.hasPrefix(warning), "\(validate.errors)")
    let run = try lab.labbook("run", "--seed", "0", "--arm", "K1")
    #expect(run.code == 0 && run.errors.contains(warning), "\(run.errors)")
    let report = try lab.labbook("report", "2026-W10")
    #expect(report.code == 0 && report.errors.contains(warning), "\(report.errors)")
  }

  @Test func `a setting without effect is refused before anything is run`() throws {
    let lab = try lab("  A: {algorithm: rloo}\n  B: {algorithm: rloo, kl_placement: in_reward}")
    for command in ["validate", "run"] {
      let result = try lab.labbook(command)
      #expect(result.code == 1)
      #expect(
        result.errors.hasPrefix(
          "experiments/short.yaml:9:24: error: arms.B.kl_placement has no effect with kl_coefficient: 0"
        ), "\(result.errors)")
    }
  }

  @Test func `arms of a sweep are run, shown and missed by the values in their names`() throws {
    let lab = try lab(
      "  R: {algorithm: rloo, sweep: {learning_rate: [0.001, 1e-5], group_size: [2]}}")
    let arm = "R-learning_rate=0.001-group_size=2"
    let run = try lab.labbook("run", "--seed", "0", "--arm", arm)
    #expect(run.output == "short/\(arm)/0: done\n", "\(run.errors)")
    #expect(try lab.labbook("show", "short/\(arm)/0").code == 0)
    let missing = try lab.labbook("show", "short/R-learning_rate=0.002-group_size=2/0")
    #expect(missing.code == 64)
    #expect(missing.errors.contains("did you mean '\(arm)' or"), "\(missing.errors)")
    let old = try lab.labbook("run", "--arm", "R-1")
    #expect(old.code == 64 && old.errors.contains("did you mean '\(arm)' or"), "\(old.errors)")
  }
}

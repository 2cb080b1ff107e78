import Foundation
import ReportBuilder
import ResultStore
import Testing

@Suite struct RememberedPlanTests {
  private let lab: SyntheticLab
  private let specs = ["experiments/cartpole.yaml"]

  init() throws {
    lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", tenAround(440))))
    try lab.write("extends: shared/base.yaml\n", to: "experiments/cartpole.yaml")
    try lab.write("question: Q\n", to: "experiments/shared/base.yaml")
  }

  private func remembered(_ specs: [String]? = nil, by program: String = "a") -> RememberedPlan? {
    RememberedPlan(
      in: lab.store, lab: lab.root.path(percentEncoded: false), program: program,
      specs: specs ?? self.specs, sealed: SealedFiles())
  }

  private func keep(_ experiments: [PlannedExperiment]?) {
    RememberedPlan.keep(
      experiments, files: ["experiments/cartpole.yaml", "experiments/shared/base.yaml"],
      in: lab.store, lab: lab.root.path(percentEncoded: false), program: "a", sealed: SealedFiles())
  }

  private func staged() -> PlannedExperiment {
    let stage = ArmPreimage(fields: ["algorithm": "sft", "environment": "x"])
    let arm = ArmPreimage(
      fields: ["algorithm": "rloo", "environment": "x"], stages: ["start": stage])
    return PlannedExperiment(
      name: "staged", question: "Why?\nHow?", metric: "m", varied: ["baseline"],
      arms: [
        .init(label: "SFT", title: "S", isStage: true, identity: stage, seeds: [3, 5]),
        .init(label: "RLOO", title: "R", identity: arm, seeds: [3, 5]),
      ])
  }

  @Test func `what is kept comes back with the same keys`() throws {
    #expect(remembered() == nil)
    let experiments = lab.experiments.map(\.planned) + [staged()]
    keep(experiments)
    let plan = try #require(remembered())
    #expect(plan.experiments == experiments)
    #expect(plan.files == ["experiments/cartpole.yaml", "experiments/shared/base.yaml"])
    for (kept, planned) in zip(plan.experiments, experiments) {
      for (arm, other) in zip(kept.arms, planned.arms) {
        #expect(
          arm.seeds.map { arm.identity.key(seed: $0) }
            == other.seeds.map { other.identity.key(seed: $0) })
      }
    }
  }

  @Test func `it holds for the same files and the same program alone`() throws {
    keep(lab.experiments.map(\.planned))
    #expect(remembered(by: "b") == nil)
    #expect(remembered(specs + ["experiments/other.yaml"]) == nil)
    // A file that a spec extends, with as many bytes.
    try lab.write("question: R\n", to: "experiments/shared/base.yaml")
    #expect(remembered() == nil)
    try lab.write("question: Q\n", to: "experiments/shared/base.yaml")
    #expect(remembered() != nil)
    try lab.remove("experiments/cartpole.yaml")
    #expect(remembered([]) == nil)
    try lab.write("extends: shared/base.yaml\n", to: "experiments/cartpole.yaml")
    try lab.replace("PPO", with: "PP0", in: ".labbook/plan")
    #expect(remembered() == nil)
  }

  @Test func `what a lock without runs cannot hold is not kept`() throws {
    let planned = lab.experiments.map(\.planned)
    var observed = planned
    observed[0].arms[0].identity = ArmPreimage(fields: ["trainer": "external 1"])
    var uneven = [staged()]
    uneven[0].arms[0].seeds = [3]
    // A stage that another experiment has: no key follows from its digest.
    var elsewhere = [staged()]
    elsewhere[0].arms.removeFirst()
    for experiments in [observed, uneven, elsewhere, nil] {
      keep(experiments)
      #expect(remembered() == nil)
    }
    keep(planned)
    #expect(remembered() != nil)
    keep(nil)
    #expect(remembered() == nil)
  }
}

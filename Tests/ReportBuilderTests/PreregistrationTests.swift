import Notebook
import ReportBuilder
import ResultStore
import Testing

/// Claims that are written before the runs: registered in the lock, kept there, and held to.
@Suite struct PreregistrationTests {
  private static let sorting = SyntheticExperiment(
    SyntheticArm("High", tenAround(440)), SyntheticArm("Low", tenAround(400)),
    SyntheticArm("Near", tenAround(400.2)))

  private static let block = """
    ```{preregistered} cartpole
    High > Low on evaluation_return
    Near  >  High on evaluation_return
    ```
    """

  /// A lab without records, whose notebook has the block.
  private func lab(_ body: String = block, extra: String = "") throws -> SyntheticLab {
    let lab = try SyntheticLab()
    lab.experiments = [Self.sorting]
    try lab.writeNotebook(body, extra: extra)
    return lab
  }

  /// What registering says where it is refused.
  private func refusal(_ lab: SyntheticLab) -> String {
    do throws(ReportFailure) {
      return "registered \(try lab.build().preregister().claims.count)"
    } catch {
      return error.description
    }
  }

  private func page(_ lab: SyntheticLab) throws -> String {
    try lab.read("reports/2026-W45/report.md")
  }

  @Test func `before they are registered the page says so, and no run is needed`() throws {
    let lab = try lab()
    let page = try lab.report()
    #expect(
      page.contains(
        "**Claim 1 is not tested yet:** High > Low on evaluation_return of `cartpole` — no runs yet; not registered"
      ))
    #expect(!page.contains("registered before the runs"))
  }

  @Test
  func `registered claims are in the lock with the keys of their runs, and every build keeps them`()
    throws
  {
    let lab = try lab()
    let registered = try lab.build().preregister()
    #expect(
      registered.claims.map(\.text) == [
        "High > Low on evaluation_return", "Near > High on evaluation_return",
      ])
    #expect(registered.runs == ["cartpole": try #require(Self.sorting.planned.runsDigest)])
    #expect(try lab.folder().lock()?.preregistered == registered)
    // Now the runs are needed.
    #expect(lab.failure().contains("30 runs have no record yet"))
    try lab.store(Self.sorting)
    let page = try lab.report()
    #expect(try lab.folder().lock()?.preregistered == registered)
    #expect(page.contains("Claim 1 holds:"))
    // It does not hold, which fails no build: the claim was there before the runs.
    #expect(page.contains("Claim 2 does not hold:"))
    #expect(page.ranges(of: "; registered \(registered.shortDigest)").count == 2)
    #expect(
      page.contains(
        "2 claims were registered while the store had none of their runs (\(registered.shortDigest)) and stand whatever came out; whether the lock with the digest is older than any run, only the history of git can show."
      ))
    // Built again, and from the lock alone, it is the same.
    #expect(try lab.report() == page)
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(try self.page(lab) == page)
  }

  @Test
  func `a claim that was not registered is told apart, and fails the build if it does not hold`()
    throws
  {
    let lab = try lab()
    _ = try lab.build().preregister()
    try lab.store(Self.sorting)
    try lab.writeNotebook(
      "\(Self.block)\n\n```{claim} cartpole\nHigh > Near on evaluation_return\n```")
    let page = try lab.report()
    #expect(page.contains("seeds; not registered"))
    try lab.writeNotebook(
      "\(Self.block)\n\n```{claim} cartpole\nLow > Near on evaluation_return\n```")
    #expect(
      lab.failure().contains("the claim 'Low > Near on evaluation_return' does not hold"))
  }

  @Test func `registering is refused once one of the runs exists, stages aside`() throws {
    let lab = try lab()
    var first = Self.sorting
    first.arms = [SyntheticArm("Low", [400])]
    try lab.store(first)
    #expect(
      refusal(lab).contains(
        "notebook.md:8:20: error: 1 run of 'cartpole' exists already, such as cartpole/Low/0; claims are registered before the runs that they are about, or are written as '{claim}'"
      ))
    #expect(try lab.folder().lock() == nil)
    // Runs that only the lock has are runs.
    let other = try self.lab("```{comparison} cartpole\n```")
    try other.store(Self.sorting)
    _ = try other.report()
    try other.remove(".labbook")
    try other.writeNotebook(Self.block)
    #expect(refusal(other).contains("30 runs of 'cartpole' exist already, such as cartpole/High/0"))
  }

  @Test func `claims may be registered again as long as no run exists`() throws {
    let lab = try lab()
    let first = try lab.build().preregister()
    try lab.writeNotebook(
      "```{preregistered} cartpole\nunresolved: Low, Near on evaluation_return\n```")
    let second = try lab.build().preregister()
    #expect(first.digest != second.digest)
    #expect(try lab.folder().lock()?.preregistered == second)
  }

  @Test func `what is not registered cannot be, and is refused with the reason`() throws {
    #expect(
      refusal(try lab("Words.")).contains(
        "reports/2026-W45/notebook.md has no '{preregistered}' block"))
    let final = try lab()
    try final.writeNotebook(Self.block, status: "final")
    #expect(refusal(final).contains("2026-W45 is final; claims are registered before the runs"))
    #expect(
      refusal(try lab("```{preregistered} cartpole\nHig > Low on evaluation_return\n```"))
        .contains("'cartpole' has no arm 'Hig'; did you mean 'High'?"))
    // Three tests with six seeds cannot come out below .05.
    let few = try lab(
      "```{preregistered} cartpole\nHigh > Low on m\nHigh > Near on m\nNear > Low on m\n```")
    few.experiments = [
      SyntheticExperiment(
        of: Self.sorting.arms.map { SyntheticArm($0.label, Array($0.returns.prefix(6))) })
    ]
    #expect(refusal(few).contains("no result of 6 seeds could show a claim on 'cartpole'"))
  }

  @Test func `runs are not made beside claims that are not registered`() throws {
    let lab = try lab("\(Self.block)\n\n```{comparison} cartpole\n```")
    #expect(
      lab.failure().contains(
        "notebook.md:8:20: error: the claims on 'cartpole' are not registered, and its runs would be made; 'labbook preregister 2026-W45' registers them"
      ))
  }

  @Test func `a change after registration is named: a warning in a draft, refused in a final week`()
    throws
  {
    let lab = try lab()
    _ = try lab.build().preregister()
    try lab.store(Self.sorting)
    _ = try lab.report()
    let changed = """
      ```{preregistered} cartpole
      High > Low on evaluation_return
      High > Near on evaluation_return
      ```
      """
    try lab.writeNotebook(changed)
    let words =
      "the registered claim 'Near > High on evaluation_return' of cartpole is gone; the claim 'High > Near on evaluation_return' of cartpole is new"
    let outcome = try lab.build().run()
    #expect(
      outcome.notes == [
        "reports/2026-W45/notebook.md has changed after its claims were registered: \(words)"
      ])
    #expect(try page(lab).contains("**Changed after registration:**"))
    #expect(try page(lab).contains("seeds; not registered"))
    try lab.writeNotebook(changed, status: "final")
    #expect(
      lab.failure().contains(
        "2026-W45 is final, and its claims were changed after they were registered: \(words)"))
    // A week without the block is one whose claims are gone.
    try lab.writeNotebook("Words.", status: "final")
    #expect(
      lab.failure().contains(
        "the registered claim 'High > Low on evaluation_return' of cartpole is gone"))
  }

  @Test func `runs with other keys than those registered are a change`() throws {
    let lab = try lab()
    let registered = try lab.build().preregister()
    var other = Self.sorting
    other.arms[0].settings["learning_rate"] = "0.5"
    lab.experiments = [other]
    try lab.store(other)
    let page = try lab.report()
    #expect(page.contains("the runs of cartpole are not those that were registered"))
    #expect(
      page.contains(
        "; registered \(registered.shortDigest), its runs changed after registration"))
  }

  @Test func `a final week with claims whose runs do not exist is refused`() throws {
    let lab = try lab()
    _ = try lab.build().preregister()
    try lab.writeNotebook(Self.block, status: "final")
    #expect(lab.failure().contains("cannot be tested: cartpole has no runs"))
  }
}

extension PlannedExperiment {
  /// The digest of the keys of all runs, of which none are stages.
  var runsDigest: String? {
    LockedPlan.digest(
      ofRuns: arms.flatMap { arm in arm.seeds.map { arm.identity.run(seed: $0).key } })
  }
}

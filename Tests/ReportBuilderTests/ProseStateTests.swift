import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Testing

/// Paragraphs that say something of results know when these have changed.
@Suite struct ProseStateTests {
  private static let file = "reports/2026-W45/prose.json"
  private static let notebook = "reports/2026-W45/notebook.md"

  private static let body = """
    PPO reaches {value}`cartpole.PPO.evaluation_return`,
    which is much.

    Nothing of results.

    GRPO reaches {value}`cartpole.GRPO.evaluation_return`.

    It is better than the third, too.

    ```{claim} cartpole
    PPO > Third on evaluation_return
    ```

    ```{claim} cartpole
    PPO >= 300 on evaluation_return in 10 of 10 seeds
    ```
    """

  private static func experiment(ppo: Double = 440, grpo: Double = 400) -> SyntheticExperiment {
    SyntheticExperiment(
      SyntheticArm("PPO", tenAround(ppo)), SyntheticArm("GRPO", tenAround(grpo)),
      SyntheticArm("Third", tenAround(300)))
  }

  private func lab(_ body: String = body, extra: String = "") throws -> SyntheticLab {
    try SyntheticLab(body, of: Self.experiment(), extra: extra)
  }

  /// Puts other records in place of those that were there.
  private func rerun(_ experiment: SyntheticExperiment, in lab: SyntheticLab) throws {
    try lab.remove(".labbook")
    try lab.store(experiment)
  }

  /// Builds and returns the lines of the paragraphs that are flagged.
  private func flagged(
    _ lab: SyntheticLab, _ adjust: (inout WeekBuild) -> Void = { _ in }
  ) throws -> [Int] {
    var build = lab.build()
    build.acceptsRecords = true
    adjust(&build)
    let warnings = try build.run().warnings
    for warning in warnings {
      #expect(
        "\(warning)".hasPrefix(
          "\(Self.notebook):\(warning.position.line):1: warning: the results under this paragraph have changed since "
            + "its words were written; "))
    }
    return warnings.map(\.position.line)
  }

  @Test func `a paragraph is flagged when its results change, until its words are edited`() throws {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    #expect(lab.exists(Self.file))
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [13])
    // It stays so, build after build.
    #expect(try flagged(lab) == [13])
    try lab.replace("GRPO reaches", with: "GRPO gets to", in: Self.notebook)
    #expect(try flagged(lab) == [])
    #expect(try flagged(lab) == [])
  }

  @Test func `claims belong to the paragraph before them, and results of others flag nothing`()
    throws
  {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(ppo: 441), in: lab)
    #expect(try flagged(lab) == [8, 15])
    try lab.replace("the third, too", with: "the third, as well", in: Self.notebook)
    #expect(try flagged(lab) == [8])
    try lab.replace("PPO >= 300", with: "PPO >= 310", in: Self.notebook)
    try rerun(Self.experiment(), in: lab)
    // The first paragraph stands on what it was written on again, and the other one was edited.
    #expect(try flagged(lab) == [])
  }

  @Test func `to accept the words takes the results as they are`() throws {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(ppo: 441, grpo: 401), in: lab)
    #expect(try flagged(lab) == [8, 13, 15])
    #expect(try flagged(lab) { $0.acceptsProse = true } == [])
    #expect(try flagged(lab) == [])
  }

  @Test func `other lines, another place and another status touch no words`() throws {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    let state = try lab.read(Self.file)
    try lab.replace("Nothing of results.", with: "Nothing\n\nof results.", in: Self.notebook)
    try lab.replace("title: Made-up results", with: "title: Others", in: Self.notebook)
    #expect(try flagged(lab) == [])
    #expect(try lab.read(Self.file) == state)
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [15])
  }

  @Test func `values of the abstract, of lists and of captions are of their own paragraphs`() throws
  {
    let lab = try lab(
      """
      - GRPO reaches {value}`cartpole.GRPO.evaluation_return`.
      - And more.

      > PPO reaches {value}`cartpole.PPO.evaluation_return`.

      ```{comparison} cartpole
      caption: GRPO reaches {value}`cartpole.GRPO.evaluation_return`.
      ```

      ```{claim} cartpole
      PPO > GRPO on evaluation_return
      ```
      """,
      extra: """
        abstract: |
          In short.

          PPO reaches {value}`cartpole.PPO.evaluation_return`.

        """)
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [12, 17, 21])
    #expect(try flagged(lab) { $0.acceptsProse = true } == [])
    try rerun(Self.experiment(ppo: 441, grpo: 410), in: lab)
    #expect(try flagged(lab) == [9, 15, 21])
    try lab.replace("PPO reaches", with: "PPO gets", in: Self.notebook)
    #expect(try flagged(lab) == [21])
  }

  @Test func `a week without results in its words has no file`() throws {
    let lab = try lab("```{comparison} cartpole\n```")
    #expect(try flagged(lab) == [])
    #expect(!lab.exists(Self.file))
  }

  @Test func `a week from before words were kept is held to the lock that it has`() throws {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    try lab.remove(Self.file)
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [13])
    // With other words, nobody can say what they were written on.
    try lab.remove(Self.file)
    try lab.replace("Nothing of results.", with: "Nothing.", in: Self.notebook)
    try rerun(Self.experiment(grpo: 411), in: lab)
    #expect(try flagged(lab) == [])
  }

  @Test
  func `a final week with words out of date is refused at their places, and others are left alone`()
    throws
  {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [13])
    try lab.replace("status: draft", with: "status: final", in: Self.notebook)
    #expect(
      lab.failure() == """
        \(Self.notebook):13:1: error: 2026-W45 is final, and the results under this paragraph have changed since its \
        words were written; write 'status: draft', edit it or build with '--accept-prose', and set the week final again
        """)
    #expect(
      lab.failure { $0.acceptsProse = true }
        == "error: 2026-W45 is final; what its words say is accepted while it is a draft")
    try lab.replace("status: final", with: "status: draft", in: Self.notebook)
    #expect(try flagged(lab) { $0.acceptsProse = true } == [])
    try lab.replace("status: draft", with: "status: final", in: Self.notebook)
    _ = try lab.build().run()
    // A final week from before words were kept gets no file.
    try lab.remove(Self.file)
    let before = try lab.files(below: "reports")
    #expect(try lab.build().run().warnings.isEmpty)
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `a week that is rendered from its lock changes no file, and warns all the same`()
    throws
  {
    let lab = try lab()
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(grpo: 410), in: lab)
    #expect(try flagged(lab) == [13])
    let before = try lab.files(below: "reports")
    #expect(try flagged(lab) { $0.rendersLock = true } == [13])
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `a build that warns is not taken for done`() throws {
    let lab = try lab()
    func state() -> BuildState {
      BuildState(
        folder: lab.folder(), lab: lab.root, store: lab.store,
        executable: URL(filePath: "/proc/self/exe"), dependencies: [])
    }
    try state().remember(lab.build().run())
    #expect(state().isUpToDate())
    try rerun(Self.experiment(grpo: 410), in: lab)
    var build = lab.build()
    build.acceptsRecords = true
    try state().remember(build.run())
    #expect(!state().isUpToDate())
    try lab.replace("GRPO reaches", with: "GRPO gets to", in: Self.notebook)
    try state().remember(lab.build().run())
    #expect(state().isUpToDate())
    try lab.remove(Self.file)
    #expect(!state().isUpToDate())
  }

  @Test(arguments: [
    "", "{}", "[[[[", "{\"format\": \"labbook prose 1\"}",
    "{\"format\": \"labbook prose 1\", \"paragraphs\": [1]}",
    "{\"format\": \"labbook prose 1\", \"paragraphs\": {\"a\": \"b\"}}",
  ])
  func `a file that labbook did not write is one sentence`(text: String) throws {
    let lab = try lab()
    try lab.write(text, to: Self.file)
    let message = lab.failure()
    #expect(message.hasPrefix("error: \(Self.file) was not written by labbook: "), "\(message)")
    #expect(!message.contains("\n"))
  }

  @Test(arguments: [
    "{value}`cartpole.PPO.evaluation_return`", "\n\n{value}`cartpole.PPO.evaluation_return`\r\n",
    "```{claim} cartpole\nPPO > GRPO on evaluation_return\n```",
    "# Heading\n```{claim} cartpole\nPPO > GRPO on evaluation_return\n```\n",
    "> ```{claim} cartpole\n> PPO > GRPO on evaluation_return\n> ```\n",
  ])
  func `a paragraph at either end of a notebook is found`(body: String) throws {
    let lab = try lab(body)
    #expect(try flagged(lab) == [])
    try rerun(Self.experiment(ppo: 450), in: lab)
    #expect(try flagged(lab).count == 1)
  }
}

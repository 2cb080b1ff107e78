import Foundation
import ReportBuilder
import ResultStore
import Testing

/// Which runs of a week were executed again, beside its lock and on its page.
@Suite struct VerificationStateTests {
  private static let file = "reports/2026-W45/verification.json"
  private static let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))

  private func lab() throws -> SyntheticLab {
    let lab = try SyntheticLab("```{comparison} cartpole\n```", of: Self.experiment)
    _ = try lab.build().run()
    return lab
  }

  private func runs(_ lab: SyntheticLab) throws -> [LockedRun] {
    try #require(try lab.folder().lock()).runs.map(\.run)
  }

  private func note(
    _ runs: some Sequence<LockedRun>, agrees: Bool = true, on processor: String = "AVX2",
    _ date: String = "2026-11-28", in state: inout VerificationState
  ) throws {
    for run in runs {
      state.note(
        try #require(RunKey(hex: run.key)), record: run.digest, agrees: agrees,
        processor: processor, date: date)
    }
  }

  /// The lines of the page that speak of executions, without the tags of small print.
  private func lines(_ lab: SyntheticLab) throws -> [String] {
    try lab.report().split(separator: "\n").map(String.init)
      .filter { $0.contains("executed again") }
      .map { $0.replacing("<sub>", with: "").replacing("</sub>", with: "") }
  }

  @Test func `without the file a page is as it was, with it the page says what was executed`()
    throws
  {
    let lab = try lab()
    let before = try lab.files(below: "reports")
    #expect(try lab.build().run().changedFiles.isEmpty)
    #expect(try lab.files(below: "reports") == before)
    var state = VerificationState()
    let runs = try runs(lab)
    try note(runs[..<7], in: &state)
    try note(runs[3..<12], on: "AVX-512", "2026-12-01", in: &state)
    #expect(try lab.folder().noteVerification(with: lab.store) { $0 = state })
    #expect(try !lab.folder().noteVerification(with: lab.store) { $0 = state })
    #expect(
      try lines(lab) == [
        "12 of 20 runs were executed again with the same bits, last on 2026-12-01, on AVX-512 and AVX2."
      ])
    #expect(try lab.read("reports/2026-W45/report.html").contains(">12 of 20 runs were executed"))
    // The lock does not know of it.
    let after = try lab.files(below: "reports")
    #expect(after["2026-W45/results.lock"] == before["2026-W45/results.lock"])
    #expect(try lab.folder().verification() == state)
  }

  @Test
  func `a run whose record is another by now does not count, and neither do other weeks' runs`()
    throws
  {
    let lab = try lab()
    let runs = try runs(lab)
    var state = VerificationState()
    try note(runs[..<2], in: &state)
    state.note(
      try #require(RunKey(hex: runs[0].key)), record: runs[1].digest, agrees: true,
      processor: "AVX2", date: "2026-11-28")
    state.note(
      try #require(RunKey(hex: runs[5].digest)), record: runs[5].digest, agrees: true,
      processor: "AVX2", date: "2026-12-24")
    #expect(!state.isVerified(runs[0]) && state.isVerified(runs[1]) && !state.isVerified(runs[2]))
    _ = try lab.folder().noteVerification(with: lab.store) { $0 = state }
    #expect(
      try lines(lab) == [
        "1 of 20 runs were executed again with the same bits, last on 2026-11-28, on AVX2."
      ])
  }

  @Test func `a run that gave other bits counts for nothing and is named`() throws {
    let lab = try lab()
    let runs = try runs(lab)
    var state = VerificationState()
    try note(runs[..<3], in: &state)
    try note([runs[0]], agrees: false, on: "scalar", "2026-12-02", in: &state)
    _ = try lab.folder().noteVerification(with: lab.store) { $0 = state }
    #expect(try lab.folder().verification() == state)
    let names = try #require(try lab.folder().lock()).runs.map(\.name)
    #expect(
      try lines(lab) == [
        "2 of 20 runs were executed again with the same bits, last on 2026-11-28, on AVX2. 1 run, \(names[0]), gave "
          + "other bits when executed again."
      ])
    // The latest execution on a kind of processor is the one that counts.
    try note([runs[0]], on: "scalar", "2026-12-03", in: &state)
    _ = try lab.folder().noteVerification(with: lab.store) { $0 = state }
    #expect(
      try lines(lab) == [
        "3 of 20 runs were executed again with the same bits, last on 2026-12-03, on AVX2 and scalar."
      ])
  }

  @Test func `what others noted while runs were executed stays`() throws {
    let lab = try lab()
    let runs = try runs(lab)
    // A command reads the file before its runs are executed, and another one notes its own meanwhile.
    var folder = lab.folder()
    folder.sealed = SealedFiles()
    #expect(try folder.verification() == nil)
    var failure: (any Error)?
    _ = try lab.folder().noteVerification(with: lab.store) { state in
      do { try note(runs[..<2], in: &state) } catch { failure = error }
    }
    _ = try folder.noteVerification(with: lab.store) { state in
      do { try note(runs[2..<3], in: &state) } catch { failure = error }
    }
    #expect(failure == nil)
    #expect(try lines(lab).first?.hasPrefix("3 of 20 runs were executed again") == true)
    #expect(try lab.files(below: ".labbook/temporary").isEmpty)
  }

  @Test func `the file has one form, whatever the order of executions`() throws {
    let runs = try runs(lab())
    var (first, second) = (VerificationState(), VerificationState())
    try note(runs, in: &first)
    try note(runs[..<5], on: "AVX-512", "2026-01-01", in: &first)
    try note(runs[..<5].reversed(), on: "AVX-512", "2026-01-01", in: &second)
    try note(runs.reversed(), in: &second)
    #expect(first.text == second.text)
    #expect(first.text.hasPrefix("{\n  \"format\": \"labbook verification 1\",\n"))
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("{}", "its format is not 'labbook verification 1'"),
    ("[[[[", "it is not JSON"), ("{\"format\": 1}", "its format is not"),
    ("<<<<<<< HEAD\n=======\n>>>>>>> b\n", "git checkout --ours"),
    ("{\"format\": \"labbook verification 1\"}", "it has no list 'executions'"),
    (executions("{}"), "execution 1 has no date"),
    (executions("{\"date\": \"28.11.2026\"}"), "execution 1 has no date"),
    (executions("{\"date\": \"２０２６-11-28\"}"), "execution 1 has no date"),
    (executions("{\"date\": \"2026-11-28\"}"), "execution 1 has no kind of processor"),
    (
      executions("{\"date\": \"2026-11-28\", \"processor\": \"<script>\"}"),
      "execution 1 has no kind of processor"
    ),
    (
      executions("{\"date\": \"2026-11-28\", \"processor\": \"AVX2\", \"same\": []}"),
      "execution 1: 'same' has no run keys"
    ),
    (
      executions("{\"date\": \"2026-11-28\", \"processor\": \"AVX2\", \"same\": {\"a\": \"b\"}}"),
      "execution 1: 'same' has 'a', which is no run key"
    ),
  ])
  func `a file that labbook did not write is one sentence, and nothing is built`(
    text: String, words: String
  ) throws {
    let lab = try lab()
    let before = try lab.files(below: "reports")["2026-W45/report.md"]
    try lab.write(text, to: Self.file)
    let message = lab.failure()
    #expect(
      message.hasPrefix("error: \(Self.file) was not written by labbook: "), "\(message)")
    #expect(message.contains(words), "\(message)")
    #expect(!message.contains("\n"))
    #expect(try lab.files(below: "reports")["2026-W45/report.md"] == before)
  }

  private static func executions(_ element: String) -> String {
    "{\"format\": \"labbook verification 1\", \"executions\": [\(element)]}"
  }

  @Test func `every cut of the file and every byte altered is read or refused, never a trap`()
    throws
  {
    let lab = try lab()
    var state = VerificationState()
    try note(try runs(lab)[..<2], in: &state)
    let text = Array(state.text.utf8)
    var refused = 0
    func check(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: lab.root.appending(path: Self.file))
      do { _ = try lab.folder().verification() } catch { refused += 1 }
    }
    for count in text.indices.dropLast(2) { try check(Array(text.prefix(count))) }
    #expect(refused == text.count - 2)
    for index in text.indices {
      var altered = text
      altered[index] ^= 0x21
      try check(altered)
    }
    #expect(refused > text.count)
  }

  @Test func `a build after an execution is not taken for done`() throws {
    let lab = try lab()
    func state() -> BuildState {
      BuildState(
        folder: lab.folder(), lab: lab.root, store: lab.store,
        executable: URL(filePath: "/proc/self/exe"), dependencies: [])
    }
    try state().remember(lab.build().run())
    #expect(state().isUpToDate())
    var verification = VerificationState()
    try note(try runs(lab)[..<1], in: &verification)
    _ = try lab.folder().noteVerification(with: lab.store) { $0 = verification }
    #expect(!state().isUpToDate())
  }

  @Test func `a decision between results is on the page, with its reason as text`() throws {
    let lab = try lab()
    var other = Self.experiment
    other.arms[0].returns[3] = 400
    try lab.store(other)
    #expect(
      lab.failure().hasPrefix("error: 1 run has more than one result in the store: cartpole/PPO/3"))
    let arm = Self.experiment.arms[0]
    let key = arm.locked.preimage(seed: 3).key
    let (kept, lost) = (arm.record(seed: 3).digest.all, other.arms[0].record(seed: 3).digest.all)
    _ = try lab.store.resolve(
      key, keeping: kept, reason: "Faulty <b>memory</b> [there](javascript:x).", named: "run")
    let page = try lab.report()
    #expect(
      page.contains(
        "**Decided by a person:** `cartpole/PPO/3` gave 2 results that differ; \(kept.prefix(12)) is kept and "
          + "\(lost.prefix(12)) is not: Faulty"))
    let html = try lab.read("reports/2026-W45/report.html")
    #expect(html.contains("Faulty &lt;b&gt;memory&lt;/b&gt; [there](javascript:x)."))
    let lock = try #require(try lab.folder().lock())
    #expect(lock.runs.compactMap { $0.run.resolution?.kept } == [kept])
    // A store that knows nothing of it leaves the decision in the lock.
    try lab.remove(".labbook")
    try lab.store(Self.experiment)
    #expect(try lab.build().run().changedFiles.isEmpty)
    // A record that is another one does not.
    try lab.remove(".labbook")
    try lab.store(other)
    var build = lab.build()
    build.acceptsRecords = true
    _ = try build.run()
    #expect(try #require(try lab.folder().lock()).runs.allSatisfy { $0.run.resolution == nil })
  }
}

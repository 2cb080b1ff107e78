import Foundation
import ReportBuilder
import ResultStore
import Testing

/// What is remembered of statistics changes no byte of a report.
@Suite struct RememberedStatisticsTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))
  private static let directive = "```{comparison} cartpole\nagainst: PPO\n```"

  private func answers(of lab: SyntheticLab) -> RememberedAnswers {
    RememberedAnswers(of: lab.store, program: "a")
  }

  /// Builds a week anew, words that changed in it, and returns how many answers were computed.
  private func build(_ lab: SyntheticLab, _ words: String) throws -> Int {
    try lab.writeNotebook("\(words)\n\n\(Self.directive)")
    let answers = answers(of: lab)
    var build = lab.build()
    build.canExecute = { $0.fields["algorithm"] != nil }
    build.answers = answers
    _ = try build.run()
    return answers.computed
  }

  @Test func `a second build computes no comparison again, and writes what the first would`() throws
  {
    let lab = try SyntheticLab(experiment)
    #expect(try build(lab, "First.") > 0)
    #expect(try build(lab, "Second.") == 0)
    let page = try lab.read("reports/2026-W45/report.html")
    let text = try lab.read("reports/2026-W45/report.md")
    answers(of: lab).remove()
    #expect(try build(lab, "Second.") > 0)
    #expect(try lab.read("reports/2026-W45/report.html") == page)
    #expect(try lab.read("reports/2026-W45/report.md") == text)
  }

  @Test func `other results are other questions`() throws {
    var lab = try SyntheticLab(experiment)
    _ = try build(lab, "First.")
    lab.experiments[0].arms[1].returns = tenAround(410)
    lab.experiments[0].arms[1].settings["changed"] = "yes"
    try lab.store(lab.experiments[0])
    #expect(try build(lab, "First.") > 0)
    let page = try lab.read("reports/2026-W45/report.html")
    lab = try SyntheticLab(lab.experiments[0])
    _ = try build(lab, "First.")
    #expect(try lab.read("reports/2026-W45/report.html") == page)
  }

  @Test func `a lock is written as a whole where another program wrote the one before it`() throws {
    let lab = try SyntheticLab(experiment)
    _ = try build(lab, "First.")
    let name = "reports/2026-W45/results.lock"
    func rebuilt(_ words: String, asWritten digest: String?) throws -> String {
      try lab.writeNotebook("\(words)\n\n\(Self.directive)")
      var build = lab.build()
      build.lockAsWritten = digest
      _ = try build.run()
      return try lab.read(name)
    }
    let first = try lab.read(name)
    let other = try rebuilt("Second.", asWritten: nil)
    #expect(other != first)
    _ = try rebuilt("First.", asWritten: nil)
    #expect(try lab.read(name) == first)
    // Most of the text is that of the lock before it.
    #expect(try rebuilt("Second.", asWritten: Digest.hex(of: first)) == other)
    // A lock with the right digest in another spelling is not taken over.
    let spelled = first.replacing("\"experiments\": [", with: "\"experiments\":  [")
    let end = try #require(spelled.range(of: "  \"digest\": \"", options: .backwards))
    let body = spelled[..<end.lowerBound]
    let closed = body + "  \"digest\": \"\(Digest.hex(of: String(body)))\"\n}\n"
    try lab.write(String(closed), to: name)
    #expect(try lab.folder().lock() != nil)
    #expect(try rebuilt("Second.", asWritten: Digest.hex(of: first)) == other)
  }
}

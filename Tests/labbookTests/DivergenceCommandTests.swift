import Algorithms
import ExperimentRunner
import Foundation
import ResultStore
import Testing

/// What `verify` and `rerun` say of a run that differs, where one bit of one weight was flipped in its record's making.
@Suite struct DivergenceCommandTests {
  private static let update = 3
  private static let tensor = "policy.hidden.1.weight"
  private static let parts =
    "differs from the lock in curve."

  /// A lab whose week stands on a record of RLOO's first seed that was made with a flipped bit.
  private func faultyLab() throws -> (
    lab: LabFixture, store: ResultStore, key: RunKey, faulty: ExecutionTrace, record: Record
  ) {
    let lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1", in: "experiments/short.yaml")
    try lab.replace(
      "environment_steps: 600", with: "environment_steps: 2400", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("PPO", with: "RLOO"), to: "reports/2026-W10/notebook.md")
    let built = try lab.labbook("report")
    try #require(built.code == 0, "\(built.errors)")
    let store = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let key = try #require(
      try store.keys().first { try store.preimage(for: $0)?.fields["algorithm"] == "rloo" })
    let preimage = try #require(try store.preimage(for: key))
    let made = try WorkerLoop.trainedRecord(
      of: preimage,
      recorder: UpdateRecorder(
        notesTensors: true, fault: WeightFault(update: Self.update, tensor: Self.tensor, bit: 20)))
    let provenance = try store.provenance(for: key)
    try FileManager.default.removeItem(at: store.location(of: key))
    _ = try store.store(made.record, for: preimage, provenance: provenance)
    let accepted = try lab.labbook("report", "--accept")
    try #require(accepted.code == 0, "\(accepted.errors)")
    return (lab, store, key, try #require(made.trace), made.record)
  }

  @Test func `verify names the update, and the tensor where a trace of the record is kept`() throws
  {
    let (lab, store, key, trace, record) = try faultyLab()
    let place =
      "they part at update \(Self.update) of \(record.updates.count), after \(trace.steps[Self.update - 1]) "
      + "environment steps"
    let verify = try lab.labbook("verify", "2026-W10")
    #expect(verify.code == 1)
    let line = try #require(verify.output.split(separator: "\n").first { $0.contains("differs") })
    #expect(line.hasPrefix("short/RLOO/0: \(Self.parts)"), "\(line)")
    #expect(line.hasSuffix("; \(place)"), "\(line)")
    #expect(
      verify.output.hasSuffix("2026-W10: 1 of 2 runs executed again are the same bit for bit\n"))

    // This program repeats itself, and nothing is kept of the tensors of the record.
    let bisect = try lab.labbook("verify", "2026-W10", "--bisect", "--unrecorded")
    #expect(bisect.code == 1)
    #expect(
      bisect.output.contains("\(place); executed once more it gives the same bits"),
      "\(bisect.output)")
    #expect(!bisect.output.contains("first in the tensor"))

    try lab.write("", to: "trace")
    let file = lab.folder.appending(path: "trace")
    try Data(trace.bytes(of: key, record: record.digest.all)).write(to: file)
    try store.keepTrace(at: file.path, of: key, record: record.digest.all)
    let named = try lab.labbook("verify", "2026-W10", "--bisect", "--unrecorded")
    #expect(
      named.output.contains("\(place), first in the tensor \(Self.tensor)\n"), "\(named.output)")

    // The page says what came of it.
    let verification = try lab.text(of: "reports/2026-W10/verification.json")
    #expect(verification.contains("\"other\": {\n        \"\(key.hex)\""), "\(verification)")
    #expect(try lab.labbook("report").code == 0)
    #expect(
      try lab.text(of: "reports/2026-W10/report.md").contains(
        "1 of 2 runs were executed again with the same bits, last on "))
    #expect(
      try lab.text(of: "reports/2026-W10/report.md").contains(
        "1 run, short/RLOO/0, gave other bits when executed again."))
  }

  @Test func `rerun names the update and the tensor, and leaves a trace of what it executed`()
    throws
  {
    let (lab, store, key, trace, record) = try faultyLab()
    let file = lab.folder.appending(path: "trace")
    try Data(trace.bytes(of: key, record: record.digest.all)).write(to: file)
    try store.keepTrace(at: file.path, of: key, record: record.digest.all)
    let result = try lab.labbook("rerun", "short", "--bisect")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        ", after \(trace.steps[Self.update - 1]) environment steps, first in the tensor \(Self.tensor)\n"
      ),
      "\(result.output)")
    #expect(result.output.contains("short/PPO/0: same\n"))
    let other = try #require(try store.keys().first { $0 != key })
    let digest = try #require(try store.summary(for: other)?.digest.all)
    #expect(try store.trace(of: other, record: digest)?.tensors.isEmpty == false)
  }

  @Test func `verify keeps what a lock names and the store lacks, and nothing else`() throws {
    let (lab, store, key, _, _) = try faultyLab()
    let other = try #require(try store.keys().first { $0 != key })
    let digest = try #require(try store.summary(for: other)?.digest.all)
    for run in [key, other] { try FileManager.default.removeItem(at: store.location(of: run)) }
    #expect(try lab.labbook("verify", "2026-W10", "--unrecorded").code == 1)
    // The faulty run gave other bits, and those are not what the lock names.
    #expect(try store.keys() == [other])
    #expect(try store.summary(for: other)?.digest.all == digest)
    #expect(try store.provenance(for: other) != nil)
  }

  @Test func `without the record of the lock the first update cannot be named, and that is said`()
    throws
  {
    let (lab, store, key, _, _) = try faultyLab()
    try FileManager.default.removeItem(at: store.location(of: key))
    let verify = try lab.labbook("verify", "2026-W10", "--unrecorded")
    #expect(verify.code == 1)
    #expect(
      verify.output.contains(
        "; the store has no record that agrees with the lock, which holds one digest of all updates, so that the "
          + "first update cannot be named\n"), "\(verify.output)")
    #expect(
      !FileManager.default.fileExists(
        atPath: lab.folder.appending(path: "reports/2026-W10/verification.json").path))
  }

  @Test func `two executions that differ are told by tensor`() throws {
    let (lab, store, key, faulty, record) = try faultyLab()
    defer { withExtendedLifetime(lab) {} }
    let preimage = try #require(try store.preimage(for: key))
    let sound = try WorkerLoop.trainedRecord(
      of: preimage, recorder: UpdateRecorder(notesTensors: true))
    let scratch = try LabFixture()
    let executed = ResultStore(root: scratch.folder.appending(path: ".labbook"))
    let run = PlannedRun(
      name: RunName(experiment: "short", arm: "RLOO", seed: 0), preimage: preimage, state: .missing)
    /// Stores a result with its trace, as an execution does.
    func execute(_ record: Record, _ trace: ExecutionTrace) throws -> RunOutcome {
      let outcome = try executed.store(record, for: preimage, provenance: nil)
      let file = scratch.folder.appending(path: "trace")
      try Data(trace.bytes(of: key, record: record.digest.all)).write(to: file)
      try executed.keepTrace(at: file.path, of: key, record: record.digest.all)
      return RunOutcome(
        run: run, result: outcome == .stored ? .stored : .differs([]), digest: record.digest)
    }
    // Of the record that both are compared with nothing is here.
    let nothing = ResultStore(root: scratch.folder.appending(path: "nothing"))
    let search = DivergenceSearch(executed: executed, references: nothing) { _ in
      try execute(record, faulty)
    }
    let first = try execute(sound.record, try #require(sound.trace))
    let clauses = try search.clauses(on: first, reference: Record(metrics: ["m": 1]).digest)
    #expect(
      clauses.last
        == "executed once more it gives yet other bits: two executions of this program differ, they part at update "
        + "\(Self.update) of \(record.updates.count), after \(faulty.steps[Self.update - 1]) environment steps, first "
        + "in the tensor \(Self.tensor)")
  }

  // MARK: The sample, and what cannot be compared

  @Test func `a sample executes first what nobody has executed again, and the file says what was`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let before = try lab.text(of: "reports/2026-W10/report.md")
    let first = try lab.labbook("verify", "2026-W10", "--sample", "5")
    #expect(first.output == "2026-W10: 5 of 5 runs executed again are the same bit for bit\n")
    #expect(try lab.text(of: "reports/2026-W10/report.md") == before)
    #expect(try lab.labbook("report").output.hasPrefix("2026-W10: built\n"))
    func line() throws -> String {
      let page = try lab.text(of: "reports/2026-W10/report.md")
      return String(page.split(separator: "\n").first { $0.contains("executed again with") } ?? "")
        .replacing("<sub>", with: "")
    }
    #expect(try line().contains("5 of 12 runs were executed again with the same bits, last on 20"))
    #expect(try lab.labbook("report").output.contains("nothing to do"))
    #expect(try lab.labbook("verify", "2026-W10", "--sample", "7").code == 0)
    #expect(try lab.labbook("report").code == 0)
    #expect(try line().contains("12 of 12 runs were executed again with the same bits"))
    let rerun = try lab.labbook("rerun", "short", "--arm", "PPO", "--seed", "0")
    #expect(rerun.output == "short/PPO/0: same\n")
    let wrong = try lab.labbook("verify", "2026-W10", "--sample", "0")
    #expect(wrong.code == 64)
    #expect(wrong.errors.contains("--sample must be at least 1, got 0."))
  }

  @Test func `rerun notes in the lock's sidecar what agreed`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    #expect(try lab.labbook("rerun", "short", "--seed", "0").code == 0)
    #expect(try lab.labbook("report").code == 0)
    #expect(
      try lab.text(of: "reports/2026-W10/report.md").contains(
        "2 of 12 runs were executed again with the same bits"))
  }

  @Test func `a file beside the lock that was mutilated is told before anything is executed`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let file = "reports/2026-W10/verification.json"
    try lab.write("{\"format\": \"labbook verification 1\", \"executions\": [[", to: file)
    for command in [
      ["verify", "2026-W10"], ["rerun", "short"], ["report"], ["validate"],
    ] {
      let result = try lab.labbook(command)
      #expect(result.code == 1, "\(command)")
      #expect(
        result.errors.contains("\(file) was not written by labbook: it is not JSON"),
        "\(result.errors)")
      #expect(!result.output.contains("same"))
    }
  }

  @Test func `runs of other revisions are told by component, with the commit that made them`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    try lab.rewriteLock("reports/2026-W10/results.lock") { fields in
      fields["revision.network.mlp"] = "0"
      if fields["algorithm"] == "ppo" { fields["revision.algorithm.ppo"] = "0" }
    }
    let result = try lab.labbook("verify", "2026-W10")
    #expect(result.code == 1)
    #expect(result.output == "2026-W10: 0 of 0 runs executed again are the same bit for bit\n")
    #expect(
      result.errors.contains(
        "error: 12 of 12 runs were not executed, for they were made with other revisions"),
      "\(result.errors)")
    #expect(
      result.errors.contains(
        #/raised since: revision.algorithm.ppo from 0 to \d+ \(6 runs\), revision.network.mlp from 0 to \d+ \(12 runs\);/#
      ),
      "\(result.errors)")
    #expect(
      result.errors.contains(
        "check out the commit that locked them: git log -1 --format=%H -- reports/2026-W10/results.lock"
      ))
    // Where the store has the records, their provenance names the commit.
    let lock = try Lock(text: lab.text(of: "reports/2026-W10/results.lock"), path: "")
    let store = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let commit = String(repeating: "c0ffee1d", count: 5)
    for (_, arm, run) in lock.runs {
      let provenance = Provenance(
        machine: "m", instructionSet: "AVX2", versions: [:], executable: "e", gitCommit: commit,
        command: [], start: "2026-11-28T00:00:00Z", duration: 1)
      _ = try store.store(
        Record(metrics: run.metrics), for: arm.preimage(seed: run.seed), provenance: provenance)
    }
    #expect(
      try lab.labbook("verify", "2026-W10").errors.contains(
        "to execute them again, check out commit \(commit)\n"))
  }

  @Test func `runs of another OpenBLAS are told as such`() throws {
    let lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1\nnumerics: openblas", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("against: PPO\n", with: ""), to: "reports/2026-W10/notebook.md")
    let built = try lab.labbook("report")
    try #require(built.code == 0, "\(built.errors)")
    try lab.rewriteLock("reports/2026-W10/results.lock") {
      $0["numerics.library"] = "OpenBLAS 0.0.1 Haswell"
    }
    let result = try lab.labbook("verify", "2026-W10")
    #expect(result.code == 1)
    #expect(
      result.errors.contains(
        "error: 2 of 2 runs were not executed, for their numerics profile is openblas, whose bits are those of one "
          + "version of the library, such as short/PPO/0: it was made with numerics.library OpenBLAS 0.0.1 Haswell, "
          + "and this version has OpenBLAS "), "\(result.errors)")
  }
}

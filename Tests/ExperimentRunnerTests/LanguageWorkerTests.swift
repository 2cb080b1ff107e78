import CanonicalJSON
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore
import Testing

/// Stages and arms on a language task, trained by the real engine in real worker processes.
@Suite(.serialized) struct LanguageWorkerTests {
  let folder: TemporaryFolder
  let labbook: LabbookProgram
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    labbook = try LabbookProgram(in: folder)
    store = ResultStore(root: folder.url.appending(path: "lab/.labbook"))
  }

  /// A spec with a stage and an arm that starts from it, of so many tokens.
  static func spec(tokens: Int) -> String {
    """
    question: Is a stage trained once?
    task: {language: sequences, lengths: [2], held_out_lengths: [3], symbols: 5}
    policy: {layers: 1, width: 16, heads: 2, context: 32}
    budget: {tokens: \(tokens)}
    evaluation: {every: 200, prompts: 2, samples: 2}
    seeds: 1
    stages:
      First: {algorithm: grpo, budget: {tokens: 400}}
    arms:
      Then: {algorithm: rloo, from: First}

    """
  }

  private func runs(tokens: Int) throws -> [PlannedRun] {
    let experiment = try loadExperiment(
      at: "experiments/e.yaml", in: SpecFiles(["experiments/e.yaml": Self.spec(tokens: tokens)]),
      vocabulary: .labbook)
    return try plannedRuns(of: [experiment], in: store, vocabulary: .labbook)
  }

  private func executor(jobs: Int = 2) -> RunExecutor {
    RunExecutor(
      store: store, worker: WorkerCommand([labbook.path, "worker"]), jobs: jobs,
      command: ["labbook", "run"])
  }

  private func makeLab(tokens: Int) throws {
    try folder.makeFolder("lab/reports")
    try folder.write(Self.spec(tokens: tokens), to: "lab/experiments/e.yaml")
  }

  private func start(_ arguments: [String]) throws -> Process {
    try labbook.start(
      arguments + ["--lab", folder.url.appending(path: "lab").path, "--jobs", "2"],
      output: folder.url.appending(path: "output"))
  }

  @Test func `a run starts from its stage's weights, the same bits again when executed again`()
    throws
  {
    let planned = try runs(tokens: 400)
    #expect(planned.map { "\($0.name)" } == ["e/First/0", "e/Then/0"])
    #expect(planned[1].stages == [planned[0].key])
    let first = try executor().execute(planned.reversed())
    #expect(first.isComplete, "\(first.outcomes)")
    let record = try #require(try store.record(for: planned[1].key))
    let stage = try #require(try store.record(for: planned[0].key))
    #expect(record.metrics["test_accuracy_start"] == stage.metrics["test_accuracy"])
    let sample = try JSONValue(text: #require(record.samples.first))
    #expect(
      sample.members?.map(\.name) == [
        "step", "level", "kind", "prompt", "completion", "reward", "correct", "truncated",
      ])
    let again = try executor(jobs: 1).execute(try runs(tokens: 400), force: true)
    #expect(again.outcomes.map(\.result) == [.same, .same])
  }

  @Test func `a run whose stage's record was altered fails with the file and the part`() throws {
    let planned = try runs(tokens: 400)
    _ = try executor().execute([planned[0]])
    let weights = store.location(of: planned[0].key).appending(path: "weights.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: weights)
    let result = try executor().execute([planned[1]])
    guard case .failed(let problem, _) = result.outcomes[0].result else {
      Issue.record("got \(result.outcomes[0])")
      return
    }
    #expect(problem.contains("weights.safetensors"), "\(problem)")
    #expect(problem.contains("start of e/Then/0"), "\(problem)")
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `a labbook that is ended after a stage does not train the stage again`(
    signal: Int32
  ) throws {
    try makeLab(tokens: 1_000_000_000)
    let stage = try runs(tokens: 400)[0]
    let parent = try start(["run"])
    try LabbookProgram.wait { store.contains(stage.key) }
    let provenance = try store.provenance(for: stage.key)
    kill(parent.processIdentifier, signal)
    try LabbookProgram.waitForExit(of: parent)
    #expect(try store.keys() == [stage.key])

    try makeLab(tokens: 400)
    let next = try start(["run"])
    try LabbookProgram.waitForExit(of: next)
    #expect(next.terminationStatus == 0)
    #expect(try store.keys() == runs(tokens: 400).map(\.key).sorted())
    #expect(try store.provenance(for: stage.key) == provenance)
    let output = try String(
      contentsOf: folder.url.appending(path: "output"), encoding: .utf8)
    #expect(output.contains("e/Then/0: done"), "\(output)")
    #expect(!output.contains("e/First/0"), "\(output)")
  }
}

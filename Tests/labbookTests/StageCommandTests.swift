import Foundation
import ResultStore
import Testing

/// The commands on an experiment with stages on a language task.
@Suite struct StageCommandTests {
  static let spec = """
    question: Does it start from its stage?
    task: {language: sequences, lengths: [2], held_out_lengths: [3], symbols: 5}
    policy: {layers: 1, width: 16, heads: 2, context: 32}
    budget: {tokens: 300}
    evaluation: {every: 300, prompts: 2, samples: 2}
    seeds: 2
    stages:
      First: {algorithm: grpo, budget: {tokens: 600}}
    arms:
      Then: {algorithm: rloo, from: First}

    """

  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(Self.spec, to: "experiments/words.yaml")
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/short.yaml"))
    return lab
  }

  @Test func `a stage that was not chosen is planned, executed first, and shared`() throws {
    let lab = try lab()
    // Another experiment with the same stage under another name.
    try lab.write(
      Self.spec.replacing("First", with: "Warm").replacing("rloo", with: "remax"),
      to: "experiments/others.yaml")
    let plan = try lab.labbook("plan")
    #expect(plan.code == 0, "\(plan.errors)")
    #expect(
      plan.output.hasSuffix("6 of 6 runs to execute, 2400 tokens in all\n"), "\(plan.output)")
    let one = try lab.labbook("plan", "words", "--arm", "Then", "--seed", "1", "--runs")
    #expect(one.output.contains("words/First/1  600 tokens\n"), "\(one.output)")
    #expect(one.output.contains("words/Then/1  300 tokens  after words/First/1\n"))
    #expect(one.output.hasSuffix("2 of 2 runs to execute, 900 tokens in all\n"))
    let run = try lab.labbook("run", "words", "--arm", "Then", "--seed", "1")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output == "words/First/1: done\nwords/Then/1: done\n")
    let other = try lab.labbook("run", "others", "--seed", "1")
    #expect(other.output == "others/Then/1: done\n")
    #expect(
      try lab.labbook("rerun", "words", "--seed", "1").output
        == "words/First/1: same\nwords/Then/1: same\n")
  }

  @Test
  func
    `runs do not start from a stage with two results, and start again from one that was decided for`()
    throws
  {
    let lab = try lab()
    // A chain: what starts from a run that starts from the stage is of it too.
    try lab.replace(
      "from: First}", with: "from: First}\n  Later: {algorithm: grpo, from: Then}",
      in: "experiments/words.yaml")
    #expect(try lab.labbook("run", "words").code == 0)
    let store = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let key = try #require(
      try store.keys().first { key in
        let fields = try store.preimage(for: key)?.fields ?? [:]
        return fields["seed"] == "0" && fields["start"] == nil
      })
    let preimage = try #require(try store.preimage(for: key))
    let sound = try #require(try store.record(for: key))
    // As of a node with faulty memory.
    var faulty = sound
    faulty.metrics["test_accuracy"] = 0.125
    _ = try store.store(faulty, for: preimage, provenance: nil)
    try lab.replace(
      "Then: {algorithm: rloo,", with: "Then: {algorithm: remax,", in: "experiments/words.yaml")
    let blocked = try lab.labbook("run", "words", "--arm", "Then", "--seed", "0")
    #expect(blocked.code == 1)
    #expect(
      (blocked.output + blocked.errors).contains(
        "has more than one result: 'labbook status' shows them, and 'labbook resolve' decides"),
      "\(blocked)")
    try lab.replace(
      "Then: {algorithm: remax,", with: "Then: {algorithm: rloo,", in: "experiments/words.yaml")

    // The record in place counts: all that started from it stays.
    func resolve(_ digest: String) throws -> String {
      let result = try lab.labbook(
        "resolve", "words/First/0", "--keep", String(digest.prefix(12)), "--reason", "Memory.")
      #expect(result.code == 0, "\(result.errors)")
      return result.output
    }
    #expect(try !resolve(sound.digest.all).contains("quarantine"))
    #expect(try lab.labbook("plan", "words").output == "0 of 6 runs to execute\n")
    #expect(
      try resolve(faulty.digest.all).hasSuffix(
        "2 runs that started from the other result are in the store's quarantine; 'labbook run' executes them again\n"
      ))
    #expect(try lab.labbook("plan", "words").output.contains("2 of 6 runs to execute"))
    #expect(try lab.labbook("run", "words").code == 0)
    #expect(try lab.labbook("status").output.contains("conflict") == false)
  }

  @Test func `show tells the stage, the cost and samples`() throws {
    let lab = try lab()
    _ = try lab.labbook("run", "--seed", "0")
    let show = try lab.labbook("show", "words/Then/0")
    #expect(show.code == 0, "\(show.errors)")
    #expect(show.output.contains("\nstart   words/First/0  ("), "\(show.output)")
    #expect(show.output.contains("\ncost\n"))
    #expect(show.output.contains("\n  tokens_generated"))
    #expect(show.output.contains("\nsamples at step 300"))
    #expect(show.output.contains("\n    prompt      "))
    let json = try lab.labbook("show", "words/Then/0", "--format", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((object["starts_from"] as? [String: String])?["start"]?.count == 64)
    #expect((object["samples"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test func `explain names the setting of the stage that has changed`() throws {
    let lab = try lab()
    try lab.write(
      """
      ---
      title: Words
      week: 2026-W10
      status: draft
      ---

      {value}`words.Then.test_accuracy`

      """, to: "reports/2026-W10/notebook.md")
    let report = try lab.labbook("report")
    #expect(report.code == 0, "\(report.errors)")
    #expect(try lab.text(of: "reports/2026-W10/results.lock").contains("\"stage\": true"))
    let verify = try lab.labbook("verify", "2026-W10", "--one-seed", "--short")
    #expect(verify.code == 0, "\(verify.errors)")
    #expect(verify.output == "2026-W10: 2 of 2 runs executed again are the same bit for bit\n")
    try lab.replace("tokens: 600", with: "tokens: 900", in: "experiments/words.yaml")
    let explain = try lab.labbook("explain", "words/Then/0")
    #expect(
      explain.output == """
        words/Then/0, since the lock of 2026-W10:
          start.budget.tokens  600 → 900
        the store has no record of it

        """, "\(explain.errors)")
    #expect(try lab.labbook("status").output.contains("First, Then"))
  }

  @Test func `a policy is exported for transformers, once`() throws {
    let lab = try lab()
    _ = try lab.labbook("run", "--seed", "0")
    let export = try lab.labbook("export", "words/Then/0", "--to", "model")
    #expect(export.code == 0, "\(export.errors)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: lab.folder.appending(path: "model").path)
    #expect(names.sorted() == ["config.json", "model.safetensors", "tokenizer.json"])
    let config = try #require(
      try JSONSerialization.jsonObject(with: Data(lab.text(of: "model/config.json").utf8))
        as? [String: Any])
    #expect(config["hidden_size"] as? Int == 16)
    let again = try lab.labbook("export", "words/Then/0", "--to", "model")
    #expect(again.code == 1)
    #expect(again.errors.contains("is there already; nothing was written"), "\(again.errors)")
  }

  @Test func `a run on an environment is exported as it is stored`() throws {
    let lab = try LabFixture()
    _ = try lab.labbook("run", "--seed", "0", "--arm", "PPO")
    let export = try lab.labbook("export", "short/PPO/0", "--to", "model")
    #expect(export.code == 0, "\(export.errors)")
    #expect(
      export.output == "model/weights.safetensors\nmodel/curves.csv\nmodel/key.txt\n",
      "\(export.output)")
    #expect(try lab.text(of: "model/key.txt").hasPrefix("labbook run key 1\n"))
    let missing = try lab.labbook("export", "short/PPO/1", "--to", "other")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("has no record yet"))
  }
}

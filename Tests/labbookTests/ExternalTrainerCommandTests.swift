import Foundation
import Testing

/// Commands over runs of an external trainer, which is a shell script here.
@Suite struct ExternalTrainerCommandTests {
  private static let spec = """
    question: Does it help?
    trainer:
      command: [sh, train.sh, "{config}", "{seed}", "{output}"]
      inputs:
        code: {file: train.sh}
        data: {folder: data}
      variables: {SCALE: 1}
      metrics:
        read: {jsonl: log.jsonl}
        reward: {better: higher, within: 0.5}
      curves: [reward]
    settings: {beta: 0.5}
    seeds: 2
    arms:
      A: {settings: {gamma: 1}}
      B: {settings: {gamma: 2}}

    """

  private static let script = """
    gamma=$(sed -n 's/.*"gamma": //p' "$1")
    [ -e fail ] && [ "$gamma" = 2 ] && { echo "gamma is $gamma"; exit 4; }
    printf '{"step": 0, "reward": 0}\\n{"step": 5, "reward": %s}\\n' "$gamma.$2$(cat noise)" > "$3/log.jsonl"

    """

  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/short.yaml"))
    try lab.write(Self.spec, to: "experiments/real.yaml")
    try lab.write(Self.script, to: "train.sh")
    try lab.write("", to: "noise")
    try lab.write("1", to: "data/a.txt")
    return lab
  }

  @Test func `a report is not done where an input of its runs has changed, or a run was repeated`()
    throws
  {
    let lab = try lab()
    try lab.write(
      LabFixture.notebook
        .replacing("PPO reaches {value}`short.PPO.evaluation_return`, see @tbl-short.", with: "")
        .replacing("short", with: "real").replacing(
          "against: PPO", with: "against: A"), to: "reports/2026-W10/notebook.md")
    func report(done: Bool, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let result = try lab.labbook("report", "2026-W10")
      #expect(result.code == 0, "\(result.errors)", sourceLocation: sourceLocation)
      #expect(
        result.output.contains("nothing to do") == done, "\(result.output)\(result.errors)",
        sourceLocation: sourceLocation)
    }
    try report(done: false)
    try report(done: true)
    try lab.write("2", to: "data/a.txt")
    try report(done: false)
    try report(done: true)
    try lab.write(Self.script.replacing("gamma=", with: ": ;gamma="), to: "train.sh")
    try report(done: false)
    try report(done: true)
    try lab.write("4", to: "noise")
    #expect(try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0").code == 0)
    try report(done: false)
    try report(done: true)
    try FileManager.default.removeItem(at: lab.folder.appending(path: "data"))
    let gone = try lab.labbook("report", "2026-W10")
    #expect(gone.code == 1 && gone.errors.contains("data"), "\(gone)")
  }

  @Test func `runs are executed once, shown, repeated and compared`() throws {
    let lab = try lab()
    #expect(try lab.labbook("validate").code == 0)
    let plan = try lab.labbook("plan")
    #expect(
      plan.output.contains("4 of 4 runs to execute, 4 of external trainers in all"), "\(plan)")
    let first = try lab.labbook("run", "--jobs", "2")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.split(separator: "\n").count == 4)
    #expect(try lab.labbook("run").output == "Nothing to do: 4 runs are there.\n")
    let shown = try lab.labbook("show", "real/B/1")
    #expect(shown.output.contains("reward") && shown.output.contains("2.1"), "\(shown)")
    #expect(try lab.labbook("fsck").code == 0)

    let same = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(same.code == 0 && same.output == "real/A/0: same bits\n", "\(same)")
    try lab.write("4", to: "noise")
    let within = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(within.code == 0)
    #expect(within.output == "real/A/0: within: reward 1 → 1.04 (±0.5)\n", "\(within)")
    try lab.write("e1", to: "noise")
    let outside = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(outside.code == 1)
    #expect(outside.output == "real/A/0: outside: reward 1 → 10 (±0.5)\n", "\(outside)")
    let repetitions = try FileManager.default.subpathsOfDirectory(
      atPath: lab.folder.appending(path: ".labbook/repetitions").path
    ).filter { $0.hasSuffix("record.json") }
    #expect(repetitions.count == 3)
    #expect(try lab.labbook("status").output.contains("conflict") == false)
    #expect(try lab.labbook("fsck").code == 0)

    // A promise of exact repetition turns a difference into a conflict.
    try lab.replace("  curves:", with: "  repeats: exact\n  curves:", in: "experiments/real.yaml")
    let conflict = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(conflict.code == 1 && conflict.output.contains("differs from the store"), "\(conflict)")
    #expect(try lab.labbook("status").output.contains("conflict: run real/A/0"))

    // Who has not asked for the same bits has no conflict, though its runs have the same keys.
    try lab.write(Self.spec, to: "experiments/also.yaml")
    #expect(try lab.labbook("run", "also").output == "Nothing to do: 4 runs are there.\n")
    #expect(try lab.labbook("status").output.contains("conflict: run real/A/0"))
    try lab.write(Self.notebook(of: "also"), to: "reports/2026-W10/notebook.md")
    let report = try lab.labbook("report", "2026-W10")
    #expect(report.code == 0, "\(report)")
    try lab.write(Self.notebook(of: "real"), to: "reports/2026-W11/notebook.md")
    try lab.replace("2026-W10", with: "2026-W11", in: "reports/2026-W11/notebook.md")
    let blocked = try lab.labbook("report", "2026-W11")
    #expect(blocked.code == 1 && blocked.errors.contains("more than one result"), "\(blocked)")
  }

  @Test func `a conflict blocks a final week whose lock promises the same bits, and no other`()
    throws
  {
    let lab = try lab()
    try lab.write(
      Self.spec.replacing("  curves:", with: "  repeats: exact\n  curves:"),
      to: "experiments/real.yaml")
    try lab.write(Self.spec, to: "experiments/also.yaml")
    for (week, experiment) in [("2026-W10", "real"), ("2026-W11", "also")] {
      let notebook = "reports/\(week)/notebook.md"
      try lab.write(
        Self.notebook(of: experiment).replacing("2026-W10", with: week), to: notebook)
      #expect(try lab.labbook("report", week).code == 0)
      try lab.replace("status: draft", with: "status: final", in: notebook)
      #expect(try lab.labbook("report", week).code == 0)
      let lock = try lab.text(of: "reports/\(week)/results.lock")
      #expect(lock.contains("\"repeats\": \"exact\"") == (experiment == "real"))
    }
    try lab.write("4", to: "noise")
    let repeated = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(repeated.code == 1 && repeated.output.contains("differs from the store"), "\(repeated)")
    // What a spec says by now does not matter to a final week.
    try lab.replace("  repeats: exact\n", with: "", in: "experiments/real.yaml")
    let blocked = try lab.labbook("report", "2026-W10")
    #expect(blocked.code == 1 && blocked.errors.contains("more than one result"), "\(blocked)")
    #expect(blocked.errors.contains("real/A/0"), "\(blocked)")
    let free = try lab.labbook("report", "2026-W11")
    #expect(free.code == 0, "\(free)")
    let verified = try lab.labbook(
      "verify", "2026-W10", "--observed", "--one-seed", "--unrecorded")
    #expect(
      verified.code == 1 && verified.output.contains("real/A/0: differs from the lock"),
      "\(verified)")
  }

  private static func notebook(of experiment: String) -> String {
    """
    ---
    title: A short week
    week: 2026-W10
    status: draft
    ---

    ```{comparison} \(experiment)
    ```

    """
  }

  @Test
  func `a name that no output has fails one run, and those that wait are not trained in vain`()
    throws
  {
    let lab = try lab()
    try lab.replace(
      "reward: {better", with: "final: {key: rewards, better", in: "experiments/real.yaml")
    let failed = try lab.labbook("run", "--jobs", "1")
    #expect(failed.code == 1 && failed.errors.contains("did you mean 'reward'?"), "\(failed)")
    #expect(failed.errors.contains("1 failed, 3 not started"), "\(failed)")
    let waiting =
      "not started: real/A/0 lacks what its spec reads of the output, and this run would too\n"
    #expect(
      failed.output == "real/A/0: failed; 'labbook logs real/A/0' shows its log\n"
        + ["A/1", "B/0", "B/1"].map { "real/\($0): \(waiting)" }.joined(), "\(failed)")

    // Where one arm has shown that the names are right, another that lacks them is by itself.
    try lab.write(Self.spec, to: "experiments/real.yaml")
    try lab.replace(
      "gamma=$(sed", with: "name=reward; [ -e other ] && name=$(cat other); gamma=$(sed",
      in: "train.sh")
    try lab.replace(#""reward": %s"#, with: #""'$name'": %s"#, in: "train.sh")
    try lab.replace(#""reward": 0}"#, with: #""'$name'": 0}"#, in: "train.sh")
    #expect(try lab.labbook("run", "--arm", "B").code == 0)
    try lab.write("rewards", to: "other")
    let other = try lab.labbook("run", "--jobs", "1")
    #expect(other.errors.contains("1 failed, 1 not started, 2 already there"), "\(other)")
  }

  @Test func `a metric that is no number is stored, shown and compared as what it is`() throws {
    let lab = try lab()
    try lab.replace(
      #""$gamma.$2$(cat noise)""#,
      with: #""$(cat nan 2> /dev/null || echo "$gamma.$2$(cat noise)")""#, in: "train.sh")
    try lab.write("NaN", to: "nan")
    let run = try lab.labbook("run", "--arm", "A", "--seed", "0")
    #expect(
      run.code == 0 && run.errors.contains("real/A/0: reward is nan; tables show it so"), "\(run)")
    #expect(try lab.labbook("show", "real/A/0").output.contains("\n  reward  NaN\n"))
    let json = try lab.labbook("show", "real/A/0", "--format", "json")
    #expect(json.output.contains(#""reward": "nan""#), "\(json)")
    #expect(try lab.labbook("fsck").code == 0)
    #expect(
      try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0").output
        == "real/A/0: same bits\n")
    try FileManager.default.removeItem(at: lab.folder.appending(path: "nan"))
    let outside = try lab.labbook("rerun", "real", "--arm", "A", "--seed", "0")
    #expect(
      outside.code == 1 && outside.output == "real/A/0: outside: reward nan → 1 (±0.5)\n",
      "\(outside)")
  }

  @Test func `verify executes observed runs where it is asked to, and holds them to the tolerance`()
    throws
  {
    let lab = try lab()
    try lab.write(Self.notebook(of: "real"), to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report", "2026-W10").code == 0)
    let without = try lab.labbook("verify", "2026-W10", "--unrecorded")
    #expect(
      without.errors.contains(
        "note: 4 runs of external trainers are left out; --observed executes them"),
      "\(without)")
    func verify() throws -> LabFixture.Result {
      try lab.labbook("verify", "2026-W10", "--observed", "--unrecorded")
    }
    let same = try verify()
    #expect(
      same.code == 0
        && same.output == "2026-W10: 4 of 4 runs executed again are the same bit for bit\n",
      "\(same)")
    try lab.write("4", to: "noise")
    let within = try verify()
    #expect(
      within.code == 0 && within.output.contains("real/A/0: within: reward 1 → 1.04 (±0.5)\n"),
      "\(within)")
    #expect(
      within.output.hasSuffix("2026-W10: 0 of 4 runs executed again are the same bit for bit\n"))
    try lab.write("e1", to: "noise")
    let outside = try verify()
    #expect(
      outside.code == 1 && outside.output.contains("real/A/0: outside: reward 1 → 10 (±0.5)\n"),
      "\(outside)")
    // A run that the lab no longer makes is told with what makes it another.
    try lab.write("2", to: "data/a.txt")
    let other = try verify()
    #expect(
      other.code == 1
        && other.output.contains(
          "real/A/0: failed: the lab makes another run of this name now: input.data.folder is "),
      "\(other)")
    try lab.replace("{folder: data}", with: "{folder: dta}", in: "experiments/real.yaml")
    #expect(
      try verify().output.contains("real/A/0: failed: its input 'data': 'dta' is not there"))
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/real.yaml"))
    #expect(try verify().output.contains("real/A/0: failed: no spec of the lab makes a run"))
    try lab.write(Self.spec, to: "experiments/real.yaml")
    try lab.write("1", to: "data/a.txt")
    // They were executed beside the lab's store, which is as it was.
    #expect(try lab.labbook("show", "real/A/0").output.contains("\n  reward  1\n"))
    #expect(
      !FileManager.default.fileExists(
        atPath: lab.folder.appending(path: ".labbook/repetitions").path))
  }

  @Test func `beside a spec that cannot be read nobody is told that there is nothing to do`() throws
  {
    let lab = try lab()
    #expect(try lab.labbook("run").code == 0)
    try lab.write("question: Half a", to: "experiments/broken.yaml")
    let result = try lab.labbook("run")
    #expect(
      result.code == 1 && result.output == "" && result.errors.contains("experiments/broken.yaml"),
      "\(result)")
  }

  @Test func `explain names the packages that changed in a lock file`() throws {
    let lab = try lab()
    try lab.replace(
      "  variables:", with: "  environment: {lock: uv.lock}\n  variables:",
      in: "experiments/real.yaml")
    func lock(_ torch: String) -> String {
      "version = 1\n\n[[package]]\nname = \"torch\"\nversion = \"\(torch)\"\n\n"
        + "[[package]]\nname = \"trl\"\nversion = \"1.16.0\"\n"
    }
    try lab.write(lock("2.9.1"), to: "uv.lock")
    try lab.write(Self.notebook(of: "real"), to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report", "2026-W10").code == 0)
    #expect(try lab.labbook("show", "real/A/0").output.contains("2 of its lock file"))
    try lab.write(lock("2.10.0"), to: "uv.lock")
    let explained = try lab.labbook("explain", "real/A/0")
    #expect(explained.output.contains("environment.lock"), "\(explained)")
    #expect(explained.output.contains("\n  package torch  2.9.1 → 2.10.0\n"), "\(explained)")
    #expect(!explained.output.contains("trl"))
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".labbook"))
    #expect(
      try lab.labbook("explain", "real/A/0").output.contains("which packages changed is not known"))
  }

  @Test func `a trainer that labbook is ended over writes its checkpoint first`() throws {
    let lab = try lab()
    try lab.replace(
      "\"{output}\"]", with: "\"{output}\", \"{resume}\"]\n  resume: true",
      in: "experiments/real.yaml")
    try lab.write(
      """
      if [ -e "$4/state" ]; then printf '{"step": 1, "reward": 0.5}\\n' > "$3/log.jsonl"; exit 0; fi
      trap 'sleep 0.2; touch "$4/state"; exit 0' TERM
      touch started; while :; do sleep 0.02; done

      """, to: "train.sh")
    let result = try lab.shell(
      """
      "$0" run --arm A --seed 0 & runner=$!
      await test -e started
      kill -TERM $runner; wait $runner; echo "code $?"
      """)
    #expect(result.output.contains("code 130"), "\(result)")
    #expect(result.errors.contains("external trainers are asked to end and have 10 seconds for it"))
    let again = try lab.labbook("run", "--arm", "A", "--seed", "0")
    #expect(again.output == "real/A/0: done\n", "\(again)")
  }

  @Test func `output that cannot be read as the spec says is kept, and can be imported`() throws {
    let lab = try lab()
    try lab.replace(
      "reward: {better", with: "final: {key: rewards, better", in: "experiments/real.yaml")
    let failed = try lab.labbook("run", "--arm", "A", "--seed", "0")
    #expect(failed.code == 1 && failed.errors.contains("did you mean 'reward'?"), "\(failed)")
    let folder = try #require(
      failed.errors.firstMatch(of: /its output is kept in (\.labbook\/outputs\/[0-9a-f]{64})/)
    ).output.1
    #expect(try lab.labbook("fsck").code == 0)
    try lab.replace("key: rewards", with: "key: reward", in: "experiments/real.yaml")
    let imported = try lab.labbook("import", "real", "--arm", "A", "--seed", "0", String(folder))
    #expect(imported.code == 0, "\(imported)")
    #expect(try lab.labbook("show", "real/A/0").output.contains("final"))
  }

  @Test func `what changes makes the right runs stale, and explain names it`() throws {
    let lab = try lab()
    #expect(try lab.labbook("run").code == 0)
    try lab.write("2", to: "data/a.txt")
    #expect(try lab.labbook("plan").output.contains("4 of 4 runs to execute"))
    try lab.write("1", to: "data/a.txt")
    #expect(try lab.labbook("plan").output == "0 of 4 runs to execute\n")
    try lab.replace("gamma: 2", with: "gamma: 3", in: "experiments/real.yaml")
    #expect(try lab.labbook("plan").output.contains("2 of 4 runs to execute"))
    let explained = try lab.labbook("explain", "real/A/0", "real/B/0")
    #expect(explained.output.contains("settings.gamma"), "\(explained)")
  }

  @Test func `a run that fails is told in one sentence, its log is kept, and the others go on`()
    throws
  {
    let lab = try lab()
    try lab.write("", to: "fail")
    let result = try lab.labbook("run")
    #expect(result.code == 1)
    let failed = result.output.split(separator: "\n").filter { $0.contains("failed") }
    #expect(failed.count == 2)
    #expect(
      failed.first?.hasPrefix(
        "real/B/0: failed; 'labbook logs real/B/0' shows its log")
        == true, "\(failed)")
    // The reason is told once, when it happens, and no digest of a key stands in the way.
    let reason = "real/B/0: failed: its command exited with code 4; its last words: gamma is 2\n"
    #expect(result.errors.ranges(of: reason).count == 1, "\(result)")
    #expect(!(result.output + result.errors).contains("/failures/"))
    #expect(result.output.contains("real/A/1: done"))
    let logs = try lab.labbook("logs", "real/B/0")
    #expect(logs.code == 0 && logs.output.contains("\ngamma is 2\n"), "\(logs)")
    #expect(try lab.labbook("fsck").code == 0)
    try FileManager.default.removeItem(at: lab.folder.appending(path: "fail"))
    #expect(try lab.labbook("run").code == 0)
  }

  @Test func `a command, an input or a GPU that is not there fails the run and nothing else`()
    throws
  {
    let lab = try lab()
    try lab.replace("[sh,", with: "[no-such-program,", in: "experiments/real.yaml")
    let program = try lab.labbook("run", "--seed", "0")
    #expect(
      program.errors.contains(
        "failed: its command cannot be started: no-such-program, looked up in PATH: No such file or directory"
      ),
      "\(program)")
    try lab.replace("[no-such-program,", with: "[./data,", in: "experiments/real.yaml")
    #expect(
      try lab.labbook("run", "--arm", "A", "--seed", "0").errors.contains(
        "cannot be started: ./data, seen from the lab's folder: it is a folder"))
    try lab.replace("[./data,", with: "[./train.sh,", in: "experiments/real.yaml")
    #expect(
      try lab.labbook("run", "--arm", "A", "--seed", "0").errors.contains(
        "cannot be started: ./train.sh, seen from the lab's folder: it may not be executed"))
    try lab.replace("[./train.sh,", with: "[sh,", in: "experiments/real.yaml")
    try lab.replace("{folder: data}", with: "{folder: dta}", in: "experiments/real.yaml")
    #expect(
      try lab.labbook("run", "--seed", "0").errors.contains(
        "failed: its input 'data' cannot be used: 'dta' is not there"))
    let status = try lab.labbook("status")
    #expect(
      status.output.contains("\nabsent: real: its input 'data': 'dta' is not there\n"), "\(status)")
    #expect(
      try lab.labbook("status", "--format", "json").output
        .contains("\"its input 'data': 'dta' is not there\""))
    try lab.replace("{folder: dta}", with: "{folder: data}", in: "experiments/real.yaml")
    try lab.replace(
      "  curves:", with: "  resources: {gpus: 64}\n  curves:", in: "experiments/real.yaml")
    #expect(
      try lab.labbook("run", "--seed", "0").output.contains(
        "failed: it needs 64 GPUs, and there are "))
  }

  @Test
  func `an output that is there already is imported, said as such, and never over another result`()
    throws
  {
    let lab = try lab()
    try lab.write(#"{"step": 0, "reward": 0.75}"# + "\n", to: "old/log.jsonl")
    let imported = try lab.labbook("import", "real", "--arm", "A", "--seed", "0", "old")
    #expect(imported.code == 0, "\(imported)")
    #expect(imported.output == "real/A/0: imported, inputs as stated and not seen\n")
    #expect(try lab.labbook("show", "real/A/0").output.contains("imported"))
    #expect(
      try lab.labbook("import", "real", "--arm", "A", "--seed", "0", "old").output
        == "real/A/0: already there, the same\n")
    try lab.write(#"{"step": 0, "reward": 0.5}"# + "\n", to: "old/log.jsonl")
    let other = try lab.labbook("import", "real", "--arm", "A", "--seed", "0", "old")
    #expect(other.code == 1 && other.errors.contains("differs in"), "\(other)")
    #expect(try lab.labbook("plan").output.contains("3 of 4 runs to execute"))
    #expect(try lab.labbook("import", "real", "--arm", "A", "--seed", "1", "nowhere").code == 1)
    // Another run is likely not the same to the last bit.
    try lab.write(#"{"step": 0, "reward": 0.75}"# + "\n", to: "old/log.jsonl")
    let twice = try lab.labbook("import", "real", "--arm", "B", "--seed", "1", "old")
    #expect(
      twice.code == 0
        && twice.errors.contains("real/B/1: its numbers are those of real/A/0, bit for bit"),
      "\(twice)")
  }

  @Test func `what is killed leaves nothing partial, and goes on from its folder of checkpoints`()
    throws
  {
    let lab = try lab()
    try lab.replace(
      "\"{output}\"]", with: "\"{output}\", \"{resume}\"]\n  resume: true",
      in: "experiments/real.yaml")
    try lab.write(
      """
      if [ -e "$4/state" ]; then echo '{"step": 9, "reward": 0.5}' > "$3/log.jsonl"; exit 0; fi
      touch "$4/state"; echo waiting; touch started; sleep 1000

      """, to: "train.sh")
    let result = try lab.shell(
      """
      "$0" run --arm A --seed 0 & runner=$!
      await test -e started
      waits() { "$0" logs real/A/0 | grep waiting; }
      await waits; "$0" logs real/A/0
      kill -9 $runner; wait $runner 2>/dev/null
      is_gone() { ! pgrep -f "sh train.sh.*$PWD"; }
      await is_gone
      """)
    #expect(result.code == 0 && result.output.contains("waiting"), "\(result)")
    let again = try lab.labbook("run", "--arm", "A", "--seed", "0")
    #expect(again.output == "real/A/0: done\n", "\(again)")
    #expect(again.errors.contains("handed back what its trainer left"), "\(again)")
    #expect(try lab.labbook("fsck").code == 0)
    let left = try? FileManager.default.contentsOfDirectory(
      atPath: lab.folder.appending(path: ".labbook/checkpoints").path)
    #expect(left ?? [] == [])
  }

  @Test func `what a person has git do elsewhere changes no state of a repository`() throws {
    let lab = try lab()
    try lab.replace("{folder: data}", with: "{git: code}", in: "experiments/real.yaml")
    try lab.write("*.txt text\n", to: "home/git/attributes")
    try lab.write("a.txt\n", to: "home/git/ignore")
    let result = try lab.shell(
      """
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.c
      mkdir code; cd code; git init --quiet .; printf 'one\ntwo\nthree\n' > a.txt; git add .
      git commit --quiet -m first; printf 'one\r\n2\n' > a.txt; cd ..
      state() { "$0" run --arm A --seed 0; }
      state; "$0" show real/A/0 | grep input.data.changes
      same() { grep -q "Nothing to do" || echo "another state with $1"; }
      XDG_CONFIG_HOME=$PWD/home state | same attributes
      GIT_CONFIG_PARAMETERS="'diff.noprefix=true' 'core.autocrlf=true'" state | same parameters
      GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.autocrlf GIT_CONFIG_VALUE_0=true state | same settings
      GIT_DIFF_OPTS=--unified=0 state | same options
      """)
    #expect(
      result.output.contains("input.data.changes") && !result.output.contains("another state"),
      "\(result)")
  }
}

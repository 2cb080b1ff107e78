import CanonicalJSON
import ExternalTrainers
import Foundation
import ResultStore
import Testing

/// Real commands that do what trainers do, and what they must not.
@Suite struct TrainerExecutionTests {
  let folder: TemporaryFolder
  private let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: URL(filePath: "\(folder.path)/.labbook", directoryHint: .isDirectory))
    try folder.write("abc", to: "data.txt")
  }

  /// Executes a script with `$1` the output folder, `$2` the seed, `$3` the config and `$4` the checkpoints.
  private func execute(
    _ script: String, data: String = "data.txt",
    resources: TrainerResources = TrainerResources(), keep: [String] = [],
    isToStop: () -> Bool = { false }, checkpoints: String? = nil, grace: Duration? = nil,
    note: (String) -> Void = { _ in }
  ) throws -> (record: Record, notes: [String], files: String) {
    var (trainer, run) = try run(of: script, data: data, resources: resources, keep: keep)
    trainer.mayResume = checkpoints != nil
    let session = "\(folder.path)/session"
    try FileManager.default.createDirectory(atPath: session, withIntermediateDirectories: true)
    let job = TrainerJob(trainer, lab: folder.path, checkpoints: checkpoints)
    // What a worker is given has been through a line of text.
    let given = try #require(TrainerJob(json: try JSONValue(text: job.json.compactText)))
    #expect(given == job)
    var execution = try TrainerExecution(
      of: RunPreimage(fields: run.fields), given, store: store, session: session)
    if let grace { execution.grace = grace }
    let result = try execution.result(isToStop: isToStop, note: note) { _, _ in }
    return (result.observed.record, result.observed.notes, result.files)
  }

  /// The run of a script as it is planned.
  private func run(
    of script: String, data: String, resources: TrainerResources, keep: [String]
  ) throws -> (ExternalTrainer, ExternalRun) {
    // A script that is written again has another time, which is another input to go on with.
    let file = "\(folder.path)/train.sh"
    if (try? String(contentsOfFile: file, encoding: .utf8)) != script {
      try folder.write(script, to: "train.sh")
    }
    let trainer = ExternalTrainer(
      command: CommandTemplate(["sh", "train.sh", "{output}", "{seed}", "{config}", "{resume}"]),
      inputs: ["data": .file(data), "code": .file("train.sh")],
      variables: ["SHOWN": "yes"], secrets: ["HOME"], resources: resources,
      results: ObservedResults(
        format: "jsonl", path: "log.jsonl",
        metrics: [ObservedMetric(name: "final_reward", key: "reward")],
        curves: [ObservedCurve(key: "reward")], keep: keep))
    let run = trainer.run(
      settings: SettingsTree(try JSONValue(text: #"{"b": {"c": 0.5}, "a": 1}"#)), seed: 3,
      variables: [:], states: InputStates(lab: folder.path, store: store))
    return (trainer, run)
  }

  private func key(of script: String) throws -> RunKey {
    let run = try run(of: script, data: "data.txt", resources: TrainerResources(), keep: []).1
    return RunPreimage(fields: run.fields).key
  }

  /// The sentence that an execution fails with.
  private func failure(
    _ script: String, resources: TrainerResources = TrainerResources()
  ) throws -> String {
    do {
      _ = try execute(script, resources: resources)
      Issue.record("the trainer was to fail")
      return ""
    } catch let error as TrainerFailure { return error.description }
  }

  private static let good = """
    printf '{"step": 0, "reward": 0.25}\\n{"step": 10, "reward": 0.5}\\n' > "$1/log.jsonl"

    """

  @Test("What a trainer writes becomes a record, with its config and the files that are kept")
  func works() throws {
    let (record, notes, files) = try execute(
      Self.good + """
        mkdir "$1/completions"; echo one > "$1/completions/a.txt"; echo two > "$1/b.txt"
        cat "$3" > "$1/completions/config.txt"; echo "$2 $SHOWN ${CUDA_VISIBLE_DEVICES-unset}"
        """, keep: ["completions/*.txt"])
    #expect(record.metrics == ["final_reward": 0.5] && notes.isEmpty)
    #expect(record.curves == [Curve(name: "reward", steps: [0, 10], values: [0.25, 0.5])])
    #expect(record.observation == .observed)
    #expect(
      record.files.map(\.path)
        == ["config.json", "output/completions/a.txt", "output/completions/config.txt"])
    let config = try String(contentsOfFile: "\(files)/config.json", encoding: .utf8)
    #expect(config == "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 0.5\n  }\n}\n")
    #expect(record.files[0].digest == record.files[2].digest)
    let key = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/session")
      .first { $0.hasSuffix(".log") }
    let log = try String(
      contentsOfFile: "\(folder.path)/session/\(try #require(key))", encoding: .utf8)
    #expect(log == "3 yes \n")
  }

  @Test("A metric that is not a number is kept and told as what it is, and its curve has it")
  func notANumber() throws {
    let (record, notes, _) = try execute(
      #"printf '{"step": 0, "reward": 1}\n{"step": 1, "reward": NaN}\n' > "$1/log.jsonl""#)
    #expect(record.metrics.isEmpty && record.undefined == ["final_reward": .notANumber])
    #expect(record.problem == nil)
    #expect(record.curves.first?.values.last?.isNaN == true)
    #expect(notes == ["final_reward is nan; tables show it so, and means leave the run out"])
  }

  @Test("Each way in which a trainer fails ends in one sentence with its last words")
  func failures() throws {
    #expect(
      try failure("echo 'loss is inf'; echo 'giving up' >&2; exit 3")
        == "its command exited with code 3; its last words: loss is inf | giving up")
    #expect(try failure("kill -9 $$").hasPrefix("its command was ended by signal 9"))
    #expect(
      try failure("exit 0")
        == "log.jsonl: there is no such file; the trainer has not written it, nor any other file; it had printed nothing"
    )
    #expect(
      try failure(#"printf '{"step": 0, "reward": 1}\n{"step": 1, "rew' > "$1/log.jsonl""#)
        .hasPrefix("log.jsonl:2"))
    #expect(
      try failure(
        #"printf '{"step": 5, "reward": 1}\n{"step": 1, "reward": 2}\n' > "$1/log.jsonl""#
      )
      .contains("log.jsonl"))
    #expect(
      try failure(#"printf '{"step": 0, "rewards": 1}\n' > "$1/log.jsonl""#)
        .contains("did you mean 'rewards'?"))
    #expect(
      try failure(#"mkdir "$1/checkpoint-9"; echo 1 > "$1/checkpoint-9/log.jsonl""#)
        .contains("has not written it; did you mean 'checkpoint-9/log.jsonl'?"))
    // Colors are no words.
    #expect(
      try failure(#"printf '\033[1;31mred\033[0m \033]0;x\r\n'; exit 1"#)
        .hasPrefix("its command exited with code 1; its last words: red "))
  }

  @Test("A file that other runs may have written is not read through a link")
  func links() throws {
    let row = #"echo '{"step": 0, "reward": 1}'"#
    let (record, _, _) = try execute(
      #"mkdir "$1/run"; \#(row) > "$1/run/log.jsonl"; ln -s run/log.jsonl "$1/log.jsonl""#)
    #expect(record.metrics == ["final_reward": 1])
    for script in [
      #"\#(row) > old.jsonl; ln -s "$PWD/old.jsonl" "$1/log.jsonl""#,
      #"mkdir -p old; \#(row) > old/log.jsonl; rmdir "$1"; ln -s "$PWD/old" "$1""#,
    ] {
      #expect(
        try failure(script).hasPrefix(
          "log.jsonl: a link leads out of the output folder, to what other runs may have written"))
    }
  }

  @Test(
    "A trainer that hangs is ended at its time, with all that it has started, in other sessions too"
  )
  func hangs() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let sentence = try failure(
      "sleep 1000 & setsid sleep 1001 & echo $! > pid; echo started; wait",
      resources: TrainerResources(seconds: 1))
    #expect(
      sentence
        == "its command was ended, for it took longer than its time of 1s; its last words: started")
    #expect(clock.now - start < .seconds(60))
    try expectGone()
  }

  @Test("Children that a trainer leaves behind end with it, and hold nothing up")
  func leavesChildren() throws {
    let (record, _, _) = try execute(
      Self.good + "(setsid sleep 1000 & echo $! > pid) ; sleep 1000 & exit 0")
    #expect(record.metrics == ["final_reward": 0.5])
    try expectGone()
  }

  private func expectGone() throws {
    let text = try String(contentsOfFile: "\(folder.path)/pid", encoding: .utf8)
    let id = try #require(Int32(text.filter(\.isNumber)))
    let state = try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8)
    #expect(state == nil || state == "")
  }

  @Test("An input that changes or is lost under way makes the run fail, whatever its command says")
  func inputs() throws {
    #expect(
      try failure(Self.good + "echo more >> data.txt")
        .hasPrefix(
          "its input 'data' changed while it was under way, so its result belongs to no inputs: input.data.file is "
        ))
    try folder.write("abc", to: "data.txt")
    #expect(
      try failure(Self.good + "echo cleaning up; rm data.txt")
        == "its input 'data' was lost while it was under way, so its result belongs to no inputs: 'data.txt' is not "
        + "there; its last words: cleaning up")
    #expect(try failure(Self.good) == "its input 'data' cannot be used: 'data.txt' is not there")
  }

  @Test("A trainer that uses more memory than it may is ended")
  func memory() throws {
    let sentence = try failure(
      #"exec python3 -c "import time; x = bytearray(200_000_000); time.sleep(60)""#,
      resources: TrainerResources(memory: 100_000_000))
    #expect(sentence.hasPrefix("its command was ended, for it used "))
    #expect(sentence.contains("more than its 100 MB"))
  }

  @Test("A trainer may print without an end: the log keeps what came last")
  func printsMuch() throws {
    _ = try execute(Self.good + "head -c 40000000 /dev/zero | tr '\\0' 'x' | fold -w 99; echo end")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/session")
    let log = try #require(names.first { $0.hasSuffix(".log") })
    let bytes = try Data(contentsOf: URL(filePath: "\(folder.path)/session/\(log)"))
    #expect(bytes.count <= TrainerLog.most + 65_536)
    #expect(bytes.suffix(5) == Data("xend\n".utf8) || bytes.suffix(4) == Data("end\n".utf8))
    #expect(String(decoding: bytes.prefix(20), as: UTF8.self).hasPrefix("[labbook: "))
  }

  @Test(
    "An interruption ends the command, and what it left in the folder of checkpoints is handed back"
  )
  func resumes() throws {
    let place = "\(folder.path)/checkpoints"
    let script = """
      if [ -e "$4/state" ]; then cp "$4/state" "$1/log.jsonl"; exit 0; fi
      printf '{"step": 0, "reward": 7}\\n' > "$4/state"; sleep 1000
      """
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(script, isToStop: { true }, checkpoints: place)
    }
    #expect(try execute(script, checkpoints: place).record.metrics == ["final_reward": 7])
    // Without such a folder every execution begins at the beginning.
    #expect(throws: TrainerExecution.Interrupted.self) { try execute(script, isToStop: { true }) }
  }

  @Test("All processes of a trainer are asked to end, and those that have something to write may")
  func isAsked() throws {
    let place = "\(folder.path)/checkpoints"
    let script = """
      setsid sh -c 'trap "sleep 0.3; echo saved > \\"$0/state\\"; exit" TERM; touch "$0/ready"
        while :; do sleep 0.02; done' "$4" &
      wait
      """
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(
        script, isToStop: { FileManager.default.fileExists(atPath: "\(place)/ready") },
        checkpoints: place)
    }
    // The shell itself ends at once, and what it had started is not cut off.
    #expect(try String(contentsOfFile: "\(place)/state", encoding: .utf8) == "saved\n")
  }

  @Test("A trainer that does not end when it is asked is killed, with all that it has started")
  func isKilled() throws {
    let clock = ContinuousClock()
    let start = clock.now
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(
        "trap '' TERM; setsid sleep 1000 & echo $! > pid; while :; do sleep 0.02; done",
        isToStop: { FileManager.default.fileExists(atPath: "\(folder.path)/pid") },
        grace: .milliseconds(300))
    }
    #expect(clock.now - start < .seconds(60))
    try expectGone()
  }

  @Test(
    "A resumed trainer whose file begins anew is found out by two rows; one that kept them is not")
  func resumedFile() throws {
    let place = "\(folder.path)/checkpoints"
    func rows(_ steps: Int...) throws -> Record {
      try execute(
        steps.map { "echo '{\"step\": \($0), \"reward\": 1}' >> \"$1/log.jsonl\"\n" }.joined(),
        checkpoints: place
      ).record
    }
    #expect(try rows(20, 23).metrics == ["final_reward": 1])
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(
        "echo step 10 > \"$4/state\"; sleep 1000", isToStop: { exists("checkpoints/state") },
        checkpoints: place)
    }
    #expect { try rows(20, 23) } throws: { "\($0)".contains("the history begins at step 20") }
    #expect(try rows(10, 20).metrics == ["final_reward": 1])
    #expect(try rows(20).metrics == ["final_reward": 1])
  }

  @Test("Progress is read from a bar as tqdm draws it")
  func progress() throws {
    let log = try TrainerLog(at: "\(folder.path)/log")
    #expect(log.progress == nil)
    log.append(Array("loss [1]\r 24%|##   | 12/50 [00:03<00:09,  4.0it/s]\r".utf8))
    #expect(log.progress?.done == 12 && log.progress?.total == 50)
    log.append(Array("{'reward': [1, 2]} 3/4 [".utf8))
    #expect(log.progress?.done == 3)
    log.append(Array("\n9/0 [ 5/4 [ a/b [".utf8))
    #expect(log.progress?.done == 3)
  }

  // MARK: - States and the inputs that they are made of

  /// A trainer whose state is all that it has read of its data, twice; it ends once `go` is there.
  private static let summing = """
    cat data.txt >> "$4/state"; cp "$4.inputs" noted; touch begun
    while [ ! -e go ]; do sleep 0.02; done
    printf '{"step": 0, "reward": %s}\\n' $(tr -d '\\n' < "$4/state") > "$1/log.jsonl"
    """

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
  }

  @Test
  func `a state is gone on from if no input was written from its beginning to its end`() throws {
    let place = "\(folder.path)/checkpoints"
    let script = Self.summing
    try folder.write("1", to: "data.txt")
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(script, isToStop: { exists("begun") }, checkpoints: place)
    }
    // Afterwards inputs may be copied anew, as a cluster's job does on each machine.
    try folder.write("1", to: "data.txt")
    try folder.write("", to: "go")
    var notes: [String] = []
    let record = try execute(script, checkpoints: place) { notes.append($0) }.record
    #expect(record.metrics == ["final_reward": 11] && notes.isEmpty, "\(notes)")
  }

  @Test(arguments: [true, false])
  func `a state of other inputs is set aside, and the run starts over`(isKilled: Bool) throws {
    let place = "\(folder.path)/checkpoints"
    let script = Self.summing
    try folder.write("1", to: "data.txt")
    #expect(throws: TrainerExecution.Interrupted.self) {
      try execute(
        script,
        isToStop: {
          guard exists("begun") else { return false }
          try? folder.write("2", to: "data.txt")
          return true
        }, checkpoints: place)
    }
    if isKilled {
      // Who is killed notes nothing more, and here the input is what it was when it could have.
      try FileManager.default.removeItem(atPath: place + ".inputs")
      try FileManager.default.copyItem(atPath: "\(folder.path)/noted", toPath: place + ".inputs")
    }
    try folder.write("1", to: "data.txt")
    try folder.write("", to: "go")
    var notes: [String] = []
    let record = try execute(script, checkpoints: place) { notes.append($0) }.record
    #expect(record.metrics == ["final_reward": 1])
    #expect(
      notes == [
        "what its trainer left in its folder of checkpoints is not used: its input 'data' was written or replaced since "
          + "the trainer began; it lies in checkpoints.set-aside now, and the run starts over"
      ])
    #expect(try String(contentsOfFile: "\(place).set-aside/state", encoding: .utf8) == "1")
    // A state that nothing tells of is none to go on from either.
    try FileManager.default.removeItem(atPath: place + ".inputs")
    #expect(try execute(script, checkpoints: place).record.metrics == ["final_reward": 1])
  }

  @Test(arguments: [
    "printf 100 > data.txt; sleep 0.1; printf abc > data.txt",
    "mv data.txt mine; printf abc > data.txt; sleep 0.1; mv mine data.txt",
    "printf 1 > other; ln -sfn other link; sleep 0.1; ln -sfn data.txt link",
  ])
  func `an input that is another for a while makes the run fail`(change: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "data.txt")
    // What only reads is no change, though it leaves a time too.
    _ = try execute(Self.good + "cat data.txt link; sleep 0.1", data: "link")
    #expect {
      try execute(Self.good + "sleep 0.1; \(change)", data: "link")
    } throws: {
      "\($0)".hasPrefix(
        "its input 'data' changed while it was under way, so its result belongs to no inputs: '")
        && "\($0)".contains("was written or replaced, though its content is what it was")
    }
  }

  @Test func `a trainer does not begin in a folder of checkpoints where another one is at work`()
    throws
  {
    let place = "\(folder.path)/checkpoints"
    let script = "echo 1 >> \"$4/state\"; wc -l < \"$4/state\"\n" + Self.good
    let key = try key(of: script)
    let other = try #require(try store.claimCheckpoint(of: key))
    var notes: [String] = []
    _ = try execute(script, checkpoints: place) { notes.append($0) }
    #expect(
      notes == [
        "another trainer is still at work in its folder of checkpoints, so this one begins anew and keeps none"
      ])
    #expect(!FileManager.default.fileExists(atPath: place))
    // Nobody removes what it is writing.
    let mine = store.checkpointFile(of: key)
    try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
    store.removeCheckpoint(of: key)
    #expect(FileManager.default.fileExists(atPath: mine))
    withExtendedLifetime(other) {}
  }
}

import Foundation
import Testing

/// Commands whose standard streams are closed, full or read by nobody: no signal ends them, and what was lost is
/// no success.
@Suite struct StandardStreamsTests {
  private func builtLab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report")
    try #require(result.code == 0, "\(result.errors)")
    return lab
  }

  /// What a script prints, `$0` in it being the program.
  private func shell(_ script: String, in lab: LabFixture) throws -> String {
    try lab.shell(script).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  static let commands = [
    "help", "schema", "status", "describe", "validate", "diff 2026-W10 2026-W10",
    "report 2026-W10 --rendered-only", "run --force --seed 0", "--version",
  ]

  @Test(arguments: [commands])
  func `whoever stops reading ends no command by a signal, and gets no words for it`(
    commands: [String]
  ) throws {
    let lab = try builtLab()
    for command in commands { try expectNoSignal(command, in: lab) }
  }

  private func expectNoSignal(_ command: String, in lab: LabFixture) throws {
    // The reader is gone before anything is written.
    let gone = "{ sleep 0.3; exec \"$0\" \(command) 2>errors; }"
    #expect(try shell("\(gone) | true; echo ${PIPESTATUS[0]}", in: lab) == "1", "\(command)")
    let errors = try lab.text(of: "errors")
    #expect(!errors.contains("error:"), "\(errors)")
    let both = try shell(
      "{ sleep 0.3; exec \"$0\" \(command) 2>&1; } | true; echo ${PIPESTATUS[0]}", in: lab)
    #expect(both == "1", "\(command)")
    let head = try shell(
      "\"$0\" \(command) 2>&1 | head -1 >/dev/null; echo ${PIPESTATUS[0]}", in: lab)
    #expect(["0", "1"].contains(head), "\(command): \(head)")
  }

  @Test(arguments: [commands])
  func `a closed or full output is a failure without a signal, a closed error or input none`(
    commands: [String]
  ) throws {
    let lab = try builtLab()
    for command in commands { try expectCodes(command, in: lab) }
  }

  private func expectCodes(_ command: String, in lab: LabFixture) throws {
    for (redirection, code) in [
      (">&-", "1"), (">/dev/full", "1"), (">&- 2>&-", "1"), ("<&- >&- 2>&-", "1"),
      (">/dev/full 2>/dev/full", "1"), ("2>&- >/dev/null", "0"), ("2>/dev/full >/dev/null", "0"),
      ("<&- >/dev/null", "0"), ("</dev/full >/dev/null", "0"),
    ] {
      #expect(
        try shell("\"$0\" \(command) \(redirection); echo $?", in: lab) == code,
        "\(command) \(redirection)")
    }
  }

  @Test(arguments: [
    ["describe nothing", "nothing", "run --sed 1", "show short/X/0", "report 2026-W33"]
  ])
  func `an error that nobody can read is an error`(commands: [String]) throws {
    let lab = try builtLab()
    for command in commands { try expectWrongUsage(command, in: lab) }
  }

  private func expectWrongUsage(_ command: String, in lab: LabFixture) throws {
    for redirection in ["2>&-", "2>/dev/full", ">&- 2>&-"] {
      #expect(
        try shell("\"$0\" \(command) \(redirection); echo $?", in: lab) == "64", "\(redirection)")
    }
    #expect(
      try shell(
        "{ sleep 0.3; exec \"$0\" \(command) 2>&1; } | true; echo ${PIPESTATUS[0]}", in: lab)
        == "64")
  }

  @Test func `a limit on the size of files is an error, not a signal`() throws {
    let lab = try LabFixture()
    #expect(try shell("ulimit -f 1; \"$0\" run --seed 0 >/dev/null; echo $?", in: lab) == "1")
    #expect(try shell("\"$0\" run --seed 0 >/dev/null; echo $?", in: lab) == "0")
  }

  private static let long = LabFixture.spec.replacing("600", with: "60_000_000")

  /// The names of what is being written.
  private func sessions(in lab: LabFixture) -> [String] {
    (try? FileManager.default.contentsOfDirectory(
      atPath: lab.folder.appending(path: ".labbook/temporary").path)) ?? []
  }

  /// Whether a run has begun, for `await`.
  private static let begun = "begun() { ls .labbook/temporary | grep session-; }\n"

  @Test func `the end of the terminal ends a run in order, and not one under nohup`() throws {
    let lab = try LabFixture()
    try lab.write(Self.long, to: "experiments/short.yaml")
    // The tests may run under nohup themselves.
    let start =
      Self.begun
      + "env --default-signal=HUP \"$0\" run --seed 0 --jobs 1 >/dev/null 2>&1 & pid=$!;"
      + " await begun; kill -HUP $pid;"
    #expect(try shell("\(start) wait $pid; echo $?", in: lab) == "130")
    #expect(sessions(in: lab) == [])
    let kept = try shell(
      "\(start.replacing("\"$0\"", with: "nohup \"$0\"")) sleep 1; kill -0 $pid && echo alive;"
        + " kill -TERM $pid; wait $pid; echo $?",
      in: lab)
    #expect(kept == "alive\n130")
  }

  @Test
  func `what a run that was killed left behind is removed by the next, even with nothing to do`()
    throws
  {
    let lab = try LabFixture()
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    try lab.write(Self.long, to: "experiments/long.yaml")
    _ = try shell(
      Self.begun + """
        "$0" run long --jobs 1 >/dev/null 2>&1 &
        await begun; children=$(pgrep -P $!); kill -KILL $!
        are_gone() { for child in $children; do ! grep . /proc/$child/cmdline 2>/dev/null || return; done; }
        await are_gone
        """, in: lab)
    #expect(!sessions(in: lab).isEmpty)
    #expect(
      try lab.labbook("run", "short", "--seed", "0").output == "Nothing to do: 2 runs are there.\n")
    #expect(sessions(in: lab) == [])
  }
}

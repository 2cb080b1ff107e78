import Foundation
import Testing

/// The program as `make install` leaves it, on a machine without Swift.
@Suite struct InstallationTests {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A lab with the program installed below `prefix`.
  private func installed() throws -> LabFixture {
    let lab = try LabFixture()
    let result = try lab.shell(
      """
      make --no-print-directory --directory '\(Self.package.path)' installed-files LABBOOK="$0" PREFIX="$PWD/prefix"
      """)
    try #require(result.code == 0, "\(result.errors)")
    return lab
  }

  @Test
  func `an installed program names no folder of the toolchain, and has its libraries beside it`()
    throws
  {
    let lab = try installed()
    let libraries = try lab.shell(
      "env -i PATH=/usr/bin:/bin ldd prefix/lib/labbook/labbook | grep -i swift")
    let lines = libraries.output.split(separator: "\n")
    #expect(lines.count > 5, "\(libraries.output)")
    for line in lines {
      #expect(line.contains("\(lab.folder.path)/prefix/"), "\(line)")
    }
    let version = try lab.shell("env -i PATH=/usr/bin:/bin prefix/bin/labbook --version")
    #expect(version.output.hasPrefix("labbook 0."), "\(version.errors)")
  }

  @Test func `an installed program runs its workers and finds its resources`() throws {
    let lab = try installed()
    let run = try lab.shell(
      """
      env -i PATH=/usr/bin:/bin HOME=$PWD prefix/bin/labbook run --arm PPO --seed 0 \
        && env -i PATH=/usr/bin:/bin HOME=$PWD prefix/bin/labbook init demo
      """)
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("short/PPO/0: done\n"))
  }

  @Test func `what an installed program submits has its libraries too`() throws {
    let lab = try installed()
    try lab.write("#!/bin/sh\necho 17\n", to: "bin/sbatch")
    let run = try lab.shell(
      """
      chmod +x bin/sbatch
      env -i PATH=$PWD/bin:/usr/bin:/bin HOME=$PWD prefix/bin/labbook run --arm PPO --seed 0 --on slurm
      env -i PATH=/usr/bin:/bin HOME=$PWD SLURM_ARRAY_TASK_ID=0 bash .labbook/submissions/*/job-0.sh
      """)
    #expect(run.code == 0, "\(run)")
    #expect(run.errors.contains("short/PPO/0: done\n"), "\(run)")
  }

  @Test func `each command has a page of the manual, and shells complete names of the lab`() throws
  {
    let lab = try installed()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let page = try lab.text(of: "prefix/share/man/man1/labbook-run.1")
    #expect(page.hasPrefix(".TH \"LABBOOK-RUN\" 1"))
    #expect(page.contains("\n.TP\n\\fB\\-\\-force\\fR\n"), "\(page)")
    #expect(try lab.text(of: "prefix/share/man/man1/labbook.1").contains("labbook\\-report"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: lab.folder.path + "/prefix/share/man/man1")
    #expect(names.count > 20 && !names.contains("labbook-worker.1"), "\(names)")
    func offered(_ words: String) throws -> [String] {
      // As bash asks, after the word `labbook`.
      try lab.shell(
        """
        source prefix/share/bash-completion/completions/labbook 2>/dev/null
        PATH="$PWD/prefix/bin:$PATH"
        COMP_WORDS=(labbook \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
        _labbook labbook "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf '%s\\n' "${COMPREPLY[@]}"
        """
      ).output.split(separator: "\n").map { $0.filter { $0 != " " } }
    }
    #expect(try offered("report 2026").contains("2026-W10"))
    #expect(try offered("run sh").contains("short"))
    #expect(try offered("run short --arm RL").contains("RLOO"))
    #expect(try offered("show short/P").contains("short/PPO/"))
  }
}

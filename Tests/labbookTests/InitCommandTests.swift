import Foundation
import Testing

/// New labs, and where the tools are found that their reports need.
@Suite struct InitCommandTests {
  @Test func `init makes a lab whose report is built by one command`() throws {
    let outer = try LabFixture()
    let made = try outer.labbook("init", "demo", "--week", "2026-W46")
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.output.contains("demo/reports/2026-W46/notebook.md\n"))
    let report = try outer.shell("cd demo && exec \"$0\" report")
    #expect(report.code == 0, "\(report.errors)")
    let page = try outer.text(of: "demo/reports/2026-W46/report.md")
    #expect(page.contains("**Claim 1 holds:** RLOO > REINFORCE"), "\(page)")
    #expect(page.contains("figures/fig-baselines.svg"))
    #expect(page.contains("Williams, R. J. (1992)"))
    #expect(try outer.shell("cd demo && exec \"$0\" validate").code == 0)
  }

  @Test func `a clone of a new lab renders its report without a change that git sees`() throws {
    let outer = try LabFixture()
    let result = try outer.shell(
      """
      set -e
      "$0" init demo --week 2026-W46 && cd demo && "$0" report > /dev/null
      git init -q . && git add -A 2> ../warnings
      git -c user.name=A -c user.email=a@b commit -qm first && git clone -q . ../clone && cd ../clone
      # Files of the same second would be read again whatever they are.
      touch -d '2 days ago' reports/*/figures/* && git status --porcelain
      "$0" report --rendered-only && git status --porcelain
      """)
    #expect(result.code == 0, "\(result.errors)")
    #expect(!result.output.contains("figures/fig-baselines.csv  (changed)"), "\(result.output)")
    #expect(result.output.contains("figures/fig-baselines.csv  (as before)"), "\(result.output)")
    #expect(!result.output.contains(" M "), "\(result.output)")
    #expect(try outer.text(of: "warnings") == "")
  }

  @Test func `a new lab has what git, editors and CI need`() throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("init", "demo", "--week", "2026-W46").code == 0)
    #expect(try lab.text(of: "demo/.gitignore").contains(".labbook/\n"))
    #expect(try lab.text(of: "demo/.gitattributes").contains("reports/** text eol=lf"))
    #expect(try lab.text(of: "demo/.github/workflows/report.yml").contains("labbook validate"))
    let settings = try JSONSerialization.jsonObject(
      with: Data(try lab.text(of: "demo/.vscode/settings.json").utf8))
    let schemas = try #require((settings as? [String: Any])?["yaml.schemas"] as? [String: String])
    let schema = try #require(schemas.keys.first)
    #expect(
      try lab.text(of: "demo/" + schema.dropFirst(2)) == lab.labbook("schema").output)
  }

  @Test func `init writes over nothing, and nothing if one file is there`() throws {
    let lab = try LabFixture()
    try lab.write("mine\n", to: "demo/.gitignore")
    let result = try lab.labbook("init", "demo")
    #expect(result.code == 1)
    #expect(result.errors == "error: demo/.gitignore is there already; nothing was written\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: lab.folder.path + "/demo") == [
        ".gitignore"
      ])
    #expect(try lab.text(of: "demo/.gitignore") == "mine\n")
    #expect(try lab.labbook("init", "demo", "--week", "2026-46").code == 64)
  }

  @Test func `an empty folder becomes a lab, and the week is the present one`() throws {
    let lab = try LabFixture()
    try FileManager.default.createDirectory(
      at: lab.folder.appending(path: "here"), withIntermediateDirectories: true)
    let result = try lab.shell("cd here && \"$0\" init . && exec \"$0\" plan")
    #expect(result.code == 0, "\(result.errors)")
    let weeks = try FileManager.default.contentsOfDirectory(
      atPath: lab.folder.path + "/here/reports")
    #expect(weeks.contains { $0.wholeMatch(of: #/20\d\d-W\d\d/#) != nil }, "\(weeks)")
  }

  @Test
  func `tools are found in the user's cache, where the program stands apart from its sources`()
    throws
  {
    let lab = try LabFixture()
    let result = try lab.shell(
      """
      mkdir apart && cp "$0" "$(dirname "$0")"/labbook_*.resources apart -r
      unset LABBOOK_TOOLS
      XDG_CACHE_HOME=$PWD/cache apart/labbook doctor
      XDG_CACHE_HOME=cache HOME=$PWD/home apart/labbook doctor
      true
      """)
    let places = result.output.matches(of: #/(/\S*)/labbook/tools-[0-9a-f]{12}/bin/python/#)
      .map { String($0.1) }
    let folder = lab.folder.path
    #expect(places == ["\(folder)/cache", "\(folder)/home/.cache"], "\(result.output)")
    #expect(result.errors.contains("'labbook doctor --install' installs it into \(folder)/cache/"))
  }

  @Test func `where the tools cannot be installed, doctor names the step and leaves nothing`()
    throws
  {
    let lab = try LabFixture()
    // A Python without venv, and no other program.
    try lab.write("#!/bin/sh\necho 'No module named venv' >&2\nexit 1\n", to: "bin/python3")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: lab.folder.path + "/bin/python3")
    let result = try lab.shell(
      "LABBOOK_TOOLS=$PWD/tools PATH=$PWD/bin:/usr/bin:/bin exec \"$0\" doctor --install")
    #expect(result.code == 1)
    #expect(
      result.errors.hasSuffix(
        "error: cannot make a Python environment: No module named venv; apt-get install python3-venv\n"
      ),
      "\(result.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: lab.folder.path).sorted()
        == ["bin", "err", "experiments", "out", "reports"])
  }

  @Test func `a report without tools names the command that installs them`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let result = try lab.shell("LABBOOK_TOOLS=/nonexistent exec \"$0\" report")
    #expect(result.code == 1)
    #expect(result.errors.contains("'labbook doctor --install' installs them"), "\(result.errors)")
  }
}

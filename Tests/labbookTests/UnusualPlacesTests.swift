import Foundation
import Testing

/// Labs, files and folders with names that are no plain words, and places that cannot be written to.
@Suite struct UnusualPlacesTests {
  @Test(arguments: ["a b%20c", "a%2Fb #1?", "Übung e\u{301}", "日本;&'50%", "-lab"])
  func `a lab may lie in a folder of any name`(name: String) throws {
    let outer = try LabFixture()
    let folder = outer.folder.appending(path: name, directoryHint: .isDirectory)
    // As for any program, what begins with a dash is an option.
    let place = "./\(name)"
    for (text, file) in [
      (LabFixture.spec, "experiments/short.yaml"),
      (LabFixture.notebook, "reports/2026-W10/notebook.md"),
    ] {
      try outer.write(text, to: "\(name)/\(file)")
    }
    for arguments in [
      ["report"], ["run", "short"], ["status"], ["validate"], ["rerun", "short", "--seed", "0"],
      ["diff", "2026-W10", "2026-W10"], ["new", "2026-W11"],
      ["export", "short/PPO/0", "--to", "\(place)/models/\(name)"],
    ] {
      let result = try outer.labbook(arguments + ["--lab", place])
      #expect(result.code == 0, "\(arguments): \(result.errors)")
    }
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "models").appending(path: name).path)
    #expect(names.sorted() == ["curves.csv", "key.txt", "weights.safetensors"])
    #expect(FileManager.default.fileExists(atPath: folder.path + "/reports/2026-W10/report.html"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/reports/2026-W11/notebook.md"))
    // Nothing was written beside the lab, under a name that was read in another way.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: outer.folder.path).sorted()
        == ["err", "experiments", name, "out", "reports"].sorted())
  }

  @Test(arguments: ["a%20b.yaml", "a b.yaml", "ä.yaml", "#.yaml"])
  func `a spec may extend a file of any name`(name: String) throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.spec, to: "experiments/shared/\(name)")
    try lab.write("extends: 'shared/\(name)'\n", to: "experiments/other.yaml")
    let plan = try lab.labbook("plan", "other")
    #expect(plan.code == 0, "\(plan.errors)")
    #expect(plan.output.hasSuffix("12 of 12 runs to execute, 7200 environment steps in all\n"))
  }

  @Test(arguments: ["", "/", "//tmp", "/./", "here"])
  func `whatever the temporary folder is called, no file in it is an address`(place: String) throws
  {
    let lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("see @tbl", with: "[@schulman2017proximal], see @tbl"),
      to: "reports/2026-W10/notebook.md")
    try lab.write(
      "@misc{schulman2017proximal, title={Proximal}, author={Schulman, John}, year={2017}}\n",
      to: "reports/references.bib")
    // Pandoc reads what begins with two slashes from the network.
    let result = try lab.shell("TMPDIR='\(place)' \"$0\" report")
    #expect(result.code == 0, "\(result.errors)")
  }

  // MARK: Export

  @Test(arguments: [
    ("file", "cannot write into file: it is there already and is no folder"),
    ("file/below", "cannot create the folder file/below: Not a directory"),
    ("/dev/full", "cannot write into /dev/full: it is there already and is no folder"),
    ("/proc/nothing", "cannot create the folder /proc/nothing: No such file or directory"),
    ("link", "cannot create the folder link: File exists"),
  ])
  func `a place that cannot be written to is one sentence`(place: String, words: String) throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("run", "--arm", "PPO", "--seed", "0").code == 0)
    try lab.write("mine", to: "file")
    try FileManager.default.createSymbolicLink(
      atPath: lab.folder.appending(path: "link").path, withDestinationPath: "nowhere")
    let result = try lab.labbook("export", "short/PPO/0", "--to", place)
    #expect(result.code == 1)
    #expect(result.errors == "error: \(words)\n")
    #expect(result.output == "")
    #expect(try lab.text(of: "file") == "mine")
  }

  @Test func `an export that does not fit leaves nothing behind`() throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("run", "--arm", "PPO", "--seed", "0").code == 0)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "ulimit -f 1; exec \"$0\" export short/PPO/0 --to model", try LabFixture.program.path,
    ]
    process.currentDirectoryURL = lab.folder
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
    #expect(words == "error: cannot write model/weights.safetensors: File too large\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: lab.folder.appending(path: "model").path)
        == [])
  }

  // MARK: Files that are none

  @Test func `a notebook or a lock that is no file, or too large, is one sentence`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let lock = lab.folder.appending(path: "reports/2026-W10/results.lock").path
    #expect(mkfifo(lock, 0o600) == 0)
    #expect(
      try lab.labbook("report").errors
        == "error: 'reports/2026-W10/results.lock' is not an ordinary file\n")
    try FileManager.default.removeItem(atPath: lock)
    #expect(FileManager.default.createFile(atPath: lock, contents: nil))
    #expect(truncate(lock, 5 << 30) == 0)
    #expect(
      try lab.labbook("report").errors
        == "error: 'reports/2026-W10/results.lock' cannot be read: it has more than 48 MB, the most that labbook reads of such a file\n"
    )
    try FileManager.default.removeItem(atPath: lock)
    let notebook = lab.folder.appending(path: "reports/2026-W10/notebook.md").path
    #expect(truncate(notebook, 17 << 20) == 0)
    #expect(
      try lab.labbook("report").errors
        == "error: 'reports/2026-W10/notebook.md' cannot be read: it has more than 128 KB, the most that labbook reads of such a file\n"
    )
  }
}

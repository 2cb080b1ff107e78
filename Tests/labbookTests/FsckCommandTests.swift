import Foundation
import Testing

/// `labbook fsck`: who needs what was damaged, and how to have it again.
@Suite struct FsckCommandTests {
  /// The paths of the records' folders, relative to the lab, sorted.
  private func records(_ lab: LabFixture) throws -> [String] {
    let store = lab.folder.appending(path: ".labbook/records")
    return try FileManager.default.subpathsOfDirectory(atPath: store.path)
      .filter { $0.split(separator: "/").count == 2 }.sorted().map { ".labbook/records/\($0)" }
  }

  @Test func `a damaged record is set aside, and the command shown executes it again`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let sound = try lab.labbook("fsck")
    #expect(sound.code == 0, "\(sound.errors)")
    #expect(sound.output == "12 records checked; all sound\n")

    let place = try #require(try records(lab).first)
    try lab.replace("\"duration\"", with: "\"duratiom\"", in: "\(place)/provenance.json")
    let dry = try lab.labbook("fsck", "--dry-run")
    #expect(dry.code == 1)
    #expect(try records(lab).contains(place))
    let lines = dry.output.split(separator: "\n")
    try #require(lines.count == 4, "\(dry.output)")
    #expect(lines[0].hasPrefix("damaged: run short/"))
    #expect(lines[0].hasSuffix("provenance.json does not match provenance.sha256"))
    #expect(lines[1] == "  needed by short, 2026-W10")
    #expect(lines[2].hasPrefix("to execute it again: labbook run short --arm "))
    #expect(lines[3] == "12 records checked; 1 damaged")

    let result = try lab.labbook("fsck")
    #expect(result.code == 1)
    #expect(result.output.contains("\n  moved to "), "\(result.output)")
    #expect(try !records(lab).contains(place))
    #expect(
      try lab.labbook("fsck").output
        == "11 records checked; all sound; 1 folder in quarantine before\n")
    let command = try #require(lines[2].split(separator: ": labbook ").last)
    let again = try lab.labbook(command.split(separator: " ").map(String.init))
    #expect(again.code == 0, "\(again.errors)")
    #expect(try records(lab).contains(place))
    #expect(try lab.labbook("fsck").output.hasPrefix("12 records checked; all sound"))
    let lock = try lab.text(of: "reports/2026-W10/results.lock")
    #expect(try lab.labbook("report").code == 0)
    #expect(try lab.text(of: "reports/2026-W10/results.lock") == lock)
  }

  @Test func `leftovers of dead processes are removed, but not by a look`() throws {
    let lab = try LabFixture()
    try lab.write("", to: ".labbook/temporary/session-dead/lock")
    #expect(try lab.labbook("fsck", "--dry-run").output == "0 records checked; all sound\n")
    #expect(
      try lab.labbook("fsck").output
        == "0 records checked; all sound; 1 leftover of a process removed\n")
  }
}

import Foundation
import Testing

/// The README's table of commands.
@Suite struct ReadmeCommandTests {
  @Test func `every command has a row in the README, with the options that the help has`() throws {
    let lab = try LabFixture()
    let readme = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `labbook ") }.map(String.init)
    let help = try lab.labbook("help").output
    let commands = help.split(separator: "\n").map(String.init)
      .drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { $0.hasPrefix("  ") }
      .compactMap { $0.wholeMatch(of: #/  ([a-z]+)(?:\s.*)?/#).map { String($0.1) } }
    #expect(commands.count > 15, "\(help)")
    for command in commands {
      let own = rows.filter {
        $0.hasPrefix("| `labbook \(command)`") || $0.hasPrefix("| `labbook \(command) ")
      }
      #expect(own.count == 1, "README.md has \(own.count) rows for 'labbook \(command)'")
      guard let row = own.first else { continue }
      let options = try lab.labbook("help", command).output
      for option in row.matches(of: /--[a-z-]+/) {
        #expect(options.contains(option.0), "'labbook \(command)' has no option \(option.0)")
      }
    }
    #expect(rows.count == commands.count)
  }
}

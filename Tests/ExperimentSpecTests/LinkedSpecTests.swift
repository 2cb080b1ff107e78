import ExperimentSpec
import Foundation
import Testing

/// Specs that somebody else may have written: nothing outside the lab is read.
@Suite struct LinkedSpecTests {
  private let lab: URL

  init() throws {
    lab = FileManager.default.temporaryDirectory.appending(path: "labbook-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    try FileManager.default.createDirectory(
      at: lab.appending(path: "lab/experiments/base"), withIntermediateDirectories: true)
    try write("question: Is it read?\n", to: "outside.yaml")
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: lab.appending(path: name))
  }

  private func messages(extending base: String) throws -> String {
    try write("extends: \(base)\n", to: "lab/experiments/e.yaml")
    defer { try? FileManager.default.removeItem(at: lab) }
    do throws(SpecError) {
      _ = try loadExperiment(
        at: "experiments/e.yaml", in: SpecFiles(lab: lab.appending(path: "lab")),
        vocabulary: .labbook)
      return ""
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    "../../outside.yaml", "base/../../../outside.yaml", "/etc/passwd", "\"\\0\"",
    "gone/../../../outside.yaml",
  ])
  func `a spec that lies outside is not extended`(base: String) throws {
    let messages = try messages(extending: base)
    #expect(messages.contains("experiments/e.yaml:1:10: error: extends "), "\(messages)")
    #expect(!messages.contains("Is it read?"))
  }

  @Test(arguments: ["link.yaml", "base/link.yaml", "linked/outside.yaml"])
  func `nor is one that a link leads to`(base: String) throws {
    let files = FileManager.default
    let outside = lab.appending(path: "outside.yaml").path
    for name in ["link.yaml", "base/link.yaml"] {
      try files.createSymbolicLink(
        atPath: lab.appending(path: "lab/experiments/\(name)").path, withDestinationPath: outside)
    }
    try files.createSymbolicLink(
      atPath: lab.appending(path: "lab/experiments/linked").path, withDestinationPath: "../..")
    #expect(
      try messages(extending: base).contains(
        "experiments/e.yaml:1:10: error: extends cannot be read: '\(base)': it leads out of the lab"
      ))
  }
}

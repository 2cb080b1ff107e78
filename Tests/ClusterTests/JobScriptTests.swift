import Cluster
import ExperimentSpec
import ExternalTrainers
import Foundation
import TestSupport
import Testing

/// The batch script, which is a pure function: its text stands in `Snapshots`.
@Suite struct JobScriptTests {
  private static func script(
    _ settings: ClusterSettings = ClusterSettings(), array: Int = 0,
    lab: String = "/home/a lab/it's"
  ) -> JobScript {
    JobScript(
      of: ClusterFixtures.submission(
        (0..<6).map { ClusterFixtures.run($0) }
          + (0..<3).map {
            ClusterFixtures.observed(
              $0, TrainerResources(gpus: 2, memory: 40_000_000_000, seconds: 7200))
          }, share: 2),
      array: array, settings, lab: lab, folder: "\(lab)/.labbook/submissions/3f2a",
      digest: String(repeating: "0a", count: 32), checkpointSeconds: 60)
  }

  private static var settings: ClusterSettings {
    var settings = ClusterSettings()
    settings.partition = "main"
    settings.account = "ab-123"
    settings.qos = "normal"
    settings.time = 5400
    settings.cpus = 4
    settings.memory = 8_000_000_000
    settings.modules = ["gcc/13.2", "openblas"]
    settings.container = "images/labbook.sif"
    settings.options = ["--constraint=avx512"]
    return settings
  }

  @Test func `the script of runs of the engine`() throws {
    try expectSnapshot(Self.script().text, named: "job.sh")
  }

  @Test func `the script of runs of a trainer, with every setting of a site`() throws {
    try expectSnapshot(Self.script(Self.settings, array: 1).text, named: "trainer-job.sh")
  }

  @Test func `both are scripts of bash`() throws {
    for script in [Self.script(), Self.script(Self.settings, array: 1)] {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-n"]
      let input = Pipe()
      process.standardInput = input
      try process.run()
      input.fileHandleForWriting.write(Data(script.text.utf8))
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test
  func `the limit is an hour at least, that of the site, or that of the trainer and its start`() {
    #expect(Self.script().limit == 3600)
    var script = Self.script()
    script.longest = 5000
    #expect(script.limit == 15_000)
    script.settings.cpus = 4
    #expect(script.limit == 3750)
    #expect(Self.script(array: 1).limit == 7200 + 600)
    #expect(Self.script(Self.settings, array: 1).limit == 5400)
  }

  @Test func `the warning comes early enough to stop, and not before half of a short limit`() {
    var script = Self.script()
    #expect(script.warning == 120)
    script.settings.time = 60
    #expect(script.warning == 10)
  }

  @Test func `a path that Slurm would take for a pattern is refused, one with spaces is not`() {
    #expect(Self.script().objection == nil)
    #expect(Self.script(lab: "/home/100%").objection?.contains("'%' in a path") == true)
    #expect(Self.script(lab: "/home/a\"b").objection != nil)
    #expect(Self.script(lab: "/home/a\nb").objection?.contains("a line break") == true)
  }
}

import Foundation
import Testing

/// The commands that submit runs, on a Slurm of three scripts; `Tests/Slurm` has a real one.
@Suite struct ClusterCommandTests {
  private let lab: LabFixture

  /// A lab of 4 runs with a `squeue` that prints the file `queue`, and fails without it.
  init() throws {
    lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 2", in: "experiments/short.yaml")
    try lab.write(
      "slurm: {share: 1s}\nprofiles: {big: {cpus: 8, partition: large}}\n", to: "labbook.yaml")
    try lab.write("#!/bin/sh\necho \"$@\" >> sbatch.calls\necho 17\n", to: "bin/sbatch")
    try lab.write("#!/bin/sh\ncat queue\n", to: "bin/squeue")
    try lab.write("#!/bin/sh\necho \"$@\" >> scancel.calls\n", to: "bin/scancel")
    try lab.write("", to: "queue")
    for name in ["sbatch", "squeue", "scancel"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: lab.folder.appending(path: "bin/\(name)").path)
    }
  }

  private func labbook(_ arguments: String) throws -> LabFixture.Result {
    try lab.shell("PATH=$PWD/bin:$PATH \"$0\" \(arguments)")
  }

  private func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: lab.folder.appending(path: folder).path))
      ?? []
  }

  private func submission() throws -> String {
    try #require(names(in: ".labbook/submissions").first)
  }

  @Test func `a file of runs is executed part by part, with what a local execution makes`() throws {
    let written = try labbook("run --to runs.json")
    #expect(written.output.contains("runs.json: 4 runs in 1 part;"), "\(written)")
    // The file holds all that its runs are; specs may be edited meanwhile.
    try lab.replace(
      "environment_steps: 600", with: "environment_steps: 900", in: "experiments/short.yaml")
    let part = try labbook("run --from runs.json --part 0")
    #expect(part.code == 0, "\(part)")
    try lab.replace(
      "environment_steps: 900", with: "environment_steps: 600", in: "experiments/short.yaml")
    let local = try labbook("run")
    #expect(local.output == "Nothing to do: 4 runs are there.\n")
    #expect(try labbook("run --from runs.json --part 0").code == 0)
    let other = try labbook("run --from runs.json --part 1")
    #expect(other.code == 64)
    #expect(other.errors.contains("there is no part 1 in runs.json; it has the parts 0 to 0"))
    let none = try labbook("run --from nothing.json --part 0")
    #expect(none.code == 1)
    #expect(none.errors.contains("nothing.json; 'labbook run --to"), "\(none)")
  }

  @Test func `runs are submitted once, and status tells of them by queue and store`() throws {
    let submitted = try labbook("run --on slurm")
    #expect(submitted.code == 0, "\(submitted)")
    #expect(submitted.output.contains("Submitted 4 runs in 1 part as job 17: submission "))
    let id = try submission()
    let folder = ".labbook/submissions/\(id)"
    #expect(
      try lab.text(of: "sbatch.calls").hasPrefix(
        "--parsable --job-name=labbook-\(id)-0 --array=0-0 /"))
    #expect(names(in: folder).contains("logs"))
    #expect(names(in: folder).contains { $0.hasPrefix("labbook-") })

    try lab.write("labbook-\(id)-0|0|PENDING|Priority\n", to: "queue")
    #expect(try labbook("status").output.contains("4 runs in 1 part: 4 waiting (Priority)"))
    let again = try labbook("run --on slurm")
    #expect(again.output.contains("4 runs are submitted already: submission \(id.prefix(8))."))
    #expect(names(in: ".labbook/submissions") == [id])

    // No answer is not an answer: nothing is lost, and nothing is submitted once more.
    try FileManager.default.removeItem(at: lab.folder.appending(path: "queue"))
    let silent = try labbook("status")
    #expect(silent.output.contains("4 not known"), "\(silent)")
    #expect(silent.output.contains("the cluster did not answer: 'squeue' said: cat: queue:"))
    let refused = try labbook("run --on slurm")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("error: nothing was submitted: 'squeue' said:"), "\(refused)")

    // What is stored is done, whatever the queue says; a failure is told with its reason.
    #expect(try labbook("run short --arm PPO").code == 0)
    try lab.write("labbook-\(id)-0|0|RUNNING|None\n", to: "queue")
    #expect(try labbook("status").output.contains("2 done, 2 running"))
    #expect(try labbook("run").code == 0)
    try lab.write("", to: "queue")
    #expect(try !labbook("status").output.contains("submission"))
    #expect(try labbook("run --on slurm").output == "4 runs are there.\n")
  }

  @Test func `a failed run is told in a sentence, with the last lines of its log`() throws {
    #expect(try labbook("run --on slurm").code == 0)
    let id = try submission()
    let key = try #require(
      try lab.text(of: ".labbook/submissions/\(id)/submission.json")
        .firstMatch(of: #/"name":"short\/PPO\/0","key":"([0-9a-f]{64})"/#)?.1)
    try lab.write(
      "its worker was ended by signal 9 (Killed)\n", to: ".labbook/submissions/\(id)/failed/\(key)")
    try lab.write("first\nsecond\n\nthe \u{1B}last\n", to: ".labbook/logs/\(key).log")
    let status = try labbook("status").output
    #expect(status.contains("1 failed, 3 not seen"), "\(status)")
    #expect(status.contains("  failed: short/PPO/0: its worker was ended by signal 9 (Killed)\n"))
    #expect(status.contains("      second\n"))
    #expect(status.contains("the  last") && !status.contains("\u{1B}"))
  }

  @Test func `a part that two looks do not find is lost, and is submitted again twice at most`()
    throws
  {
    try lab.write("#!/bin/sh\necho \"$@\" >> sbatch.calls\necho 17\n", to: "bin/sbatch")
    let result = try lab.shell(
      "PATH=$PWD/bin:$PATH LABBOOK_LOST_AFTER=0 \"$0\" run --on slurm --wait")
    #expect(result.code == 1, "\(result)")
    let calls = try lab.text(of: "sbatch.calls").split(separator: "\n")
    #expect(calls.count == 3, "\(calls)")
    #expect(calls.dropFirst().allSatisfy { $0.contains("--array=0 ") })
    #expect(
      result.errors.contains(
        "a part was neither in the store nor in the queue, and was submitted again"))
    #expect(
      result.errors.contains(
        "error: lost: part 0 with short/PPO/0 and 3 more is neither in the store nor in the queue, though it was "
          + "submitted again 2 times"), "\(result)")
  }

  @Test func `the script is printed and nothing is submitted`() throws {
    let result = try labbook("run --on big --dry-run")
    #expect(result.code == 0, "\(result)")
    #expect(result.output.hasPrefix("#!/bin/bash\n#SBATCH --job-name=labbook-"))
    #expect(result.output.contains("#SBATCH --partition=large\n"))
    #expect(result.output.contains("--jobs 8 --checkpoint-every 60 &"))
    #expect(names(in: ".labbook/submissions").isEmpty)
    #expect(names(in: "").contains("sbatch.calls") == false)
  }

  @Test func `what a cluster refuses leaves nothing behind`() throws {
    try lab.write(
      "#!/bin/sh\necho 'sbatch: error: Invalid account' >&2\nexit 1\n", to: "bin/sbatch")
    let result = try labbook("run --on slurm")
    #expect(result.code == 1)
    #expect(
      result.errors == "error: 'sbatch' said: Invalid account\n", "\(result)")
    #expect(names(in: ".labbook/submissions").isEmpty)
  }

  @Test(arguments: ["", "hello world\\n", "\\033[31m4711\\033[0m\\n"])
  func `a submission without a number is told, and kept as the cluster may have it`(
    said: String
  ) throws {
    try lab.write("#!/bin/sh\nprintf '\(said)'\n", to: "bin/sbatch")
    let result = try labbook("run --on slurm")
    #expect(result.code == 1)
    #expect(
      result.errors.hasPrefix("error: 'sbatch' has ended well, but named no number of a job"),
      "\(result)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(!result.errors.contains("\u{1B}"))
    let id = try submission()
    #expect(try labbook("cancel").output == "Nothing to cancel: nothing waits or runs.\n")
    // By its name, one that nobody executes is forgotten.
    #expect(
      try labbook("cancel \(id.prefix(8))").output == "submission \(id.prefix(8)): cancelled\n")
    #expect(try !labbook("status").output.contains("submission"))
  }

  @Test func `the number of a job is found among a site's words`() throws {
    try lab.write(
      "#!/bin/sh\necho Welcome 5\necho '17;here'\necho Your quota is 3\n", to: "bin/sbatch")
    let result = try labbook("run --on slurm")
    #expect(result.output.contains("as job 17: submission"), "\(result)")
  }

  @Test func `runs that are all there take away what their submission has left`() throws {
    #expect(try labbook("run --on slurm").code == 0)
    #expect(try labbook("run").code == 0)
    #expect(try labbook("run --on slurm").output == "4 runs are there.\n")
    #expect(names(in: ".labbook/submissions").isEmpty)
  }

  @Test(arguments: ["experiments", "reports", "reports/store"])
  func `a store does not lie where a lab's own files are`(folder: String) throws {
    try lab.write("store: \(folder)\n", to: "labbook.yaml")
    let result = try labbook("run")
    #expect(result.code == 1)
    #expect(result.errors.contains("is for other things"), "\(result)")
  }

  @Test func `what is submitted is cancelled by the names of its jobs`() throws {
    #expect(try labbook("cancel").output == "Nothing to cancel: nothing waits or runs.\n")
    #expect(try labbook("run --on slurm").code == 0)
    let id = try submission()
    try lab.write("labbook-\(id)-0|0|RUNNING|None\n", to: "queue")
    #expect(try labbook("cancel ffffffff").code == 64)
    let result = try labbook("cancel \(id.prefix(8))")
    #expect(result.output == "submission \(id.prefix(8)): cancelled\n", "\(result)")
    #expect(try lab.text(of: "scancel.calls") == "--name=labbook-\(id)-0\n")
    #expect(try labbook("status").output.contains(", cancelled"))
    try lab.write("", to: "queue")
    #expect(try !labbook("status").output.contains("submission"))
  }

  @Test(arguments: [
    ("run --on moon", "there is no place 'moon'"), ("run --on larg", "there is no place 'larg'"),
    ("run --wait", "--wait is for runs on a cluster"),
    ("report --dry-run", "--dry-run is for runs on a cluster"),
    ("run --on slurm --jobs 2", "--jobs is for runs on this machine"),
    ("run --on slurm --force", "--force is for runs on this machine"),
    ("run --part 1", "are given together"), ("run short --from f --part 1", "give --part alone"),
    ("run --on slurm --wait --dry-run", "not both"),
  ])
  func `what makes no sense is one sentence`(arguments: String, words: String) throws {
    let result = try labbook(arguments)
    #expect(result.code == 64, "\(result)")
    #expect(result.errors.contains(words), "\(result)")
  }

  @Test func `mistakes in labbook yaml are told where they stand, by validate too`() throws {
    try lab.write("slurm: {partitoin: a}\n", to: "labbook.yaml")
    for command in ["validate", "run --on slurm"] {
      let result = try labbook(command)
      #expect(result.code == 1)
      #expect(
        result.errors.contains(
          "labbook.yaml:1:9: error: slurm.partitoin is not a known key; did you mean 'partition'?"),
        "\(result)")
    }
  }
}

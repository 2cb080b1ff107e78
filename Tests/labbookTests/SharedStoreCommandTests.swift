import Foundation
import ResultStore
import Testing

/// `labbook push`, `pull` and `report --pull`, by the real rclone, with a folder as the remote.
@Suite struct SharedStoreCommandTests {
  /// A lab whose week is built, with its remote beside it.
  private let lab: LabFixture
  private let remote: String

  init() throws {
    lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 2", in: "experiments/short.yaml")
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    remote = lab.folder.path + "/remote"
  }

  /// Another person's copy of the lab, without a store.
  private func copy(of lab: LabFixture) throws -> LabFixture {
    let copy = try LabFixture()
    for name in ["experiments", "reports"] {
      try FileManager.default.removeItem(at: copy.folder.appending(path: name))
      try FileManager.default.copyItem(
        at: lab.folder.appending(path: name), to: copy.folder.appending(path: name))
    }
    return copy
  }

  private func objects() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: remote).filter { $0.hasSuffix(".tar") }
      .sorted().map { "\(remote)/\($0)" }
  }

  /// Changes one byte of a file.
  private func damage(_ path: String) throws {
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path))
  }

  private func succeed(_ lab: LabFixture, _ words: String...) throws -> String {
    let result = try lab.labbook(words)
    try #require(result.code == 0, "\(words): \(result.output)\(result.errors)")
    return result.output
  }

  @Test(arguments: [".labbook/records", "./.labbook", "experiments/", "./reports/2026-W10"])
  func `nothing is pushed into the folders that labbook reads as a lab's own`(place: String) throws
  {
    let result = try lab.shell("\"$0\" push \(place)")
    #expect(result.code == 1)
    #expect(result.errors.contains(" is in this lab's own "), "\(result)")
  }

  @Test func `an rclone that does not work is told as such`() throws {
    try lab.write("#!/bin/sh\nexit 1\n", to: "bin/rclone")
    let result = try lab.shell(
      "chmod +x bin/rclone; PATH=$PWD/bin:$PATH \"$0\" push '\(remote)'")
    #expect(result.code == 1)
    #expect(result.errors.contains("bin/rclone version' fails"), "\(result)")
  }

  @Test func `a second lab renders the week without a run, and what is damaged is executed`() throws
  {
    _ = try succeed(lab, "report")
    #expect(try succeed(lab, "push", remote).contains("4 of 4 records pushed"))
    #expect(
      try succeed(lab, "push", remote).contains("0 of 4 records pushed (0 bytes), 4 were there"))
    let objects = try objects()
    try #require(objects.count == 4)

    let second = try copy(of: lab)
    #expect(try succeed(second, "pull", remote).hasSuffix("4 pulled, 0 here already\n"))
    #expect(try succeed(second, "plan") == "0 of 4 runs to execute\n")
    let report = try second.labbook("report")
    #expect(report.code == 0 && !report.errors.contains("done"), "\(report.errors)")
    for name in ["results.lock", "report.md"] {
      let path = "reports/2026-W10/\(name)"
      #expect(try second.text(of: path) == lab.text(of: path))
    }
    #expect(try succeed(second, "fsck").hasPrefix("4 records checked; all sound"))

    // One object with another byte, one that is gone: both runs are executed, with the same results.
    try damage(objects[0])
    try FileManager.default.removeItem(atPath: objects[1])
    let third = try copy(of: lab)
    let pulled = try third.labbook("report", "--pull", "--remote", remote)
    #expect(pulled.code == 0, "\(pulled.errors)")
    #expect(pulled.errors.contains("was altered: its "), "\(pulled.errors)")
    #expect(pulled.errors.contains("warning: the remote has no record of short/"))
    #expect(
      pulled.errors.contains("2 pulled, 0 here already, 1 not to be had, 1 not sound"),
      "\(pulled.errors)")
    #expect(pulled.errors.contains("2 done, 2 already there"), "\(pulled.errors)")
    #expect(
      try third.text(of: "reports/2026-W10/results.lock")
        == lab.text(of: "reports/2026-W10/results.lock"))
    // A person who only pulls is told, and it is no success.
    let fourth = try copy(of: lab)
    #expect(try fourth.labbook("pull", remote).code == 1)
    // What a store has is not overwritten, and what is gone comes back.
    #expect(try succeed(third, "push", remote).contains("1 of 4 records pushed"))
    #expect(
      try fourth.labbook("pull", remote).output.contains("1 pulled, 2 here already, 1 not sound"))
  }

  @Test func `nothing is pushed with a key that does not sign`() throws {
    _ = try succeed(lab, "run", "short", "--arm", "PPO")
    try lab.write("no key\n", to: "text")
    for key in ["text", "nowhere", "experiments"] {
      let path = "\(lab.folder.path)/\(key)"
      let result = try lab.labbook("push", remote, "--sign", path)
      #expect(
        result.code == 1
          && result.errors.hasPrefix("error: ssh-keygen does not sign with \(path): "))
      #expect(!FileManager.default.fileExists(atPath: remote), "\(key): \(result.output)")
    }
  }

  @Test func `remotes have names in labbook.yaml, and a wrong one is one sentence`() throws {
    func error(_ words: String...) throws -> String {
      let result = try lab.labbook(words)
      #expect(result.code != 0)
      return result.errors
    }
    #expect(try error("push").hasPrefix("error: name the remote: a folder such as"))
    try lab.write("remotes: {group: remote, other: 'group:x'}\n", to: "labbook.yaml")
    #expect(try error("pull") == "error: name one of the remotes of labbook.yaml: group, other\n")
    #expect(
      try error("pull", "gruop").contains("did you mean 'group'?; a folder is written ./gruop"))
    try lab.write(
      "remotes: {group: \":sftp,ssh='touch \(lab.folder.path)/mark':x\"}\n", to: "labbook.yaml")
    #expect(try error("push").contains("is no plain address of rclone"))
    #expect(try error("push", "none-of-mine:x").contains("rclone says: "))
    #expect(!FileManager.default.fileExists(atPath: lab.folder.path + "/mark"))
    try lab.write(
      "remotes: {group: remote}\nstore: ../\(lab.folder.lastPathComponent)/records of two\n",
      to: "labbook.yaml")
    _ = try succeed(lab, "run", "short", "--arm", "PPO")
    #expect(
      try succeed(lab, "push")
        == "\(remote): 2 of 2 records pushed (\(try size()) KB), 0 were there\n")
    #expect(FileManager.default.fileExists(atPath: lab.folder.path + "/records of two/records"))
    #expect(!FileManager.default.fileExists(atPath: lab.folder.path + "/.labbook/records"))
    let bare = try lab.shell("PATH=/nowhere \"$0\" push")
    #expect(bare.code == 1 && bare.errors.contains("apt-get install rclone"), "\(bare.errors)")
  }

  private func size() throws -> Int {
    try objects().reduce(0) {
      $0 + (try FileManager.default.attributesOfItem(atPath: $1)[.size] as? Int ?? 0)
    } / 1024
  }

  @Test func `runs that no lock names are pulled by a signed manifest`() throws {
    func shell(_ script: String, _ lab: LabFixture) throws {
      let result = try lab.shell(script)
      try #require(result.code == 0, "\(result.errors)")
    }
    _ = try succeed(lab, "run")
    try shell(
      "for name in anna bert; do ssh-keygen -q -t ed25519 -N '' -C $name -f $name; done", lab)
    let unsigned = try copy(of: lab)
    #expect(try succeed(lab, "push", remote, "--experiment", "short").contains("4 of 4"))
    let nobody = try unsigned.labbook("pull", remote, "--experiment", "short")
    #expect(nobody.code == 1)
    #expect(
      nobody.errors.contains("no manifest that is believed vouches for, a record of short/PPO/0"))

    let pushed = try lab.labbook("push", remote, "--sign", "\(lab.folder.path)/anna")
    #expect(pushed.code == 0 && pushed.output.contains("signed a manifest of 4 records\n"))
    #expect(pushed.errors.contains("does not name this key"), "\(pushed.errors)")
    let strict = try unsigned.labbook("pull", remote, "--experiment", "short")
    #expect(strict.code == 1 && strict.errors.contains("has no file allowed_signers"))

    let key = try lab.text(of: "anna.pub")
    try unsigned.write("bert@lab \(try lab.text(of: "bert.pub"))", to: "allowed_signers")
    let stranger = try unsigned.labbook("pull", remote, "--experiment", "short")
    #expect(
      stranger.code == 1
        && stranger.errors.contains("is signed by nobody whom allowed_signers names"))
    try unsigned.write("anna@lab namespaces=\"labbook\" \(key)", to: "allowed_signers")
    #expect(
      try succeed(unsigned, "pull", remote, "--experiment", "short").hasSuffix(
        "4 pulled, 0 here already\n"))

    // A week without a lock is pulled by its notebook; what is signed is not signed again.
    let week = try copy(of: lab)
    try week.write("anna@lab \(key)", to: "allowed_signers")
    #expect(
      try succeed(week, "pull", remote, "--week", "2026-W10").hasSuffix(
        "4 pulled, 0 here already\n"))
    #expect(
      try succeed(week, "push", remote, "--sign", "\(lab.folder.path)/anna").contains(
        "in signed manifests already"))
    let manifest = try #require(
      try FileManager.default.contentsOfDirectory(atPath: remote + "/manifests").first)
    try damage("\(remote)/manifests/\(manifest)")
    let altered = try copy(of: lab)
    try altered.write("anna@lab \(key)", to: "allowed_signers")
    let refused = try altered.labbook("pull", remote, "--experiment", "short")
    #expect(
      refused.code == 1
        && refused.errors.contains("was altered: it is not the manifest that its name says"))
  }

  @Test func `two results under one key are a conflict`() throws {
    _ = try succeed(lab, "run", "short", "--arm", "PPO", "--seed", "0")
    let second = try copy(of: lab)
    _ = try succeed(lab, "push", remote)
    // Another machine has another result, under a lock that names it.
    _ = try succeed(lab, "report")
    let locked = try copy(of: lab)
    let store = ResultStore(root: locked.folder.appending(path: ".labbook"))
    let own = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let key = try #require(
      try own.keys().first {
        try own.preimage(for: $0)?.fields["seed"] == "0"
          && own.preimage(for: $0)?.fields["algorithm"] == "ppo"
      })
    var record = try #require(try own.record(for: key))
    record.metrics["evaluation_return"] = 1
    let preimage = try #require(try own.preimage(for: key))
    _ = try store.store(record, for: preimage, provenance: nil)
    let result = try locked.labbook("pull", remote, "--week", "2026-W10")
    #expect(result.code == 1)
    #expect(
      result.errors.contains(
        "short/PPO/0: the record of the remote differs from the one here in metric.evaluation_return"
      ), "\(result.errors)")
    #expect(try store.conflicts().map(\.key) == [key])
    #expect(try locked.labbook("report").code == 1)
    withExtendedLifetime(second) {}
  }
}

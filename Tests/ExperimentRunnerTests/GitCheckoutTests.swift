import ExperimentRunner
import ExternalTrainers
import Foundation
import Testing

/// A git repository that somebody else may have made: nothing in it is run.
@Suite struct GitCheckoutTests {
  let folder: TemporaryFolder
  /// A file that every trap in the repository would leave.
  private let mark: String

  init() throws {
    folder = try TemporaryFolder()
    mark = folder.url.appending(path: "mark").path
    try folder.write("one\n", to: "lab/a.txt")
    try folder.write("two\n", to: "lab/reports/b.txt")
    try git("init", "--quiet", "--initial-branch=main", ".")
    try git("add", ".")
    try git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "first")
  }

  private var lab: String { folder.url.appending(path: "lab").path }

  @discardableResult
  private func git(_ arguments: String..., in place: String? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", place ?? lab] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "git \(arguments)")
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func head(in place: String? = nil) throws -> String {
    try git("rev-parse", "HEAD", in: place)
  }

  @Test func `the commit is told, with what differs from it`() throws {
    let commit = try head()
    #expect(GitCheckout(holding: lab)?.description == commit)
    #expect(GitCheckout(holding: lab + "/reports")?.description == commit)
    try folder.write("new\n", to: "lab/untracked.txt")
    #expect(GitCheckout(holding: lab)?.description == commit)
    // The same words at another time are no difference.
    try folder.write("one\n", to: "lab/a.txt")
    #expect(GitCheckout(holding: lab)?.description == commit)
    try folder.write("other\n", to: "lab/reports/b.txt")
    #expect(GitCheckout(holding: lab)?.description == commit + "-modified")
  }

  @Test func `a commit is found in packed references, detached, and in a linked worktree`() throws {
    let commit = try head()
    try git("pack-refs", "--all")
    #expect(GitCheckout(holding: lab)?.description == commit)
    let tree = folder.url.appending(path: "tree").path
    try git("worktree", "add", "--quiet", "-b", "other", tree)
    #expect(GitCheckout(holding: tree)?.description == commit)
    try folder.write("x", to: "tree/a.txt")
    #expect(GitCheckout(holding: tree)?.description == commit + "-modified")
    try git("checkout", "--quiet", "--detach")
    #expect(GitCheckout(holding: lab)?.description == commit)
  }

  @Test func `without a repository or a commit there is none`() throws {
    try folder.makeFolder("bare")
    #expect(GitCheckout(holding: folder.url.appending(path: "bare").path) == nil)
    try folder.makeFolder("fresh")
    try git("init", "--quiet", ".", in: folder.url.appending(path: "fresh").path)
    #expect(GitCheckout(holding: folder.url.appending(path: "fresh").path) == nil)
  }

  @Test func `nothing that the repository's configuration names is run`() throws {
    let commit = try head()
    let trap = folder.url.appending(path: "trap").path
    try folder.write("#!/bin/sh\ntouch '\(mark)'\ncat\n", to: "trap")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: trap)
    try folder.write(
      """
      [core]
        repositoryformatversion = 1
        fsmonitor = \(trap)
        hooksPath = \(folder.url.path)/hooks
        sshCommand = \(trap)
        pager = \(trap)
        alternateRefsCommand = \(trap)
        attributesFile = \(folder.url.path)/attributes
        untrackedCache = true
        splitIndex = true
      [diff]
        external = \(trap)
      [diff "evil"]
        command = \(trap)
        textconv = \(trap)
      [filter "evil"]
        clean = \(trap)
        smudge = \(trap)
        process = \(trap)
        required = true
      [extensions]
        partialClone = origin
      [remote "origin"]
        url = ext::\(trap)
        promisor = true
      [protocol "ext"]
        allow = always
      [include]
        path = \(folder.url.path)/included

      """, to: "lab/.git/config")
    try folder.write("[core]\n  fsmonitor = \(trap)\n", to: "included")
    try folder.write("* filter=evil diff=evil\n", to: "attributes")
    try folder.write("* filter=evil diff=evil\n", to: "lab/.git/info/attributes")
    try folder.write("* filter=evil diff=evil\n", to: "lab/.gitattributes")
    for hook in ["post-index-change", "fsmonitor-watchman", "reference-transaction"] {
      for place in ["hooks", "lab/.git/hooks"] {
        try folder.write("#!/bin/sh\ntouch '\(mark)'\n", to: "\(place)/\(hook)")
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755],
          ofItemAtPath: folder.url.appending(path: "\(place)/\(hook)").path)
      }
    }
    // Files whose times differ from the index have to be read, through filters if there were any.
    try folder.write("one\n", to: "lab/a.txt")
    #expect(GitCheckout(holding: lab)?.description == commit)
    try folder.write("three\n", to: "lab/a.txt")
    #expect(GitCheckout(holding: lab)?.description == commit + "-modified")
    let versions = try GitVersions(ofFilesCalled: "b.txt", in: "reports", ofLab: lab)
    #expect(versions?.versions.map(\.content) == [Array("two\n".utf8)])
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test func `objects that are missing are not fetched`() throws {
    let commit = try head()
    try FileManager.default.removeItem(atPath: lab + "/.git/objects")
    try folder.makeFolder("lab/.git/objects")
    #expect(GitCheckout(holding: lab)?.description == commit + "-unchecked")
  }
}

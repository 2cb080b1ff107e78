import ExternalTrainers
import Foundation
import Testing

/// The versions of files at the tips of all references of a repository.
@Suite struct GitVersionsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func shell(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging([
      "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a",
      "GIT_COMMITTER_EMAIL": "a@b.c", "GIT_CONFIG_GLOBAL": "/dev/null",
    ]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script)")
  }

  private func versions(of lab: String) throws -> [String: String]? {
    let path = folder.url.appending(path: lab).path
    return try GitVersions(ofFilesCalled: "x.lock", in: "reports", ofLab: path).map { found in
      Dictionary(
        found.versions.map { ($0.name, String(decoding: $0.content, as: UTF8.self)) }
      ) { first, _ in first }
    }
  }

  @Test func `branches, tags, the stash and detached heads count, each content once`() throws {
    try shell(
      """
      git init --quiet --initial-branch=main .
      mkdir -p lab/reports/one lab/reports/two reports/one
      echo 1 > lab/reports/one/x.lock; echo 2 > lab/reports/two/x.lock
      echo other > lab/reports/one/y.lock; echo outside > reports/one/x.lock
      git add . && git commit --quiet -m first && git pack-refs --all
      git checkout --quiet -b branch && echo 3 > lab/reports/one/x.lock && git commit --quiet -am second
      echo 4 > lab/reports/one/x.lock && git commit --quiet -am third && git tag -m words kept
      git reset --quiet --hard HEAD~1
      echo 5 > lab/reports/one/x.lock && git stash --quiet
      git checkout --quiet main
      git worktree add --quiet --detach ../\(folder.url.lastPathComponent)/tree
      cd tree && echo 6 > lab/reports/two/x.lock && git commit --quiet -am detached && cd ..
      git tag text "$(echo words | git hash-object -w --stdin)"
      echo 7 > lab/reports/one/x.lock
      """)
    for lab in ["lab", "tree/lab"] {
      let found = try #require(try versions(of: lab))
      #expect(Set(found.values) == ["1\n", "2\n", "3\n", "4\n", "5\n", "6\n"], "\(found)")
      #expect(found["refs/heads/branch:lab/reports/two/x.lock"] == "2\n")
    }
    let outer = try #require(try versions(of: ""))
    #expect(Array(outer.values) == ["outside\n"])
  }

  @Test func `without a repository there are none, and what git cannot read is an error`() throws {
    try folder.makeFolder("lab/reports")
    #expect(try versions(of: "lab") == nil)
    try shell("cd lab && git init --quiet .")
    #expect(try versions(of: "lab")?.isEmpty == true)
    try shell(
      "cd lab && mkdir reports/one && echo 1 > reports/one/x.lock && git add . && git commit --quiet -m first"
    )
    #expect(try versions(of: "lab")?.values.first == "1\n")
    try shell(
      "cd lab && rm -f .git/objects/$(git rev-parse HEAD:reports/one/x.lock | sed 's,..,&/,')")
    #expect { try versions(of: "lab") } throws: { error in
      (error as? InputProblem)?.words.contains(
        "reports/one/x.lock that git does not read") == true
    }
  }
}

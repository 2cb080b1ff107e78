import ExternalTrainers
import Foundation
import ResultStore
import Testing

/// What of a checkout is not as its commit, in real repositories.
@Suite struct GitChangesTests {
  let folder: TemporaryFolder
  private let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: URL(filePath: "\(folder.path)/.labbook", directoryHint: .isDirectory))
  }

  /// What a new command would find of the repository.
  private func state(_ path: String = "code") -> InputState {
    InputStates(lab: folder.path, store: store).state(of: .git(path))
  }

  private func shell(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
      "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script)")
  }

  /// Makes a repository with one file that is committed.
  private func makeRepository(_ path: String) throws {
    try shell(
      """
      git init --quiet --initial-branch=main \(path); cd \(path)
      echo one > a.py; git add .; git commit --quiet -m first
      """)
  }

  @Test func `what changes in a submodule changes the state, committed there or not`() throws {
    try makeRepository("library")
    try makeRepository("code")
    try shell(
      """
      cd code; git -c protocol.file.allow=always submodule --quiet add ../library parts/library
      git commit --quiet -m submodule
      """)
    let clean = state()
    #expect(clean.problem == nil && clean.fields.keys.sorted() == ["commit"])
    try shell("echo two >> code/parts/library/a.py")
    let edited = state()
    let patch = String(decoding: try #require(edited.text).bytes, as: UTF8.self)
    #expect(patch.contains("+++ b/parts/library/a.py\n") && patch.contains("\n+two\n"), "\(patch)")
    try shell("cd code/parts/library; git commit --quiet -am second")
    let committed = state()
    #expect(
      committed.text.map { String(decoding: $0.bytes, as: UTF8.self) }?
        .contains("+Subproject commit") == true)
    #expect(Set([clean.fields, edited.fields, committed.fields]).count == 3)
    // A submodule that is not checked out is another state, since its files are not there.
    try shell("cd code; git submodule --quiet deinit --force parts/library")
    #expect(state().fields["absent"] == #"["parts/library"]"#)
  }

  @Test func `a repository within another counts, though git does not know it`() throws {
    try makeRepository("code")
    let before = state()
    try makeRepository("code/inner")
    let after = state()
    try shell("echo two >> code/inner/a.py")
    let edited = state()
    #expect(Set([before.fields, after.fields, edited.fields]).count == 3)
    #expect(after.problem == nil && edited.problem == nil)
    try shell("rm -r code/inner; git init --quiet code/inner; echo 1 > code/inner/b.py")
    #expect(
      state().problem?.hasPrefix("'code' cannot be compared with its commit; git says: ") == true)
  }

  @Test(arguments: ["--assume-unchanged", "--skip-worktree"])
  func `a file that git is told not to look at is looked at`(mark: String) throws {
    try makeRepository("code")
    let clean = state()
    try shell("cd code; git update-index \(mark) a.py")
    #expect(state() == clean)
    try shell("echo two >> code/a.py")
    let changed = state()
    #expect(changed.problem == nil)
    #expect(
      changed.text.map { String(decoding: $0.bytes, as: UTF8.self) }?.contains("\n+two\n") == true)
  }

  @Test func `a lost index is no loss, and lost objects are told in git's words`() throws {
    try makeRepository("code")
    let clean = state()
    try shell("rm code/.git/index")
    #expect(state() == clean)
    try shell("rm -r code/.git/objects/??; echo two > code/a.py")
    let problem = try #require(state().problem)
    #expect(
      problem.hasPrefix("'code' cannot be compared with its commit; git says: "), "\(problem)")
  }

  @Test func `what is no checkout is told as what it is`() throws {
    try makeRepository("code")
    try shell(
      "mkdir code/part; git init --quiet --bare bare; git init --quiet empty; mkdir plain")
    #expect(
      state("code/part").problem
        == "'code/part' lies within the git repository 'code'; name that one, or write {folder: …} for this part of it"
    )
    #expect(
      state("bare").problem
        == "'bare' is a bare git repository, which has no files; name a checkout of it")
    #expect(
      state("empty").problem == "'empty' is a git repository without a commit that can be read")
    #expect(state("plain").problem == "'plain' is no git repository with a commit in it")
  }

  /// The patch of a state as text; empty if there is none.
  private func patch(_ state: InputState) -> String {
    state.text.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  @Test func `a file that is written in the second of its commit is read`() throws {
    try makeRepository("code")
    // Git compares times by the second: what follows has most of one.
    let now = Date().timeIntervalSince1970
    Thread.sleep(forTimeInterval: 1.02 - (now - now.rounded(.down)))
    try shell(
      "cd code; printf 5 > a.py; git commit --quiet -am second; printf 7 > a.py; sleep 1.1")
    #expect(patch(state()).contains("\n+7\n"))
  }

  @Test(arguments: [
    ("*.csv text", #"printf 'a\r\nb\n' > d.csv"#, "+a\r\n"),
    ("*.csv ident", #"printf '$Id: other $\nb\n' > d.csv"#, "+$Id: other $\n"),
  ])
  func `the bytes of a file count, whatever attributes leave out of a comparison`(
    attribute: String, edit: String, line: String
  ) throws {
    try makeRepository("code")
    let content = attribute.hasSuffix("ident") ? #"$Id$\nb\n"# : #"a\nb\n"#
    try shell(
      """
      cd code; printf '\(content)' > d.csv; git add .; git commit --quiet -m second
      echo '\(attribute)' > .gitattributes; git add .; git commit --quiet -m third
      """)
    let clean = state()
    #expect(clean.fields.keys.sorted() == ["commit"])
    try shell("cd code; \(edit); git add d.csv; git status; git diff --quiet HEAD")
    let edited = state()
    #expect(edited.fields["changes"] != nil && patch(edited).contains(line), "\(patch(edited))")
  }

  @Test func `a file of Git LFS is its commit's as long as it is what its pointer says`() throws {
    try makeRepository("code")
    // The filter of Git LFS in a few words: what is stored elsewhere is here in a file beside the repository.
    try shell(
      """
      cat > clean <<'END'
      #!/bin/sh
      cat > "$0.stored"; printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n' \
        $(sha256sum < "$0.stored" | cut -c 1-64) $(wc -c < "$0.stored")
      END
      chmod +x clean; cd code; git config filter.lfs.clean "$PWD/../clean"
      echo '*.bin filter=lfs -text' > .gitattributes
      seq 1 1000 > w.bin; git add .; git commit --quiet -m second
      """)
    let clean = state()
    #expect(clean.fields.keys.sorted() == ["commit"], "\(patch(clean))")
    try shell("touch code/w.bin")
    #expect(state() == clean)
    try shell("seq 1 1001 > code/w.bin")
    #expect(state().fields["changes"] != nil)
  }

  @Test func `what a link leads to outside of the checkout counts`() throws {
    try makeRepository("code")
    try folder.write("1", to: "outside/data.txt")
    try folder.write("1", to: "outside.txt")
    try shell(
      """
      cd code; ln -s ../outside all; ln -s ../outside.txt one; ln -s a.py own; ln -s nowhere none
      git add .; git commit --quiet -m links
      """)
    let before = state()
    #expect(before.fields.keys.sorted() == ["commit", "links"] && before.problem == nil)
    try folder.write("2", to: "outside/data.txt")
    let folderChanged = state()
    try folder.write("2", to: "outside.txt")
    #expect(Set([before.fields, folderChanged.fields, state().fields]).count == 3)
  }
}

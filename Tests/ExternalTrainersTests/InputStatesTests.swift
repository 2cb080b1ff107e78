import ExternalTrainers
import Foundation
import Glibc
import ResultStore
import Testing

@Suite struct InputStatesTests {
  let folder: TemporaryFolder
  private let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: URL(filePath: "\(folder.path)/.labbook", directoryHint: .isDirectory))
  }

  /// What a new command would find.
  private var states: InputStates { InputStates(lab: folder.path, store: store) }

  @Test("A file's state is the digest of its bytes, wherever it lies")
  func file() throws {
    try folder.write("abc", to: "data.txt")
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(states.state(of: .file("data.txt")).fields == ["file": digest])
    #expect(states.state(of: .file("\(folder.path)/data.txt")).fields == ["file": digest])
  }

  @Test("What is not there has a state that no run can be executed on")
  func absent() throws {
    try folder.write("abc", to: "a/b.txt")
    for (input, problem) in [
      (TrainerInput.file("nothing"), "'nothing' is not there"),
      (.file("a"), "'a' is a folder, and a file is expected"),
      (.folder("a/b.txt"), "'a/b.txt' is a file, and a folder is expected"),
      (.git("a"), "'a' is no git repository with a commit in it"),
    ] {
      let state = states.state(of: input)
      #expect(state.fields == [input.kind: "absent"])
      #expect(state.problem == problem)
    }
    #expect(InputStates().state(of: .file("a/b.txt")).problem != nil)
  }

  @Test(
    "A folder's state follows from names, bytes and the right to execute, and not from what programs leave there"
  )
  func folderDigest() throws {
    func digest() -> String? { states.state(of: .folder("code")).fields["folder"] }
    try folder.write("a", to: "code/x/a.py")
    try folder.write("b", to: "code/b.py")
    let first = digest()
    #expect(first?.count == 64)
    try folder.write("1", to: "code/x/__pycache__/a.pyc")
    try folder.write("1", to: "code/.git/HEAD")
    #expect(digest() == first)
    var digests = [first]
    try folder.write("a", to: "code/x/a.py", isExecutable: true)
    digests.append(digest())
    try folder.write("c", to: "code/x/a.py")
    digests.append(digest())
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/code/b.py", toPath: "\(folder.path)/code/c.py")
    digests.append(digest())
    #expect(Set(digests).count == 4 && !digests.contains(nil))
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/code/link", withDestinationPath: "nowhere")
    #expect(
      states.state(of: .folder("code")).problem == "'code' has a link 'link' that leads nowhere")
  }

  @Test("A large file is hashed once, and again when its times, its size or its inode change")
  func remembered() throws {
    let path = "\(folder.path)/large"
    try folder.write(String(repeating: "x", count: 100_000), to: "large")
    func age() throws {
      // A file of the last second is not remembered; its change time is the kernel's, so the test waits.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: path)
    }
    try age()
    let first = states.state(of: .file("large"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.labbook/file-digests"))
    Thread.sleep(forTimeInterval: 1.05)
    #expect(states.state(of: .file("large")) == first)
    let memory = "\(folder.path)/.labbook/file-digests"
    let text = try String(contentsOfFile: memory, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
    // What is remembered is believed, which shows that the file is not read again.
    let digest = try #require(first.fields["file"])
    let other = String(repeating: "0", count: 64)
    let lines = String(decoding: try #require(store.remembered(at: memory)), as: UTF8.self)
    store.remember(lines.replacing(digest, with: other), at: memory)
    #expect(states.state(of: .file("large")).fields["file"] == other)
    // Unless a digit of it is not what was written.
    try text.replacing(digest, with: other).write(toFile: memory, atomically: true, encoding: .utf8)
    #expect(states.state(of: .file("large")).fields["file"] == digest)
    store.remember(lines.replacing(digest, with: other), at: memory)
    // The same size and, set back, the same time of change: the other time and the inode tell.
    try folder.write(String(repeating: "y", count: 100_000), to: "large")
    try age()
    let changed = try #require(states.state(of: .file("large")).fields["file"])
    #expect(changed != other && changed != digest)
    // A memory that somebody has spoilt is no memory.
    store.remember("labbook file digests 2\n1 2 3\nx\n", at: memory)
    #expect(states.state(of: .file("large")).fields["file"] == changed)
  }

  @Test("The state of a repository is its commit, and a patch of all that is not committed")
  func repository() throws {
    try folder.write("one\n", to: "code/a.py")
    try folder.write("*.log\n", to: "code/.gitignore")
    try git("init", "--quiet", "--initial-branch=main", ".")
    #expect(states.state(of: .git("code")).problem != nil)
    try git("add", ".")
    try git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "first")
    let clean = states.state(of: .git("code"))
    #expect(clean.fields.keys.sorted() == ["commit"] && clean.text == nil)
    try folder.write("noise", to: "code/run.log")
    #expect(states.state(of: .git("code")) == clean)
    try folder.write("two\n", to: "code/a.py")
    try folder.write("new\n", to: "code/b.py")
    let changed = states.state(of: .git("code"))
    #expect(changed.fields["commit"] == clean.fields["commit"])
    let patch = try #require(changed.text)
    #expect(changed.fields["changes"] == Digest.hex(of: patch.bytes))
    let text = String(decoding: patch.bytes, as: UTF8.self)
    #expect(text.contains("-one\n+two\n") && text.contains("+new\n") && !text.contains("noise"))
    // The patch is one that git applies.
    try Data(patch.bytes).write(to: URL(filePath: "\(folder.path)/code.patch"))
    try FileManager.default.removeItem(atPath: "\(folder.path)/code/b.py")
    try git("checkout", "--quiet", "--", "a.py")
    try git("apply", "\(folder.path)/code.patch")
    #expect(states.state(of: .git("code")) == changed)
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/code/.git", toPath: "\(folder.path)/.git")
    #expect(states.state(of: .git(".")).problem?.contains("holds the lab itself") == true)
    #expect(try String(contentsOfFile: "\(folder.path)/code/b.py", encoding: .utf8) == "new\n")
  }

  private func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", "\(folder.path)/code"] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "git \(arguments)")
  }

  @Test("Packages of folders that a .pth file names count, unless the environment has its own")
  func namedFolders() throws {
    try folder.write("#!/bin/sh\n", to: "venv/bin/python", isExecutable: true)
    try folder.write("version = 3.13.5\n", to: "venv/pyvenv.cfg")
    let packages = "venv/lib/python3.13/site-packages"
    try folder.write(
      "# shared\nimport os\n\(folder.path)/shared\n../near\nnowhere\n", to: "\(packages)/a.pth")
    try folder.write("", to: "\(packages)/torch-2.9.1.dist-info/METADATA")
    try folder.write("", to: "shared/torch-2.8.0.dist-info/METADATA")
    try folder.write("", to: "shared/trl-1.16.0.dist-info/METADATA")
    try folder.write("", to: "venv/lib/python3.13/near/numpy-2.4.0.dist-info/METADATA")
    #expect(
      states.state(of: .python("venv/bin/python")).fields == [
        "python": "3.13.5", "package.torch": "2.9.1", "package.trl": "1.16.0",
        "package.numpy": "2.4.0",
      ])
  }

  @Test("A Python environment is known by the names of its packages, without a start of Python")
  func python() throws {
    try folder.write("#!/bin/sh\n", to: "venv/bin/python", isExecutable: true)
    try folder.write("home = /usr/bin\nversion = 3.13.5\n", to: "venv/pyvenv.cfg")
    for name in ["torch-2.9.1+cpu", "Typing_Extensions-4.15.0"] {
      try folder.write("", to: "venv/lib/python3.13/site-packages/\(name).dist-info/METADATA")
    }
    let state = states.state(of: .python("venv/bin/python"))
    #expect(
      state.fields == [
        "python": "3.13.5", "package.torch": "2.9.1+cpu", "package.typing-extensions": "4.15.0",
      ])
    #expect(
      state.text.map { String(decoding: $0.bytes, as: UTF8.self) }
        == "python==3.13.5\ntorch==2.9.1+cpu\ntyping-extensions==4.15.0\n")
    #expect(
      states.state(of: .python("venv/python")).problem == "'venv/python' is not there")
    try folder.write("#!/bin/sh\n", to: "other/bin/python", isExecutable: true)
    #expect(
      states.state(of: .python("other/bin/python")).problem?.contains("site-packages") == true)
  }

  @Test func `names that differ in the form of an accent alone are two files`() throws {
    let (one, two) = ("data/caf\u{E9}.txt", "data/cafe\u{301}.txt")
    try folder.write("1", to: one)
    try folder.write("2", to: two)
    let states = states
    #expect(states.state(of: .file(one)).fields != states.state(of: .file(two)).fields)
  }

  @Test func `what is written through a mapping that was there before is seen`() throws {
    try folder.write(String(repeating: "0", count: 100_000), to: "mapped")
    let file = open("\(folder.path)/mapped", O_RDWR)
    defer { close(file) }
    let mapping = try #require(
      mmap(nil, 100_000, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0))
    defer { munmap(mapping, 100_000) }
    mapping.storeBytes(of: UInt8(ascii: "1"), as: UInt8.self)
    Thread.sleep(forTimeInterval: 1.1)
    let before = states.state(of: .file("mapped"))
    mapping.storeBytes(of: UInt8(ascii: "7"), as: UInt8.self)
    #expect(before != states.state(of: .file("mapped")))
  }

  @Test(arguments: [
    ("36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/root rw,errors=continue", true),
    // Read-only in one place alone, as a container sees a folder of the machine.
    ("36 35 98:0 /data /data ro - ext4 /dev/root rw", true),
    ("36 35 98:0 / /mnt ro - ext4 /dev/loop0 ro", false),
    ("36 35 7:0 / /mnt ro,nodev - squashfs /dev/loop0 ro,errors=continue", false),
    ("36 35 0:40 / /mnt rw - fuse.sshfs host: rw,user_id=0", false),
    ("36 35 0:40 / /dev/shm rw - tmpfs tmpfs rw", false),
    ("36 35 0:40 / /data ro - nfs4 server:/data ro,vers=4.2", true),
  ])
  func `digests are remembered where times tell of each change`(line: String, isKept: Bool) {
    #expect(FileSystem(mountLine: line)?.keepsTimes == isKept)
  }
}

import Foundation
import ResultStore
import Testing

@Suite struct StoreSessionTests {
  let folder: TemporaryFolder
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook"))
  }

  /// Sets the times of a folder and its lock so many days back, or ahead if negative.
  private func age(_ path: String, days: Double) throws {
    for name in [path, path + "/lock"] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: name)
    }
  }

  @Test(arguments: [2.0, 400, -2])
  func `a live session stays, whatever the clocks say`(days: Double) throws {
    let session = try store.makeSession()
    try age(session.path, days: days)
    #expect(try store.removeLeftovers() == 0)
    #expect(FileManager.default.fileExists(atPath: session.path))
    withExtendedLifetime(session) {}
  }

  @Test func `a session is gone with its holder`() throws {
    var session: StoreSession? = try store.makeSession()
    let path = try #require(session?.path)
    try Data("x".utf8).write(to: URL(filePath: path + "/half-written"))
    session = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `the session of a process that was killed is removed at once, however young it is`()
    throws
  {
    let path = store.root.path + "/temporary/session-dead"
    try FileManager.default.createDirectory(
      atPath: path + "/record", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: path + "/lock"))
    try Data().write(to: URL(filePath: path + "/record/key.txt"))
    #expect(try store.removeLeftovers() == 1)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `what is no session is left alone`() throws {
    let other = store.root.path + "/temporary/thesis"
    let unlocked = store.root.path + "/temporary/session-of-mine"
    for path in [other, unlocked] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path + "/chapter-1"))
    }
    // A link is no lock: the file that it leads to is not opened.
    let linked = store.root.path + "/temporary/session-linked"
    try FileManager.default.createDirectory(atPath: linked, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: linked + "/lock", withDestinationPath: other + "/chapter-1")
    #expect(try store.removeLeftovers() == 0)
    #expect(FileManager.default.fileExists(atPath: other + "/chapter-1"))
    #expect(FileManager.default.fileExists(atPath: unlocked + "/chapter-1"))
  }

  @Test func `a session whose process ended before it had a lock is removed`() throws {
    try FileManager.default.createDirectory(
      atPath: store.root.path + "/temporary/session-empty", withIntermediateDirectories: true)
    #expect(try store.removeLeftovers() == 1)
  }

  @Test func `folders too deep for a path are removed with their session`()
    throws
  {
    var session: StoreSession? = try store.makeSession()
    let path = try #require(session?.path)
    try Data("x".utf8).write(to: URL(filePath: path + "/one-more"))
    let name = String(repeating: "a", count: 250)
    var deepest = open(path, O_RDONLY | O_DIRECTORY)
    for _ in 0..<17 {
      try #require(mkdirat(deepest, name, 0o777) == 0)
      let next = openat(deepest, name, O_RDONLY | O_DIRECTORY)
      close(deepest)
      deepest = next
    }
    close(deepest)
    session = nil
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try store.removeLeftovers() == 0)
  }

  @Test func `a session whose removal was cut short is removed`() throws {
    // The lock is the last to go, so any other part may be missing, or all.
    let path = store.root.path + "/temporary/session-half"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: path + "/lock"))
    #expect(try store.removeLeftovers() == 1)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(try store.removeLeftovers() == 1)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}

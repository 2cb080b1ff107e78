import Foundation
import ResultStore
import Testing

@Suite struct SealedFilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `what was read first is what every later reader gets`() throws {
    let sealed = SealedFiles()
    let files = NamedFiles(folder: folder.url.path, sealed: sealed)
    try folder.write(Array("one".utf8), to: "a")
    #expect(try files.content(of: "a") == Array("one".utf8))
    #expect(try files.content(of: "b") == nil)
    try folder.write(Array("two".utf8), to: "a")
    try folder.write(Array("new".utf8), to: "b")
    let others = NamedFiles(folder: folder.url.path + "/sub", rise: 1, sealed: sealed)
    #expect(try others.content(of: "../a") == Array("one".utf8))
    #expect(try files.content(of: "./b") == nil)
    #expect(sealed.edited == [folder.url.path + "/a", folder.url.path + "/b"])
    #expect(
      try NamedFiles(folder: folder.url.path).content(of: "a") == Array("two".utf8))
    sealed.write(Array("two".utf8), at: folder.url.path + "/a")
    #expect(try files.content(of: "a") == Array("two".utf8))
    #expect(sealed.edited == [folder.url.path + "/b"])
  }

  @Test func `names that differ in the form of an accent alone are two files`() throws {
    let sealed = SealedFiles()
    let files = NamedFiles(folder: folder.url.path, sealed: sealed)
    for (name, text) in [("caf\u{E9}", "one"), ("cafe\u{301}", "two")] {
      try folder.write(Array(text.utf8), to: name)
      #expect(try files.content(of: name) == Array(text.utf8))
    }
    #expect(sealed.paths.count == 2)
  }

  @Test func `a bound holds for a reader though another one with a larger bound was first`() throws
  {
    let files = NamedFiles(folder: folder.url.path, sealed: SealedFiles())
    try folder.write(Array("four".utf8), to: "a")
    #expect(try files.content(of: "a", atMost: 10)?.count == 4)
    #expect(throws: NamedFiles.Refusal.self) { try files.content(of: "a", atMost: 3) }
  }
}

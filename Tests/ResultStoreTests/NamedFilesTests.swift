import Foundation
import ResultStore
import Testing

/// Names as a stranger's files may give them.
@Suite struct NamedFilesTests {
  let folder: TemporaryFolder
  /// The files of `lab/week`, from where names may lead up to `lab`.
  let files: NamedFiles

  init() throws {
    folder = try TemporaryFolder()
    for name in ["lab/week/figures", "outside"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }
    for name in ["lab/week/a.png", "lab/week/figures/b.svg", "lab/c.bib", "outside/secret"] {
      try folder.write(Array(name.utf8), to: name)
    }
    files = NamedFiles(folder: folder.url.appending(path: "lab/week").path, rise: 1)
  }

  private func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: name).path, withDestinationPath: destination)
  }

  private func refusal(_ name: String, of files: NamedFiles? = nil) -> NamedFiles.Refusal? {
    do throws(NamedFiles.Refusal) {
      _ = try (files ?? self.files).content(of: name)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("a.png", "lab/week/a.png"), ("./figures//b.svg", "lab/week/figures/b.svg"),
    ("figures/../a.png", "lab/week/a.png"), ("../c.bib", "lab/c.bib"),
    ("../week/a.png", "lab/week/a.png"),
  ])
  func `a name within the boundary is read`(name: String, content: String) throws {
    #expect(try files.content(of: name).map { String(decoding: $0, as: UTF8.self) } == content)
  }

  @Test func `a name of nothing is nothing`() throws {
    #expect(try files.content(of: "gone.png") == nil)
    #expect(try files.content(of: "gone/gone.png") == nil)
  }

  @Test func `what cannot be looked for, and a link to nothing, are not nothing`() throws {
    try link("lab/week/loop", to: "loop")
    try link("lab/week/gone.bib", to: "nowhere")
    try link("lab/week/disk", to: "../nowhere")
    let loop = "Too many levels of symbolic links"
    #expect(refusal("loop") == .unreadable(loop))
    #expect(refusal("loop/a.png") == .unreadable(loop))
    #expect(refusal("gone.bib") == .unreadable("it is a link to nothing"))
    #expect(refusal("disk/a.png") == .unreadable("it is a link to nothing"))
    #expect(try files.content(of: "a.png/a.png") == nil)
    #expect(try files.content(of: String(repeating: "x", count: 300)) == nil)
  }

  @Test(arguments: [
    "../../outside/secret", "figures/../../../outside/secret", "gone/../../../outside/secret",
    "..//../outside/secret", "figures/../../..", "../..", "../../lab/c.bib",
    "../\u{301}x/../../outside/secret", "..",
  ])
  func `a name that leads out of the boundary is refused`(name: String) {
    let refusal = refusal(name)
    #expect(refusal == .outside, "\(name)")
  }

  @Test(arguments: [
    "", "/etc/passwd", "//etc/passwd", "~/x", "~root/x", "a\0.png", "a\n.png", "a\u{7F}",
  ])
  func `a name that is not relative or cannot be one is refused`(name: String) {
    #expect(refusal(name) == .form)
  }

  @Test func `links are followed within the boundary and refused out of it`() throws {
    try link("lab/week/inside.png", to: "a.png")
    try link("lab/week/up.bib", to: "../c.bib")
    #expect(refusal("inside.png") == nil)
    #expect(refusal("up.bib") == nil)
    #expect(refusal("up.bib", of: NamedFiles(folder: files.folder)) == .outside)
    try link("lab/week/secret.png", to: "../../outside/secret")
    try link("lab/week/absolute.png", to: folder.url.appending(path: "outside/secret").path)
    try link("lab/week/middle", to: "../../outside")
    try link("lab/week/twice.png", to: "middle/secret")
    for name in [
      "secret.png", "absolute.png", "middle/secret", "twice.png", "figures/../middle/secret",
    ] {
      #expect(refusal(name) == .outside, "\(name)")
    }
    // Before any link is looked at, the step back takes away the step to the link.
    #expect(refusal("middle/../a.png") == nil)
  }

  @Test func `only ordinary files are read`() throws {
    #expect(refusal("figures") == .folder)
    let pipe = folder.url.appending(path: "lab/week/pipe.png").path
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(refusal("pipe.png") == .special)
    try link("lab/week/zero.png", to: "/dev/zero")
    #expect(refusal("zero.png") == .outside)
  }

  @Test func `a file is written where no link leads`() throws {
    let own = NamedFiles(folder: files.folder)
    #expect(try own.ownPath(of: "figures/new.svg") == files.folder + "/figures/new.svg")
    #expect(try own.ownPath(of: "other/new.svg") == files.folder + "/other/new.svg")
    #expect(throws: NamedFiles.Refusal.outside) { try own.ownPath(of: "../c.bib") }
    try link("lab/week/elsewhere", to: "../../outside")
    try link("lab/week/dangling", to: "../../nowhere")
    try link("lab/week/figures/link.svg", to: "../../../outside/secret")
    #expect(throws: NamedFiles.Refusal.outside) { try own.ownPath(of: "elsewhere/secret") }
    #expect(throws: NamedFiles.Refusal.outside) { try own.ownPath(of: "dangling/new.svg") }
    #expect(throws: NamedFiles.Refusal.special) { try own.ownPath(of: "figures/link.svg") }
    #expect(throws: NamedFiles.Refusal.folder) { try own.ownPath(of: "figures") }
  }

  @Test func `removing a folder leaves what links in it lead to`() throws {
    try link("lab/week/figures/link", to: "../../../outside")
    DurableFiles.remove(folder.url.appending(path: "lab/week").path)
    #expect(folder.files == ["lab/c.bib", "outside/secret"])
  }
}

import Foundation
import Glibc
import ResultStore
import Testing

/// The removal of folders in which a trainer has made what it liked.
@Suite struct RemovedFoldersTests {
  @Test func `a folder goes whatever bytes its names have`() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "session").path
    try DurableFiles.createFolder("\(path)/sub", waits: false)
    for name in ["x\u{FF}", "sub/\u{FE}", "plain"] {
      // One byte for each of these characters.
      let bytes = Array(path.utf8) + [0x2F] + name.unicodeScalars.map { UInt8($0.value) }
      let file = (bytes + [0]).withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { buffer in
          buffer.baseAddress.map { Glibc.open($0, O_WRONLY | O_CREAT, 0o600) } ?? -1
        }
      }
      try #require(file >= 0)
      close(file)
    }
    try folder.write([1], to: "kept")
    #expect(symlink(folder.url.path, "\(path)/sub/link") == 0)
    #expect(DurableFiles.remove(path))
    #expect(!DurableFiles.exists(path))
    // What a link leads to stays.
    #expect(try DurableFiles.names(in: folder.url.path) == ["kept"])
  }

  @Test func `a folder goes that is deeper than a path is long`() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "deep").path
    #expect(mkdir(path, 0o700) == 0)
    var place = Glibc.open(path, O_RDONLY | O_DIRECTORY)
    let name = String(repeating: "d", count: 100)
    for _ in 0..<100 {
      try #require(mkdirat(place, name, 0o700) == 0)
      let next = openat(place, name, O_RDONLY | O_DIRECTORY)
      close(openat(place, "file", O_WRONLY | O_CREAT, 0o600))
      close(place)
      place = next
    }
    close(place)
    #expect(DurableFiles.remove(path))
    #expect(!DurableFiles.exists(path))
  }
}

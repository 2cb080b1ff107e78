import ExternalTrainers
import Foundation
import Glibc
import ResultStore
import Testing

/// Folders that hold something else than files and folders of their own.
@Suite struct FolderDigestTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("1", to: "data/a.txt")
  }

  private func problem(_ path: String = "data") -> String? {
    let store = ResultStore(
      root: URL(filePath: "\(folder.path)/.labbook", directoryHint: .isDirectory))
    return InputStates(lab: folder.path, store: store).state(of: .folder(path)).problem
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/\(name)", withDestinationPath: target)
  }

  @Test func `a link that leads back is told as such, and one that leads aside is followed`() throws
  {
    try folder.write("2", to: "other/b.txt")
    try link("data/aside", to: "../other")
    #expect(problem() == nil)
    try link("other/again", to: "../data")
    #expect(
      problem() == "'data' has a link 'aside/again' that leads back to a folder it lies in")
  }

  @Test func `sockets and pipes are no files, and nobody waits for them`() throws {
    #expect(mkfifo("\(folder.path)/data/pipe", 0o600) == 0)
    #expect(problem() == "'data' has a file 'pipe' that is not an ordinary file")
    try FileManager.default.removeItem(atPath: "\(folder.path)/data/pipe")
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    // The path of a socket is short, so it is bound below a link to the folder.
    let short = "/tmp/labbook-\(getpid())-socket"
    unlink(short)
    try FileManager.default.createSymbolicLink(
      atPath: short, withDestinationPath: "\(folder.path)/data")
    defer { unlink(short) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(short)/s".utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    #expect(problem() == "'data' has a file 's' that is not an ordinary file")
  }

  @Test func `a name that is not UTF-8 is told as such`() {
    let name = Array("\(folder.path)/data/".utf8).map { CChar(bitPattern: $0) } + [-1, -2, 0]
    close(open(name, O_WRONLY | O_CREAT, 0o600))
    #expect(problem()?.hasSuffix("whose name is not UTF-8") == true)
  }

  @Test(arguments: [".", "..", ".labbook", ".labbook/temporary"])
  func `the lab and its store are no inputs, since each run changes them`(path: String) throws {
    try folder.write("1", to: ".labbook/temporary/a")
    #expect(problem(path)?.contains("holds the lab itself, so each report would change it") == true)
  }
}

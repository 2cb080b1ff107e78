internal import Crypto
internal import Glibc

extension Digest {
  /// Returns the SHA-256 of all that is left of an open file, read in pieces; nil if it cannot be read.
  ///
  /// However large the file is, no more than a megabyte of it is in memory.
  package static func hex(ofFile descriptor: Int32) -> String? {
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return hex(hash.finalize()) }
      buffer.withUnsafeBytes {
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
    }
  }
}

extension DurableFiles {
  /// The size of an ordinary file and the digest of its content; nil if there is none, or it cannot be read.
  package static func digest(of path: String) -> (size: Int, digest: String)? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let digest = Digest.hex(ofFile: file)
    else { return nil }
    return (Int(status.st_size), digest)
  }
}

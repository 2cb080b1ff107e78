internal import ResultStore

/// The file system of a file: whether its times tell of every change.
package struct FileSystem: Equatable, Sendable {
  private let kind: String
  private let isReadOnly: Bool

  /// The file system of an open file; nil if the kernel does not tell.
  init?(of file: Int32) {
    func lines(_ path: String) -> [Substring] {
      let bytes = ((try? DurableFiles.read(path)) ?? nil) ?? []
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
    let mark = "mnt_id:"
    guard
      let id = lines("/proc/self/fdinfo/\(file)").first(where: { $0.hasPrefix(mark) })?
        .dropFirst(mark.count).split(whereSeparator: \.isWhitespace).first,
      let line = lines("/proc/self/mountinfo").first(where: { $0.hasPrefix("\(id) ") })
    else { return nil }
    self.init(mountLine: String(line))
  }

  /// Reads a line of `/proc/self/mountinfo`; nil if it is none.
  ///
  /// - See: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
  package init?(mountLine line: String) {
    let cells = line.split(separator: " ").map(String.init)
    guard let dash = cells.firstIndex(of: "-"), cells.count == dash + 4 else { return nil }
    kind = cells[dash + 1]
    // Those of the file system itself: that it is read-only at one place alone is no matter.
    isReadOnly = cells[dash + 3].split(separator: ",").contains("ro")
  }

  private static let onDisks: Set<String> = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "overlay",
  ]
  private static let onServers: Set<String> = [
    "nfs", "nfs4", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb3",
  ]

  /// Whether a file that has the size, inode and times of before has its content of before.
  ///
  /// An image that is mounted in the place of another one can have files with the same of all, as squashfs and whatever is
  /// mounted to be read only can. tmpfs gives no new time to what is written through a mapping, and behind FUSE stands a
  /// program that may say anything.
  package var keepsTimes: Bool {
    Self.onServers.contains(kind) || (!isReadOnly && Self.onDisks.contains(kind))
  }
}

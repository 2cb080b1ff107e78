internal import Glibc

/// The checkpoint of a run that has no record yet, as it is found in the store.
package enum FoundCheckpoint: Equatable, Sendable {
  /// There is none.
  case none
  /// The state of the run.
  case usable([UInt8])
  /// There is one that the run cannot resume from, for the reason given.
  case unusable(String)
}

/// A run's checkpoint is one file, `checkpoints/<key>`, which is there as a whole or not at all, and is gone once the
/// run has a record.
///
///     labbook checkpoint 1
///     0a3f…        the digest of all that follows
///     …            what the state depends on: the run key, and the weights that the run starts from
///     the bytes of the state
///
/// The run key stands for all settings, the numerics profile and the revisions of all components.
extension ResultStore {
  /// The first words of every checkpoint; a number follows, which is raised when states are written otherwise.
  private static let checkpointHeader = "labbook checkpoint "
  private static let checkpointFormat = "1"

  /// Finds the checkpoint of a run.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - basis: One line that names all that the state depends on.
  /// - Returns: The state, or why there is none to resume from.
  package func checkpoint(for key: RunKey, basis: String) -> FoundCheckpoint {
    let bytes: [UInt8]
    do throws(StoreError) {
      guard let read = try DurableFiles.read(checkpointFile(of: key)) else { return .none }
      bytes = read
    } catch { return .unusable("\(error)") }
    var rest = bytes[...]
    func nextLine() -> String? {
      guard let end = rest.prefix(4096).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[..<end], as: UTF8.self)
    }
    guard let header = nextLine(), header.hasPrefix(Self.checkpointHeader) else {
      return .unusable("it is damaged")
    }
    let format = header.dropFirst(Self.checkpointHeader.count)
    guard format == Self.checkpointFormat else {
      return .unusable(
        "it has the format \(format), and this version reads \(Self.checkpointFormat)")
    }
    guard let digest = nextLine(), Digest.hex(of: Array(rest)) == digest else {
      return .unusable("it is damaged")
    }
    guard nextLine() == basis else {
      return .unusable("it is of another run, or of one that started from other weights")
    }
    return .usable(Array(rest))
  }

  /// Keeps the state of a run in place of the one before it.
  ///
  /// Several processes may do so at once: each writes a file of its own in its session and renames it.
  ///
  /// - Parameters:
  ///   - state: The state.
  ///   - key: The run.
  ///   - basis: As for ``checkpoint(for:basis:)``.
  ///   - session: The folder of the writer's session.
  /// - Throws: If it cannot be written; the one before it stays.
  package func keepCheckpoint(
    _ state: [UInt8], for key: RunKey, basis: String, session: String
  ) throws(StoreError) {
    var content = Array((basis + "\n").utf8)
    content += state
    let header = "\(Self.checkpointHeader)\(Self.checkpointFormat)\n\(Digest.hex(of: content))\n"
    let file = checkpointFile(of: key)
    try DurableFiles.createFolder(DurableFiles.parent(of: file))
    let temporary = try DurableFiles.temporaryFolder(in: session, prefix: "checkpoint-")
    defer { DurableFiles.remove(temporary) }
    try DurableFiles.create("\(temporary)/content", Array(header.utf8) + content)
    try DurableFiles.moveFile("\(temporary)/content", to: file)
  }

  /// Removes the checkpoint of a run, if there is one and no trainer is at work in it.
  package func removeCheckpoint(of key: RunKey) {
    let file = checkpointFile(of: key)
    let places = [file, file + Self.checkpointInputs, file + Self.checkpointAside]
    guard places.contains(where: DurableFiles.exists),
      let claim = (try? claimCheckpoint(of: key)) ?? nil
    else { return }
    defer { withExtendedLifetime(claim) {} }
    for place in places { DurableFiles.remove(place) }
  }

  /// Moves the checkpoint of a run out of the way, into the store's quarantine; nothing of it is deleted.
  ///
  /// - Returns: Its new path; none if there is no checkpoint.
  /// - Throws: If it cannot be moved; it is removed then, if it can be.
  package func setCheckpointAside(of key: RunKey) throws(StoreError) -> String? {
    let file = checkpointFile(of: key)
    guard try DurableFiles.isThere(file) else { return nil }
    do throws(StoreError) {
      let folder = "\(path)/quarantine"
      try DurableFiles.createFolder(folder)
      let place = try DurableFiles.temporaryFolder(
        in: folder, prefix: "\(key.hex.prefix(12))-")
      try DurableFiles.moveFile(file, to: "\(place)/checkpoint")
      return "\(place)/checkpoint"
    } catch {
      removeCheckpoint(of: key)
      throw error
    }
  }

  /// Removes the checkpoints of runs that have a record: a slower process may have left one behind.
  package func removeFinishedCheckpoints() throws(StoreError) {
    let names = try DurableFiles.names(in: "\(path)/checkpoints")
    for key in Set(names.compactMap { RunKey(hex: String($0.prefix { $0 != "." })) })
    where contains(key) {
      removeCheckpoint(of: key)
    }
  }

  /// The end of the name of the file that tells of which inputs the state of an external trainer is made.
  package static let checkpointInputs = ".inputs"
  /// The end of the name of the folder with a state that is not used.
  package static let checkpointAside = ".set-aside"

  /// The folder where the output of an external trainer stays of which no record could be made.
  package func unreadOutput(of key: RunKey) -> String { "\(path)/outputs/\(key.hex)" }

  /// The place of a run's checkpoint: a file of ours, or the folder of an external trainer.
  package func checkpointFile(of key: RunKey) -> String { "\(path)/checkpoints/\(key.hex)" }
}

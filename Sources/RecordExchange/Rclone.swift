internal import ChildProcesses
internal import ResultStore

/// The reason why a remote could not be asked, in one sentence.
package struct RemoteError: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}

/// A remote, by the program rclone: lists, uploads and downloads, a process for each, however many files.
package struct Rclone: Sendable {
  /// The remote.
  package let remote: RemoteAddress
  private let program: String
  /// Whether this rclone writes a file under another name until it is whole, as it does from 1.63 on.
  private let writesWhole: Bool

  /// From so many files on it is quicker to list the folders than to ask for each file.
  private static let manyFiles = 500

  /// Finds rclone.
  ///
  /// - Throws: The sentence on how to install it, if it is not there; that it does not work.
  package init(_ remote: RemoteAddress) throws(RemoteError) {
    guard let program = ChildProcess.path(of: "rclone") else {
      throw RemoteError(
        "records are pushed and pulled by rclone, which is not on the PATH; install it ('apt-get install rclone', or "
          + "https://rclone.org/install)")
    }
    guard let version = programOutput([program, "version"]) else {
      throw RemoteError(
        "records are pushed and pulled by rclone, and '\(program) version' fails; see what it says")
    }
    self.remote = remote
    self.program = program
    writesWhole = Self.writesWhole(version: version)
  }

  /// Whether the rclone that says this of its version never leaves half a file under its name.
  package static func writesWhole(version: String) -> Bool {
    let line = version.split(separator: "\n").first ?? ""
    let numbers = line.drop { !$0.isNumber }.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (1, 63)
  }

  /// The names of the files below a folder of the remote, relative to the remote.
  ///
  /// - Returns: The names in no order; none if there is no such folder.
  package func names(in folder: String) throws(RemoteError) -> [String] {
    let result = try run(["lsf", "--recursive", "--files-only", "--", remote.appending(folder)])
    // 3 and 4: there is no such folder, no such file.
    if result.status == .exited(3) || result.status == .exited(4) { return [] }
    guard result.status == .exited(0) else { throw failure("list", result) }
    return String(decoding: result.output, as: UTF8.self).split(separator: "\n").map {
      "\(folder)/\($0)"
    }
  }

  /// Copies files to the remote; what is there under the same name stays as it is.
  ///
  /// - Parameters:
  ///   - names: The names, relative to `folder` and to the remote.
  ///   - folder: The folder that holds them.
  ///   - session: The folder of the caller's session.
  /// - Throws: The words of rclone; files that arrived before stay.
  package func upload(
    _ names: [String], from folder: String, session: String
  ) throws(RemoteError) {
    guard !names.isEmpty else { return }
    let list = try list(names, session)
    defer { DurableFiles.removeFile(list) }
    let options = ["--ignore-existing", "--files-from-raw", list]
    let isFew = names.count < Self.manyFiles ? ["--no-traverse"] : []
    guard try mayLeaveParts() else {
      let words = ["copy"] + options + isFew + ["--", folder, remote.address]
      return try succeed(words, "write to")
    }
    let incoming = remote.appending("incoming/\(session.split(separator: "/").last ?? "")")
    try succeed(["copy"] + options + ["--", folder, incoming], "write to")
    for top in Set(names.map { String($0.prefix { $0 != "/" }) }).sorted() {
      try succeed(
        ["move", "--ignore-existing", "--", "\(incoming)/\(top)", remote.appending(top)],
        "write to")
    }
    // Somebody else may have been quicker with some of them.
    _ = try run(["purge", "--", incoming])
  }

  /// Whether an upload that is ended half-way leaves part of a file under its name, for ever.
  ///
  /// Buckets have an object as a whole or not at all.
  private func mayLeaveParts() throws(RemoteError) -> Bool {
    if writesWhole { return false }
    let features = try run(["backend", "features", "--", remote.address])
    return !String(decoding: features.output, as: UTF8.self).contains("\"BucketBased\": true")
  }

  /// Copies files from the remote into a folder.
  ///
  /// - Parameters:
  ///   - names: The names, relative to the remote and to `folder`.
  ///   - folder: The folder, in the caller's session.
  ///   - session: The folder of the caller's session.
  /// - Returns: A sentence if rclone failed with some of them; a file that is not there is no failure.
  /// - Throws: If rclone cannot be run.
  package func download(
    _ names: [String], to folder: String, session: String
  ) throws(RemoteError) -> String? {
    guard !names.isEmpty else { return nil }
    let list = try list(names, session)
    defer { DurableFiles.removeFile(list) }
    let isFew = names.count < Self.manyFiles ? ["--no-traverse"] : []
    let result = try run(
      ["copy", "--ignore-existing", "--files-from-raw", list] + isFew
        + ["--", remote.address, folder])
    return result.status == .exited(0) ? nil : failure("read all of", result).description
  }

  /// Checks that somebody has pushed records there.
  package func requireRecords() throws(RemoteError) {
    let result = try run(["lsf", "--dirs-only", "--", remote.address])
    let folders = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    if result.status == .exited(0), folders.contains("\(RecordIdentity.folder)/") { return }
    guard [.exited(0), .exited(3), .exited(4)].contains(result.status) else {
      throw failure("read", result)
    }
    throw RemoteError(
      "\(remote) holds no records of labbook's; 'labbook push \(remote)' puts those of a store there"
    )
  }

  private func list(_ names: [String], _ session: String) throws(RemoteError) -> String {
    do {
      let folder = try DurableFiles.temporaryFolder(in: session, prefix: "names-")
      try DurableFiles.create(
        "\(folder)/list", Array(names.map { "\($0)\n" }.joined().utf8))
      return "\(folder)/list"
    } catch {
      throw RemoteError("\(error)")
    }
  }

  private func succeed(_ words: [String], _ action: String) throws(RemoteError) {
    let result = try run(words)
    guard result.status == .exited(0) else { throw failure(action, result) }
  }

  private struct Result {
    var status: ChildProcess.ExitStatus
    var output: [UInt8]
    var errors: String
  }

  /// Runs rclone, which reads the person's own configuration and says nothing but errors.
  private func run(_ words: [String]) throws(RemoteError) -> Result {
    do {
      let session = try StoreSession()
      defer { withExtendedLifetime(session) {} }
      let errors = "\(session.path)/errors"
      let child = try ChildProcess(
        [program, "--quiet", "--contimeout", "20s", "--retries", "2"] + words, errorFile: errors)
      child.closeInput()
      let output = child.readToEnd(atMost: FileSize.most)
      let status = child.wait()
      let said = try DurableFiles.read(errors, atMost: FileSize.most) ?? []
      return Result(status: status, output: output, errors: String(decoding: said, as: UTF8.self))
    } catch {
      throw RemoteError("rclone cannot be run: \(error)")
    }
  }

  /// The last message of rclone as the end of a sentence.
  private func failure(_ action: String, _ result: Result) -> RemoteError {
    // A message begins with day and time, such as `2026/11/29 04:22:01 `, and may have further lines.
    func isDated(_ line: Substring) -> Bool {
      line.utf8.count > 20 && line.utf8.prefix(5).last == UInt8(ascii: "/")
    }
    let lines = result.errors.split(separator: "\n")
    let start = lines.lastIndex(where: isDated) ?? lines.startIndex
    let message = lines[start...].map { isDated($0) ? $0.dropFirst(20) : $0 }
    let words = message.isEmpty ? "\(result.status)" : message.joined(separator: " ")
    return RemoteError("cannot \(action) \(remote): rclone says: \(words)")
  }
}

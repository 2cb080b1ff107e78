internal import CanonicalJSON
internal import ExperimentRunner
internal import Foundation
internal import Glibc
public import ResultStore

/// The folder of a submission in the store, which tasks and whoever follows them share.
///
///     submissions/3f2a…/   a submission
///       submission.json    its runs and parts; never changed
///       labbook-0a3f…      the copy of the program that its tasks execute
///       libswiftCore.so    the copies of the libraries beside it, if it was installed with some
///       job-0.sh           the script of each array
///       logs/0+3.log       what each task has printed
///       failed/0a3f…       why a run has failed, a file for each
///       again/3.1          that part 3 was submitted again for the first time
///       absent.json        the parts that the last look did not find, and since when
///       cancelled          that a person has cancelled it
public struct SubmissionFolder: Sendable {
  /// The path of the folder.
  public let path: String
  private let store: ResultStore

  init(_ id: String, in store: ResultStore) {
    self.store = store
    path = "\(store.submissions)/\(id)"
  }

  /// The folder of a submission.
  public init(of submission: Submission, in store: ResultStore) {
    self.init(submission.id, in: store)
  }

  /// The path of what the task of a part has printed.
  public func log(ofPart part: Int, of submission: Submission) -> String {
    let first = submission.array(ofPart: part).map { submission.arrays[$0].parts.lowerBound } ?? 0
    return JobScript.log(first: first, task: "\(part - first)", in: path)
  }

  /// How often a part that is lost is submitted again.
  public static let mostResubmissions = 2

  // MARK: - Making and finding

  /// Makes the folder of a submission as a whole, with the copy of the running program.
  ///
  /// - Parameters:
  ///   - submission: The submission.
  ///   - lab: The lab's folder.
  ///   - store: The store.
  ///   - script: Returns the script of an array for a program of this digest.
  /// - Returns: The folder, and the scripts of all arrays.
  /// - Throws: If it cannot be written.
  static func make(
    for submission: Submission, lab: String, in store: ResultStore,
    script: (_ array: Int, _ folder: String, _ digest: String) -> JobScript
  ) throws(StoreError) -> (folder: SubmissionFolder, scripts: [JobScript]) {
    let folder = SubmissionFolder(submission.id, in: store)
    let digest = ProvenanceSources.executableDigest
    let session = try store.makeSession()
    defer { withExtendedLifetime(session) {} }
    let staged = "\(session.path)/submission"
    for name in [JobScript.logs, "failed", "again"] {
      try DurableFiles.createFolder("\(staged)/\(name)")
    }
    try DurableFiles.create(
      JobScript.file(in: staged), Array(submission.text(lab: lab).utf8))
    var scripts: [JobScript] = []
    for array in submission.arrays.indices {
      let script = script(array, folder.path, digest)
      try DurableFiles.create("\(staged)/job-\(array).sh", Array(script.text.utf8))
      scripts.append(script)
    }
    try copy("/proc/self/exe", to: JobScript.program(in: staged, digest: digest), digest, in: store)
    // An installed program looks for its libraries where it lies itself.
    let home = DurableFiles.parent(
      of: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path(percentEncoded: false))
    for name in try DurableFiles.names(in: home) where name.hasSuffix(".so") {
      let library = "\(home)/\(name)"
      guard let digest = DurableFiles.digest(of: library)?.digest else { continue }
      try copy(library, to: "\(staged)/\(name)", digest, in: store)
    }
    try DurableFiles.createFolder(store.submissions)
    guard try DurableFiles.moveFolder(staged, to: folder.path) else {
      throw .cannot(action: "create", path: folder.path, reason: "it is there already")
    }
    return (folder, scripts)
  }

  /// Copies a file that can be executed; a submission that has the same copy gives it a second name.
  private static func copy(
    _ source: String, to path: String, _ digest: String, in store: ResultStore
  ) throws(StoreError) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    for other in try DurableFiles.names(in: store.submissions) {
      let known = "\(store.submissions)/\(other)/\(name)"
      if DurableFiles.digest(of: known)?.digest == digest, link(known, path) == 0 { return }
    }
    guard let bytes = try DurableFiles.read(source) else {
      throw .cannot(action: "read", path: source, reason: "it is not there")
    }
    try DurableFiles.create(path, bytes)
    chmod(path, 0o755)
  }

  /// The folders of all submissions in a store, in the order of their names.
  public static func all(in store: ResultStore) throws(StoreError) -> [SubmissionFolder] {
    try DurableFiles.names(in: store.submissions).filter(Submission.isID).map {
      SubmissionFolder($0, in: store)
    }
  }

  /// The submission.
  ///
  /// - Throws: If the file is not there or is not as it was written.
  public func submission() throws -> Submission {
    let file = JobScript.file(in: path)
    guard let bytes = try DurableFiles.read(file, atMost: Submission.mostBytes) else {
      throw StoreError.cannot(action: "read", path: file, reason: "it is not there")
    }
    return try Submission(bytes: bytes, path: file)
  }

  /// When it was made, in nanoseconds since 1970, for the order of submissions alone.
  var age: Int {
    var status = stat()
    guard stat(JobScript.file(in: path), &status) == 0 else { return 0 }
    return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }

  /// Removes the folder with all that it holds.
  func remove() { DurableFiles.remove(path) }

  // MARK: - Marks

  /// The path of an array's script.
  func script(ofArray array: Int) -> String { "\(path)/job-\(array).sh" }

  /// The keys of the runs that have failed.
  var failedRuns: Set<String> { Set((try? DurableFiles.names(in: "\(path)/failed")) ?? []) }

  /// Why a run has failed; nil if it has not, as far as its task could say.
  public func failure(of key: RunKey) -> String? {
    guard let bytes = (try? DurableFiles.read("\(path)/failed/\(key.hex)")) ?? nil else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
      .map(String.init)
  }

  /// Whether a person has cancelled it.
  public var isCancelled: Bool { DurableFiles.exists("\(path)/cancelled") }

  /// Notes that a person has cancelled it.
  func markCancelled() throws(StoreError) {
    if !isCancelled { try DurableFiles.create("\(path)/cancelled", []) }
  }

  /// Takes back that it was cancelled.
  func unmarkCancelled() { DurableFiles.removeFile("\(path)/cancelled") }

  /// Claims the next time that a part is submitted again; of several processes one has it.
  ///
  /// - Returns: Its number from 1 on; nil if it was submitted again often enough, or another process does it just now.
  func claimResubmission(ofPart part: Int) throws(StoreError) -> Int? {
    let made = resubmissions(ofPart: part)
    guard made < Self.mostResubmissions else { return nil }
    do throws(StoreError) {
      try DurableFiles.create("\(path)/again/\(part).\(made + 1)", [])
    } catch {
      if resubmissions(ofPart: part) > made { return nil }
      throw error
    }
    return made + 1
  }

  /// How often a part was submitted again.
  public func resubmissions(ofPart part: Int) -> Int {
    (1...Self.mostResubmissions).last { DurableFiles.exists("\(path)/again/\(part).\($0)") } ?? 0
  }

  // MARK: - Looks at the queue

  /// The parts that the last look did not find.
  func absences() -> Absences {
    guard let bytes = (try? DurableFiles.read("\(path)/absent.json")) ?? nil,
      let json = try? JSONValue(bytes: bytes), let clock = json["clock"]?.string,
      let members = json["since"]?.members
    else { return Absences(clock: "") }
    var since: [Int: Double] = [:]
    for member in members {
      guard let part = Int(member.name), let time = member.value.double else { continue }
      since[part] = time
    }
    return Absences(clock: clock, since: since)
  }

  /// Keeps the parts that a look did not find; what cannot be kept costs time and no result.
  func keep(_ absences: Absences) {
    let file = "\(path)/absent.json"
    if absences.since.isEmpty {
      DurableFiles.removeFile(file)
      return
    }
    let since = absences.since.sorted { $0.key < $1.key }.map {
      JSONValue.Member("\($0.key)", .number($0.value))
    }
    let text = JSONValue.object([
      .init("clock", .string(absences.clock)), .init("since", .object(since)),
    ]).compactText
    try? store.replaceFile(file, Array((text + "\n").utf8))
  }
}

extension ResultStore {
  /// The folder of what was submitted to clusters.
  var submissions: String {
    let path = root.path(percentEncoded: false)
    return (path.hasSuffix("/") ? String(path.dropLast()) : path) + "/submissions"
  }
}

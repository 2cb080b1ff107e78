internal import CanonicalJSON

/// A person's decision between results of one run that differ, with its reason.
///
/// Nothing is thrown away by it: the results that were not kept stay in the store, and so does every earlier decision.
public struct Resolution: Equatable, Sendable {
  /// The digest of the record that counts.
  public let kept: String
  /// The digests of the results that do not, sorted.
  public let rejected: [String]
  /// Why, in one line.
  public let reason: String

  /// The most characters of a reason.
  public static let longestReason = 500

  /// Creates a decision.
  ///
  /// - Precondition: The reason has no problem.
  public init(kept: String, rejected: some Sequence<String>, reason: String) {
    precondition(Self.problem(ofReason: reason) == nil, "a reason that \(reason) is none")
    self.kept = kept
    self.rejected = rejected.sorted(by: CanonicalText.precedes)
    self.reason = reason
  }

  /// The fault of a reason, in words that follow its name; `nil` if it has none.
  public static func problem(ofReason reason: String) -> String? {
    if reason.allSatisfy(\.isWhitespace) { return "is empty" }
    guard reason.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      return "is more than one line, or has control characters in it"
    }
    return reason.unicodeScalars.count <= longestReason
      ? nil : "has more than \(longestReason) characters"
  }
}

extension Resolution {
  private static let format = "labbook resolution 2"
  /// The format of files without a digest.
  private static let firstFormat = "labbook resolution 1"

  /// The members that a lock has beside the digest of the run.
  var json: JSONValue {
    .object([
      .init("rejected", .array(rejected.map(JSONValue.string))), .init("reason", .string(reason)),
    ])
  }

  /// Reads the members that a lock has; `nil` if they are no decision to keep `kept`.
  init?(json: JSONValue, kept: String) {
    guard let rejected = json["rejected"]?.elements?.map(\.string), !rejected.isEmpty,
      rejected.allSatisfy({ $0.map { Digest.isHex($0) } ?? false }),
      let reason = json["reason"]?.string, Self.problem(ofReason: reason) == nil
    else { return nil }
    self.init(kept: kept, rejected: rejected.compactMap(\.self), reason: reason)
  }

  /// The text of the file that a store keeps of the decision.
  fileprivate func text(of key: RunKey) -> String {
    let members: [JSONValue.Member] = [
      .init("format", .string(Self.format)), .init("key", .string(key.hex)),
      .init("kept", .string(kept)), .init("decision", json),
    ]
    return JSONValue.object(members + [.init("digest", .string(Self.digest(of: members)))]).text
      + "\n"
  }

  private static func digest(of members: [JSONValue.Member]) -> String {
    Digest.hex(of: JSONValue.object(members).text)
  }

  fileprivate init?(bytes: [UInt8], of key: RunKey) {
    guard let file = try? JSONValue(bytes: bytes), let format = file["format"]?.string,
      format == Self.firstFormat
        || format == Self.format
          && file["digest"]?.string
            == Self.digest(of: (file.members ?? []).filter { $0.name != "digest" }),
      file["key"]?.string == key.hex, let kept = file["kept"]?.string, Digest.isHex(kept),
      let decision = file["decision"]
    else { return nil }
    self.init(json: decision, kept: kept)
  }
}

/// The reason why a decision cannot be taken down.
public enum ResolutionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The run has fewer than two results.
  case noConflict(run: String)
  /// No result, or more than one, has a digest that starts like this.
  case unknownDigest(String, available: [String])
  /// The reason is none, with its fault.
  case reason(String)

  public var description: String {
    switch self {
    case .noConflict(let run):
      "\(run) has no two results that differ, so there is nothing to decide"
    case .unknownDigest(let digits, let available):
      "'\(digits)' is not the start of the digest of one result; there is "
        + available.map { String($0.prefix(12)) }.joined(separator: " and ")
    case .reason(let problem): "the reason \(problem)"
    }
  }
}

extension ResultStore {
  /// The latest decision between results of a run; `nil` if there is none.
  ///
  /// - Throws: ``StoreError/cannot(action:path:reason:)`` if its file is not as it was written.
  public func resolution(for key: RunKey) throws(StoreError) -> Resolution? {
    guard let number = try decisions(on: key).last else { return nil }
    return try resolution(for: key, at: "\(decisionsFolder(of: key))/\(number).json")
  }

  private func resolution(
    for key: RunKey, at path: String
  ) throws(StoreError) -> Resolution? {
    guard let bytes = try DurableFiles.read(path, atMost: FileSize.mostOfSpec) else { return nil }
    guard let resolution = Resolution(bytes: bytes, of: key) else {
      throw .cannot(
        action: "read", path: path,
        reason: "it is not a decision as 'labbook resolve' writes it; 'labbook fsck' sets it aside")
    }
    return resolution
  }

  /// The files of decisions on a run that are not as they were written, with what else is in their folder.
  func unsoundDecisions(
    on key: RunKey
  ) throws(StoreError) -> (unsound: [String], foreign: [String]) {
    let folder = decisionsFolder(of: key)
    let names = Set(try decisions(on: key).map { "\($0).json" })
    var unsound: [String] = []
    for path in names.sorted().map({ "\(folder)/\($0)" }) {
      if (try? resolution(for: key, at: path)) == nil, DurableFiles.exists(path) {
        unsound.append(path)
      }
    }
    let foreign = try DurableFiles.names(in: folder).filter { !names.contains($0) }
    return (unsound, foreign.map { "\(folder)/\($0)" })
  }

  /// The keys of the runs between whose results somebody has decided, sorted.
  public func resolvedKeys() throws(StoreError) -> [RunKey] {
    try DurableFiles.names(in: "\(path)/resolutions").compactMap { RunKey(hex: $0) }
  }

  /// Takes down a person's decision which result of a run counts, and makes it the record.
  ///
  /// The decision is written first. Whatever interrupts the rest, the same decision can be taken again, and until it
  /// is, the run is in conflict.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - digits: The first digits of the digest of the result to keep.
  ///   - reason: Why, in one line.
  ///   - name: The run's name for error messages.
  ///   - setAside: Called with each run whose record is set aside, since it started from the record that no longer counts.
  /// - Returns: The decision.
  /// - Throws: ``ResolutionError`` if there is nothing to decide or no such result, ``StoreError`` if the result to
  ///   keep is damaged or a file cannot be moved.
  public func resolve(
    _ key: RunKey, keeping digits: String, reason: String, named name: String,
    setAside: (RunKey) -> Void = { _ in }
  ) throws -> Resolution {
    if let problem = Resolution.problem(ofReason: reason) { throw ResolutionError.reason(problem) }
    let results = try results(of: key, named: name)
    let digests = results.map(\.digest.all)
    // A result that was kept and is gone is one of those between which is decided.
    let lost = try conflict(for: key, named: name)?.lost
    guard digests.count > 1 || lost != nil else { throw ResolutionError.noConflict(run: name) }
    let chosen = results.filter { !digits.isEmpty && $0.digest.all.hasPrefix(digits) }
    guard chosen.count == 1, let kept = chosen.first else {
      throw ResolutionError.unknownDigest(digits, available: digests)
    }
    try RecordFolder(path: kept.path, key: key, run: name).check()
    let resolution = Resolution(
      kept: kept.digest.all,
      rejected: Set(digests + [lost].compactMap(\.self)).filter { $0 != kept.digest.all },
      reason: reason)
    let folder = decisionsFolder(of: key)
    try DurableFiles.createFolder(folder)
    let number = (try decisions(on: key).last ?? 0) + 1
    try replaceFile("\(folder)/\(number).json", Array(resolution.text(of: key).utf8))
    let place = self.folder(of: key)
    guard kept.path != place else { return resolution }
    for dependent in try dependents(on: key) {
      try quarantine(self.folder(of: dependent))
      setAside(dependent)
    }
    if DurableFiles.exists(place) {
      let digest = try? RecordFolder(path: place, key: key, run: name).readSummary().digest
      let conflicts = conflictsFolder(of: key)
      let isMoved = try digest.map { digest throws(StoreError) in
        try DurableFiles.moveFolder(place, to: "\(conflicts)/\(digest.all)")
      }
      // What is damaged is no result, and what stands there already is kept.
      if isMoved != true { try quarantine(place) }
    }
    try DurableFiles.createFolder(DurableFiles.parent(of: place))
    guard try DurableFiles.moveFolder(kept.path, to: place) else {
      throw StoreError.cannot(
        action: "create", path: place, reason: "another process made it; decide again")
    }
    return resolution
  }

  /// The runs with a record that started from the result of `key`, or from that of one of these, sorted.
  private func dependents(on key: RunKey) throws(StoreError) -> [RunKey] {
    var starts: [RunKey: [RunKey]] = [:]
    for dependent in try keys() {
      for stage in try stages(of: dependent) { starts[stage, default: []].append(dependent) }
    }
    var found: Set<RunKey> = []
    var open = [key]
    while let stage = open.popLast() {
      open += (starts[stage] ?? []).filter { found.insert($0).inserted }
    }
    return found.sorted()
  }

  /// The numbers of the decisions on a run, ascending.
  private func decisions(on key: RunKey) throws(StoreError) -> [Int] {
    try DurableFiles.names(in: decisionsFolder(of: key))
      .compactMap { name in
        StoredCount.number(name.hasSuffix(".json") ? String(name.dropLast(".json".count)) : "")
      }.sorted()
  }

  private func decisionsFolder(of key: RunKey) -> String { "\(path)/resolutions/\(key.hex)" }
}

extension ResultStore {
  /// One result of a run: the record in place, or one that differs from it.
  struct Result {
    var digest: RecordDigest
    var path: String
  }

  /// All results of a run, the record in place first; one whose summary is damaged is none.
  func results(of key: RunKey, named name: String? = nil) throws(StoreError) -> [Result] {
    var results: [Result] = []
    func add(_ path: String) throws(StoreError) {
      do throws(StoreError) {
        let digest = try RecordFolder(path: path, key: key, run: name).readSummary().digest
        if !results.contains(where: { $0.digest.all == digest.all }) {
          results.append(Result(digest: digest, path: path))
        }
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    if contains(key) { try add(folder(of: key)) }
    let conflicts = conflictsFolder(of: key)
    for name in try DurableFiles.names(in: conflicts) where Digest.isHex(name) {
      try add("\(conflicts)/\(name)")
    }
    return results
  }

  /// Reads the result of a run that agrees with `digest` in all parts that both have, with the digest of it.
  ///
  /// - Returns: The record in place if it agrees, or else another result that does; `nil` if none does, or if it is
  ///   damaged.
  public func result(
    of key: RunKey, agreeingWith digest: RecordDigest, named name: String? = nil
  ) throws(StoreError) -> (record: Record, digest: String)? {
    for result in try results(of: key, named: name)
    where result.digest.disagreements(with: digest).isEmpty {
      do throws(StoreError) {
        let record = try RecordFolder(path: result.path, key: key, run: name).read()
        return (record, result.digest.all)
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    return nil
  }

  /// The folder of the other results of a run.
  func conflictsFolder(of key: RunKey) -> String { "\(path)/conflicts/\(key.hex)" }
}

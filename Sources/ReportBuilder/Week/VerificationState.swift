internal import CanonicalJSON
internal import Notebook
public import ResultStore
internal import Settings

/// The executions of a week's runs since their records were locked: which of them gave the same bits, when, and on
/// what kinds of processor.
///
/// It stands in a file beside the lock, in git, and is no part of the lock. An entry names the record that was compared
/// with; where the lock has another one by now, the entry counts for nothing.
public struct VerificationState: Equatable, Sendable {
  /// The latest execution of a run on one kind of processor.
  private struct Entry: Equatable {
    /// The day in UTC, such as `2026-11-28`.
    var date: String
    /// The digest of the record that the execution was compared with.
    var record: String
    /// Whether it gave the same bits.
    var agrees: Bool
  }

  /// By run key and kind of processor.
  private var entries: [String: [String: Entry]] = [:]

  /// Creates the state of a week of which nothing was executed again.
  public init() {}

  /// Takes down an execution of a run, in place of the one before it on this kind of processor.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - record: The digest of the record that the lock names.
  ///   - agrees: Whether the execution gave the same bits.
  ///   - processor: The instruction set that it was computed with, such as `AVX-512`.
  ///   - date: The day in UTC, such as `2026-11-28`.
  public mutating func note(
    _ key: RunKey, record: String, agrees: Bool, processor: String, date: String
  ) {
    entries[key.hex, default: [:]][processor] = Entry(date: date, record: record, agrees: agrees)
  }

  /// Whether the last word on a run that a lock has is that it was executed again with the same bits.
  public func isVerified(_ run: LockedRun) -> Bool {
    let valid = valid(run)
    return !valid.isEmpty && valid.values.allSatisfy(\.agrees)
  }

  private func valid(_ run: LockedRun) -> [String: Entry] {
    (entries[run.key] ?? [:]).filter { $0.value.record == run.digest }
  }

  /// The sentence of a page on the runs of `lock`; `nil` if none of them was executed again, and the engine computed
  /// all.
  func words(on lock: Lock) -> String? {
    // What an external trainer gave is no promise of bits, and stands apart.
    let all = lock.experiments.lazy.flatMap(\.arms).reduce(0) { $0 + $1.runs.count }
    let observed = lock.experiments.lazy.flatMap(\.arms).reduce(0) { count, arm in
      count + arm.runs.count { $0.observation != nil }
    }
    // Nearly always nothing was executed again, of however many runs.
    let runs = entries.isEmpty ? [] : lock.runs.filter { $0.run.observation == nil }
    let same = runs.map(\.run).filter(isVerified)
    let other = runs.filter { valid($0.run).contains { !$0.value.agrees } }
    var sentences: [String] = []
    if !same.isEmpty {
      let entries = same.map(valid)
      let processors = Set(entries.flatMap(\.keys)).sorted(by: CanonicalText.precedes)
      let date = entries.flatMap(\.values).map(\.date).max() ?? ""
      sentences.append(
        "\(NumberText.fixed(Double(same.count), decimals: 0)) of "
          + "\(NumberText.fixed(Double(all - observed), decimals: 0)) "
          + "\(all - observed == 1 ? "run was" : "runs were") executed again with the same bits, last on \(date), on "
          + Self.list(processors) + ".")
    }
    if let first = other.first {
      sentences.append(
        "\(NumberText.fixed(Double(other.count), decimals: 0)) "
          + "\(other.count == 1 ? "run, \(first.name), gave" : "runs, such as \(first.name), gave") other bits when "
          + "executed again.")
    }
    if observed > 0 {
      sentences.append(
        "\(NumberText.fixed(Double(observed), decimals: 0)) "
          + "\(observed == 1 ? "run is" : "runs are") of commands outside labbook: observed, not computed here."
      )
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private static func list(_ words: [String]) -> String {
    words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}

extension VerificationState {
  private static let format = "labbook verification 1"

  /// The file's content: executions by day and kind of processor, each with the run keys and the records that they
  /// were compared with.
  public var text: String {
    struct Group: Hashable {
      var date: String
      var processor: String
    }
    var groups: [Group: [Bool: [String: JSONValue]]] = [:]
    for (key, executions) in entries {
      for (processor, entry) in executions {
        let group = Group(date: entry.date, processor: processor)
        groups[group, default: [:]][entry.agrees, default: [:]][key] = .string(entry.record)
      }
    }
    let sorted = groups.sorted { ($0.key.date, $0.key.processor) < ($1.key.date, $1.key.processor) }
    return JSONValue.object([
      .init("format", .string(Self.format)),
      .init(
        "executions",
        .array(
          sorted.map { group, runs in
            .object(
              [
                .init("date", .string(group.date)), .init("processor", .string(group.processor)),
              ] + (runs[true].map { [.init("same", .sorted($0))] } ?? [])
                + (runs[false].map { [.init("other", .sorted($0))] } ?? []))
          })),
    ]).text + "\n"
  }

  /// Reads the file's content.
  ///
  /// - Throws: ``SidecarError``, the first fault.
  init(text: String) throws(SidecarError) {
    let json = try SidecarError.json(text, format: Self.format)
    guard let executions = json["executions"]?.elements else {
      throw SidecarError(words: "it has no list 'executions'")
    }
    for (index, execution) in executions.enumerated() {
      let place = "execution \(index + 1)"
      guard let date = execution["date"]?.string, Self.isDate(date) else {
        throw SidecarError(words: "\(place) has no date such as 2026-11-28")
      }
      guard let processor = execution["processor"]?.string, Self.isProcessor(processor) else {
        throw SidecarError(words: "\(place) has no kind of processor such as AVX2")
      }
      for (name, agrees) in [("same", true), ("other", false)] {
        guard let runs = execution[name] else { continue }
        guard let members = runs.members else {
          throw SidecarError(words: "\(place): '\(name)' has no run keys with their records")
        }
        for member in members {
          guard let key = RunKey(hex: member.name), let record = member.value.string,
            Digest.isHex(record)
          else {
            throw SidecarError(
              words:
                "\(place): '\(name)' has '\(member.name.prefix(70))', which is no run key with the digest of a record"
            )
          }
          let former = entries[key.hex]?[processor]
          guard former.map({ $0.date < date }) ?? true else {
            throw SidecarError(words: "\(place): the run \(key.short) is there twice")
          }
          note(key, record: record, agrees: agrees, processor: processor, date: date)
        }
      }
    }
  }

  private static func isDate(_ text: String) -> Bool {
    text.utf8.count == 10
      && text.utf8.enumerated().allSatisfy { index, byte in
        index == 4 || index == 7
          ? byte == UInt8(ascii: "-")
          : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  /// Whether `text` can be the name of an instruction set.
  private static func isProcessor(_ text: String) -> Bool {
    (1...40).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII
          && (character.isLetter || character.isNumber || " -_.".contains(character))
      }
  }
}

/// A fault in a file beside a lock.
struct SidecarError: Error, Equatable {
  /// The end of a sentence that begins with the file's name.
  var words: String

  /// Reads JSON of the format called `format`.
  static func json(_ text: String, format: String) throws(SidecarError) -> JSONValue {
    let json: JSONValue
    do { json = try JSONValue(text: text) } catch {
      if let conflict = MergeConflict(in: text) {
        throw SidecarError(
          words:
            "it \(conflict.words): take one side of it with 'git checkout --ours' or '--theirs'")
      }
      throw SidecarError(words: "it is not JSON: \(error)")
    }
    guard json["format"]?.string == format else {
      throw SidecarError(words: "its format is not '\(format)'")
    }
    return json
  }
}

extension WeekFolder {
  /// The name of the file that says which runs were executed again.
  public static let verificationName = "verification.json"

  /// The state that the week's file has of runs that were executed again, or nil if there is none.
  public func verification() throws(ReportFailure) -> VerificationState? {
    try sidecar(Self.verificationName) { text throws(SidecarError) in
      try VerificationState(text: text)
    }
  }

  /// Notes what became known of runs that were executed again, beside what other commands note at the same time.
  ///
  /// The file is read afresh, since runs may have taken hours, and while it is, nobody else writes it.
  ///
  /// - Parameters:
  ///   - store: The store, in which the file is written before it takes its place.
  ///   - note: Adds to the state.
  /// - Returns: Whether the file changed.
  /// - Throws: If the file was not written by labbook, or cannot be written.
  public func noteVerification(
    with store: ResultStore, _ note: (inout VerificationState) -> Void
  ) throws(ReportFailure) -> Bool {
    var folder = self
    folder.sealed = nil
    let claim: RunClaim
    do throws(StoreError) { claim = try store.waitForClaim("notes-\(name)") } catch {
      throw .store(error)
    }
    defer { withExtendedLifetime(claim) {} }
    var state = try folder.verification() ?? VerificationState()
    note(&state)
    guard state != VerificationState() else { return false }
    var output = OutputFiles(folder: folder)
    output.write(state.text, to: Self.verificationName)
    return try !output.commit(with: store).isEmpty
  }

  /// Reads the files beside the lock.
  ///
  /// - Throws: The first that was not written by labbook.
  public func checkSidecars() throws(ReportFailure) {
    _ = try verification()
    _ = try prose()
  }

  /// Reads a file beside the lock, or nil if there is none.
  func sidecar<State>(
    _ name: String, read: (String) throws(SidecarError) -> State
  ) throws(ReportFailure) -> State? {
    guard let text = try content(of: name) else { return nil }
    do throws(SidecarError) { return try read(text) } catch {
      throw .file(
        "\(displayPath(of: name)) was not written by labbook: \(error.words); take it back with git, or remove it"
      )
    }
  }
}

internal import CanonicalJSON
internal import Settings

extension Lock {
  /// The last member; what comes before its line is what it is the digest of.
  private static let closing = "  \"digest\": \""

  /// The file's content: JSON, closed by the digest of all that comes before.
  ///
  /// A lock of many runs is written ``Form/byArm``.
  public var text: String {
    let arms = experiments.flatMap(\.arms)
    let isWhole = arms.allSatisfy { $0.runs.allSatisfy(\.hasWholeDigests) }
    let isLarge = Self.abbreviatesDigests(ofRuns: arms.reduce(0) { $0 + $1.runs.count })
    return text(in: isLarge || !isWhole ? .byArm : .byRun)
  }

  /// The file's content where another lock, whose text ``text`` gave, may hold the experiments already: their text is
  /// taken from it.
  package func text(after other: (lock: Lock, text: String)) -> String {
    guard other.lock.experiments == experiments,
      let before = Self.experiments(in: other.text)
    else { return text }
    let rest = JSONValue.object(closingMembers).text.dropFirst("{".count).dropLast("\n}".count)
    return Self.closed("\(before)\(rest),\n")
  }

  /// The members behind the experiments.
  private var closingMembers: [JSONValue.Member] {
    [.init("documents", .sorted(documents.mapValues(JSONValue.string)))]
      + (plans.isEmpty ? [] : [.init("plans", .array(plans.map(\.json)))])
      + (preregistered.map { [.init("preregistered", $0.json)] } ?? [])
  }

  /// Whether a lock of so many runs is written ``Form/byArm``.
  package static func abbreviatesDigests(ofRuns count: Int) -> Bool {
    count > Form.mostRunsByRun
  }

  /// The file's content in one of its forms; digests that are not known as a whole can be written ``Form/byArm`` alone.
  package func text(in form: Form) -> String {
    let body = JSONValue.object(
      [
        .init("format", .string(form.rawValue)),
        .init("experiments", .array(experiments.map { $0.json(in: form) })),
      ] + closingMembers
    ).text
    let before = body.dropLast("\n}".count) + ",\n"
    return Self.closed(String(before))
  }

  /// The text with the line of its digest.
  private static func closed(_ body: String) -> String {
    body + closing + Digest.hex(of: body) + "\"\n}\n"
  }

  /// Reads a lock and checks everything in it.
  ///
  /// - Parameters:
  ///   - text: The file's content.
  ///   - path: The file's path, for error messages.
  /// - Throws: The first problem; an altered run is named with the part that was altered.
  public init(text: String, path: String) throws(LockError) {
    try self.init(try Self.json(Array(text.utf8), path: path), as: text, path: path)
  }

  /// As ``init(text:path:)``, from the file's bytes, which are UTF-8: a lock that cannot be read is there once.
  package init(bytes: [UInt8], path: String) throws(LockError) {
    let json = try Self.json(bytes, path: path)
    try self.init(json, as: String(decoding: bytes, as: UTF8.self), path: path)
  }

  private init(_ json: JSONValue, as text: String, path: String) throws(LockError) {
    // Where the text is as it was written, so is every part of it.
    let isIntact = Self.isIntact(text)
    var reader = LockReader(path: path, isTextIntact: isIntact)
    guard let form = Form(rawValue: try reader.string("format", of: json, in: "the lock")) else {
      throw reader.malformed(
        "the format is not \(Form.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or "))")
    }
    reader.form = form
    var experiments: [LockedExperiment] = []
    for element in try reader.elements(
      "experiments", atMost: StoredCount.mostExperiments, of: json, in: "the lock")
    {
      experiments.append(try reader.experiment(element))
    }
    if let name = Self.firstTwice(experiments.map(\.name)) {
      throw reader.malformed("the experiment '\(name)' is there twice")
    }
    self.init(
      experiments: experiments, documents: try Self.documents(in: json, reader),
      plans: try reader.plans(of: json), preregistered: try reader.preregistration(of: json))
    // Keys that were completed from their first digits were computed for it.
    let isComplete =
      form == .byArm
      && experiments.allSatisfy { experiment in
        experiment.arms.allSatisfy { $0.runs.allSatisfy { $0.key.utf8.count == 64 } }
      }
    if !isComplete { try verifyKeys(path: path) }
    if !isIntact { try checkText(text, form, path: path) }
    if let (first, second) = firstWithTwoResults {
      throw reader.malformed("\(first) and \(second) are one run, with two results")
    }
  }

  /// The names of two runs with one key of which the lock does not say the same.
  private var firstWithTwoResults: (String, String)? {
    var known: [String: (name: String, run: LockedRun)] = [:]
    for experiment in experiments {
      for arm in experiment.arms {
        for run in arm.runs {
          func name() -> String { "\(experiment.name)/\(arm.label)/\(run.seed)" }
          if let (first, other) = known[run.key] {
            guard run.digest == other.digest, LockedSeal(of: run) == LockedSeal(of: other) else {
              return (first, name())
            }
          } else {
            known[run.key] = (name(), run)
          }
        }
      }
    }
    return nil
  }

  /// The first of `elements` that is among those before it.
  static func firstTwice<Element: Hashable>(_ elements: [Element]) -> Element? {
    var seen: Set<Element> = []
    return elements.first { !seen.insert($0).inserted }
  }

  /// Reads the names and digests of the documents.
  private static func documents(
    in json: JSONValue, _ reader: LockReader
  ) throws(LockError) -> [String: String] {
    let documents = try reader.digests("documents", of: json, in: "the lock")
    for name in documents.keys.sorted(by: CanonicalText.precedes) where !isDocument(name) {
      throw reader.malformed(
        "the lock names the document '\(name)', a name that labbook does not write; documents are files "
          + "of the week, or of the folder of weeks")
    }
    return documents
  }

  /// Whether `name` is as labbook names the files of a week: below the week's folder or, after one `../`,
  /// below the folder of weeks.
  private static func isDocument(_ name: String) -> Bool {
    let plain = NamedFiles.plainName(name)
    let below = plain.hasPrefix("../") ? plain.dropFirst("../".count) : plain[...]
    return NamedFiles.isWellFormed(name) && CanonicalText.same(plain, name) && !below.isEmpty
      && below != ".." && !below.hasPrefix("../")
  }

  /// Reads a lock, of which another one may hold the experiments already.
  ///
  /// Two weeks with the same results then cost little more than one to read.
  ///
  /// - Parameters:
  ///   - text: The file's content.
  ///   - path: The file's path, for error messages.
  ///   - other: A lock that was read, with its text.
  /// - Throws: As ``init(text:path:)``.
  public init(
    text: String, path: String, alike other: (lock: Lock, text: String)
  ) throws(LockError) {
    // Where the rest is broken, the whole text tells the line.
    guard let rest = Self.documents(of: text, after: other.text),
      let json = try? Self.json(Array("{\(rest)".utf8), path: path)
    else {
      try self.init(text: text, path: path)
      return
    }
    let isIntact = Self.isIntact(text)
    let reader = LockReader(path: path, isTextIntact: isIntact)
    self.init(
      experiments: other.lock.experiments,
      documents: try Self.documents(in: json, reader), plans: try reader.plans(of: json),
      preregistered: try reader.preregistration(of: json))
    // All before the documents is as in the other lock, its form too.
    let form = text.hasPrefix("{\n  \"format\": \"\(Form.byArm.rawValue)\"") ? Form.byArm : .byRun
    if !isIntact { try checkText(text, form, path: path) }
  }

  /// The member that follows the experiments, with all behind it.
  private static let documentsMark = Array("\n  \"documents\": ".utf8)

  /// Returns the part of `text` behind its experiments, if all before it is as in `other`.
  private static func documents(of text: String, after other: String) -> String? {
    var (text, other) = (text, other)
    return text.withUTF8 { bytes in
      other.withUTF8 { otherBytes in
        // No text within the lock holds a line end, so the mark is where it seems to be.
        guard let end = lastIndex(of: documentsMark, in: bytes),
          let otherEnd = lastIndex(of: documentsMark, in: otherBytes), end == otherEnd,
          bytes[..<end].elementsEqual(otherBytes[..<end])
        else { return nil }
        return String(decoding: bytes[end...], as: UTF8.self)
      }
    }
  }

  /// The text of a lock up to the end of its experiments; nil where that is not to be found.
  private static func experiments(in text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      lastIndex(of: documentsMark, in: bytes).map { String(decoding: bytes[..<$0], as: UTF8.self) }
    }
  }

  private static func lastIndex(
    of mark: [UInt8], in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (0...(bytes.count - mark.count)).last { start in
      bytes[start] == mark[0] && bytes[start..<(start + mark.count)].elementsEqual(mark)
    }
  }

  private static func json(_ bytes: [UInt8], path: String) throws(LockError) -> JSONValue {
    do { return try JSONValue(bytes: bytes) } catch {
      if let conflict = MergeConflict(in: String(decoding: bytes, as: UTF8.self)) {
        let week = path.split(separator: "/").dropLast().last.map { " \($0)" } ?? ""
        throw LockError(
          path: path,
          problem: .malformed(
            line: conflict.line,
            "the file \(conflict.words): take one side of it with 'git checkout --ours' or '--theirs', then "
              + "run 'labbook report\(week)' again"))
      }
      throw LockError(
        path: path, problem: .malformed(line: error.line, "this is not JSON: \(error.problem)"))
    }
  }

  /// Whether the digest that closes the file is that of all before it.
  private static func isIntact(_ text: String) -> Bool {
    let end = closing.utf8.count + 64 + "\"\n}\n".utf8.count
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count >= end else { return false }
      let body = UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(bytes)[..<(bytes.count - end)])
      return bytes[(bytes.count - end)...].elementsEqual(
        (closing + Digest.hex(of: body) + "\"\n}\n").utf8)
    }
  }

  /// Tells what is wrong with a text whose closing digest is not that of what is before it.
  private func checkText(_ text: String, _ form: Form, path: String) throws(LockError) {
    let expected = self.text(in: form)
    guard let (line, words) = Self.firstDifference(of: text, to: expected),
      !words.hasPrefix(Self.closing)
    else {
      throw LockError(
        path: path,
        problem: .alteredElsewhere(
          "the file was altered: its digest does not match its text, though every run is intact "
            + "(a question, metric, varied setting, normalization, title, label, plan, stated metric, promise of repetitions, repetition or the digest of a document)"
        ))
    }
    throw LockError(
      path: path,
      problem: .malformed(
        line: line, "the file was altered: it is not written as labbook writes it"))
  }

  /// The number of the first line, counted from 1, in which a text differs from `expected`, with that line of `expected`.
  private static func firstDifference(
    of text: String, to expected: String
  ) -> (line: Int, words: Substring)? {
    var (line, start, place) = (1, 0, 0)
    var (bytes, others) = (text.utf8.makeIterator(), expected.utf8.makeIterator())
    while true {
      let (byte, other) = (bytes.next(), others.next())
      guard byte == other else { break }
      guard let byte else { return nil }
      place += 1
      if byte == UInt8(ascii: "\n") { (line, start) = (line + 1, place) }
    }
    let rest = expected[expected.utf8.index(expected.startIndex, offsetBy: start)...]
    return (line, rest.prefix { $0 != "\n" })
  }
}

extension LockedExperiment {
  fileprivate func json(in form: Lock.Form) -> JSONValue {
    let shared = form == .byArm ? sharedSettings : [:]
    return .object(
      [
        .init("name", .string(name)),
        .init("question", .string(question)),
        .init("metric", .string(metric)),
      ]
        + (varied.isEmpty ? [] : [.init("varied", .array(varied.map(JSONValue.string)))])
        + (normalizations.isEmpty
          ? [] : [.init("normalizations", .sorted(normalizations.mapValues(\.json)))])
        + (stated.isEmpty ? [] : [.init("stated", .sorted(stated.mapValues(\.json)))])
        + (repeatsExactly ? [.init("repeats", .string(Self.exactRepeats))] : [])
        + (shared.isEmpty
          ? [] : [.init("preimage", .sorted(shared.mapValues(JSONValue.string)))])
        + [.init("arms", .array(arms.map { $0.json(in: form, shared: shared) }))])
  }
}

extension Preregistration {
  fileprivate var json: JSONValue {
    .object([
      .init("digest", .string(digest)),
      .init("runs", .sorted(runs.mapValues(JSONValue.string))),
      .init(
        "claims",
        .array(
          claims.map { claim in
            .object([
              .init("experiment", .string(claim.experiment)), .init("claim", .string(claim.text)),
            ])
          })),
    ])
  }
}

extension LockedPlan {
  fileprivate var json: JSONValue {
    .object([
      .init("name", .string(name)),
      .init("metric", .string(metric)),
      .init("seeds", .array(seeds.map(JSONValue.integer))),
      .init("runs", .string(runs)),
      .init(
        "arms",
        .array(
          arms.map { arm in
            .object([
              .init("label", .string(arm.label)), .init("title", .string(arm.title)),
              .init("settings", .string(arm.settings)),
            ])
          })),
    ])
  }
}

extension ScoreScale {
  fileprivate var json: JSONValue {
    .object(
      (constant.map { [.init("constant", .number($0))] } ?? [])
        + [.init("random", .number(random)), .init("solved", .number(solved))])
  }
}

extension LockedArm {
  /// The arm without the settings in `shared`, which its experiment has.
  fileprivate func json(in form: Lock.Form, shared: [String: String]) -> JSONValue {
    let own = shared.isEmpty ? preimage : preimage.filter { shared[$0.key] == nil }
    return .object(
      [.init("label", .string(label)), .init("title", .string(title))]
        + (isStage ? [.init("stage", .boolean(true))] : [])
        + [.init("preimage", .sorted(own.mapValues(JSONValue.string)))]
        + (form == .byArm ? columns : [.init("runs", .array(runs.map(\.json)))]))
  }
}

extension LockedRun {
  fileprivate var json: JSONValue {
    .object(
      [
        .init("seed", .integer(seed)),
        .init("key", .string(key)),
        .init("digest", .string(digest)),
        .init("checks", .string(Self.checks(of: recordDigest))),
        .init("metrics", .sorted(metrics.mapValues(JSONValue.number))),
        .init("parts", .sorted(parts.mapValues(JSONValue.string))),
      ] + (resolution.map { [.init("resolution", $0.json)] } ?? [])
        + (repetitions.isEmpty
          ? [] : [.init("repetitions", .array(repetitions.map(\.json)))]))
  }

  /// Four digits for each part in the order of the names: enough to say which one was altered.
  static func checks(of digest: RecordDigest) -> String {
    digest.parts.map { Digest.hex(of: "\($0.name) \($0.hex)").prefix(4) }.joined(
      separator: " ")
  }
}

internal import CanonicalJSON

/// Turns JSON into the parts of a lock.
struct LockReader {
  let path: String
  /// Whether the digest that closes the file is right.
  let isTextIntact: Bool
  /// The form that the lock is written in.
  var form = Lock.Form.byRun
  /// The columns that were met so far.
  let known = KnownColumns()

  init(path: String, isTextIntact: Bool) {
    self.path = path
    self.isTextIntact = isTextIntact
  }

  func experiment(_ json: JSONValue) throws(LockError) -> LockedExperiment {
    let name = try line("name", of: json, in: "an experiment")
    var arms: [LockedArm] = []
    let shared = ArmPreimage.Shared(form == .byArm ? try sharedSettings(of: json, in: name) : [])
    for element in try elements("arms", atMost: StoredCount.mostArms, of: json, in: name) {
      arms.append(try arm(element, of: name, shared: shared))
    }
    if let label = Lock.firstTwice(arms.map(\.label)) {
      throw malformed("\(name): the arm '\(label)' is there twice")
    }
    // A stage may stand after the arm that starts from it, so the arms are linked once all are read.
    let identities = ArmPreimage.linked(arms.map(\.identity))
    for (index, identity) in identities.enumerated() {
      guard let identity else {
        throw malformed(
          "\(name)/\(arms[index].label): it stands on stages in a chain of more than "
            + "\(ArmPreimage.longestChain), or in more than \(ArmPreimage.mostWays) ways")
      }
      arms[index] = LockedArm(
        label: arms[index].label, title: arms[index].title, isStage: arms[index].isStage,
        identity: identity,
        runs: form == .byArm ? completed(arms[index].runs, of: identity) : arms[index].runs)
    }
    let scales = try normalizations(of: json, in: name)
    for (metric, scale) in scales.sorted(by: { $0.key < $1.key }) {
      for value in arms.flatMap({ $0.values(of: metric) }).compactMap(\.self)
      where !ScoreScale.isSummable(scale.normalized(value)) {
        throw malformed("\(name): the normalization of \(metric) makes no number of \(value)")
      }
    }
    return LockedExperiment(
      name: name, question: try text("question", of: json, in: name),
      metric: try line("metric", of: json, in: name), varied: try varied(of: json, in: name),
      normalizations: scales, stated: try statedMetrics(of: json, in: name),
      repeatsExactly: try repeatsExactly(json, name), arms: arms)
  }

  /// The settings that the arms of an experiment differ in; none where the lock does not say.
  private func varied(of json: JSONValue, in experiment: String) throws(LockError) -> [String] {
    guard json["varied"] != nil else { return [] }
    let names = try elements("varied", of: json, in: experiment).map(\.string)
    guard !names.isEmpty,
      names.allSatisfy({ $0.map { StoredText.problem(withLine: $0) == nil } ?? false })
    else {
      throw malformed("\(experiment): 'varied' is not a list of settings")
    }
    return names.compactMap(\.self)
  }

  /// The normalizations of an experiment; none where nothing is normalized.
  private func normalizations(
    of json: JSONValue, in experiment: String
  ) throws(LockError) -> [String: ScoreScale] {
    guard json["normalizations"] != nil else { return [:] }
    var normalizations: [String: ScoreScale] = [:]
    for member in try members("normalizations", of: json, in: experiment) {
      let constant = member.value["constant"]
      guard let random = member.value["random"]?.double,
        let solved = member.value["solved"]?.double, constant == nil || constant?.double != nil,
        ScoreScale.isValid(random: random, constant: constant?.double, solved: solved)
      else {
        throw malformed(
          "\(experiment): the normalization of \(member.name) is not two different numbers of at most 1e300"
        )
      }
      normalizations[member.name] = ScoreScale(
        random: random, constant: constant?.double, solved: solved)
    }
    return normalizations
  }

  private func arm(
    _ json: JSONValue, of experiment: String, shared: ArmPreimage.Shared
  ) throws(LockError) -> LockedArm {
    let label = try line("label", of: json, in: experiment)
    let place = "\(experiment)/\(label)"
    let own = try settings(of: json, in: place)
    let twice = own.map(\.name).filter { shared.fields[$0] != nil }
    if let name = twice.min(by: CanonicalText.precedes) {
      throw malformed("\(place): the setting \(name) is one that the experiment has for all arms")
    }
    let mark = json["stage"]
    guard mark == nil || mark == .boolean(true) else {
      throw malformed("\(place): 'stage' is something else than true")
    }
    let runs = form == .byArm ? try rows(of: json, in: place) : try runs(of: json, in: place)
    if let seed = Lock.firstTwice(runs.map(\.seed)) {
      throw malformed("\(place): the seed \(seed) is there twice")
    }
    return LockedArm(
      label: label, title: try line("title", of: json, in: place), isStage: mark != nil,
      identity: ArmPreimage(own, beside: shared), runs: runs)
  }

  /// Reads the settings of a preimage, in the order in which they are written.
  func settings(
    of json: JSONValue, in place: String
  ) throws(LockError) -> [(name: String, value: String)] {
    var settings: [(name: String, value: String)] = []
    for member in try members("preimage", of: json, in: place) {
      guard let value = member.value.string else {
        throw malformed("\(place): a member of 'preimage' is not a text")
      }
      settings.append((member.name, value))
    }
    for (name, value) in settings {
      if let problem = StoredText.problem(withLine: name) {
        throw malformed("\(place): the name of a setting \(problem)")
      }
      if let problem = StoredText.problem(withText: value) {
        throw malformed("\(place): the setting \(name) \(problem)")
      }
    }
    return settings
  }

  private func runs(of json: JSONValue, in place: String) throws(LockError) -> [LockedRun] {
    var runs: [LockedRun] = []
    for element in try elements("runs", atMost: StoredCount.mostRuns, of: json, in: place) {
      guard let seed = element["seed"]?.integer, StoredNumber.seeds.contains(seed) else {
        throw malformed(
          "\(place): a run has no seed, which is a whole number in \(StoredNumber.seeds)")
      }
      runs.append(try run(element, seed: seed, in: "\(place)/\(seed)"))
    }
    return runs
  }

  private func run(
    _ json: JSONValue, seed: Int, in place: String
  ) throws(LockError) -> LockedRun {
    var metrics: [String: Double] = [:]
    for member in try members("metrics", of: json, in: place) {
      guard StoredText.isName(member.name) else {
        throw malformed("\(place): a metric has no valid name")
      }
      guard let value = member.value.double, StoredNumber.isMetric(value) else {
        throw altered(place, "metric \(member.name)", "is not \(StoredNumber.metricWords)")
      }
      // Digests are of the canonical form. Where the text is not as it was written, they tell which part is not.
      guard !isTextIntact || member.value == .number(value) else {
        throw altered(place, "metric \(member.name)", "is not written as labbook writes it")
      }
      metrics[member.name] = value
    }
    let parts = try digests("parts", of: json, in: place)
    guard parts.keys.allSatisfy({ StoredText.isName($0) && !$0.hasPrefix("metric.") }) else {
      throw malformed("\(place): a part has no valid name")
    }
    let digest = try digest("digest", of: json, in: place)
    let resolution = try resolution(json["resolution"], kept: digest, in: place)
    let run = LockedRun(
      seed: seed, key: try self.digest("key", of: json, in: place), digest: digest, parts: parts,
      metrics: metrics, resolution: resolution, repetitions: try repetitions(of: json, in: place))
    let checks = try string("checks", of: json, in: place)
    // The checks only say which part was altered.
    if isTextIntact, Self.recordDigest(of: json) == run.digest { return run }
    try compareChecks(of: run, with: checks, place)
    return run
  }

  /// Reads a decision between results of a run; nil where there is none.
  func resolution(
    _ json: JSONValue?, kept digest: String, in place: String
  ) throws(LockError) -> Resolution? {
    guard let json else { return nil }
    guard let resolution = Resolution(json: json, kept: digest) else {
      throw malformed("\(place): 'resolution' is no decision between results with its reason")
    }
    return resolution
  }

  /// The digest of a run's record from its numbers as they are written, in the order they are in.
  ///
  /// It is the record's own where both are as labbook writes them, as they are in a file that was not
  /// altered; with many runs this is much faster than to make the parts of each.
  private static func recordDigest(of run: JSONValue) -> String {
    let metrics = (run["metrics"]?.members ?? []).map { ("metric." + $0.name, $0.value) }
    let parts = run["parts"]?.members ?? []
    var text = Array("labbook record 1\n".utf8)
    text.reserveCapacity((metrics.count + parts.count) * 100)
    var (metric, part) = (0, 0)
    while metric < metrics.count || part < parts.count {
      let isMetric =
        part == parts.count
        || metric < metrics.count
          && CanonicalText.precedes(metrics[metric].0, parts[part].name)
      if isMetric {
        guard case .literal(let number) = metrics[metric].1 else { return "" }
        text += metrics[metric].0.utf8
        text.append(UInt8(ascii: " "))
        Digest.append(digestOf: Array(number.utf8) + [UInt8(ascii: "\n")], to: &text)
        metric += 1
      } else {
        text += parts[part].name.utf8
        text.append(UInt8(ascii: " "))
        text += (parts[part].value.string ?? "").utf8
        part += 1
      }
      text.append(UInt8(ascii: "\n"))
    }
    return Digest.hex(of: text)
  }

  /// Finds out which part of a run was altered, if one was.
  private func compareChecks(
    of run: LockedRun, with checks: String, _ place: String
  ) throws(LockError) {
    let digest = run.recordDigest
    if isTextIntact, digest.all == run.digest { return }
    let found = LockedRun.checks(of: digest)
    switch (digest.all == run.digest, found == checks) {
    case (true, true): return
    case (true, false): throw altered(place, "checks", "were altered")
    case (false, true):
      throw altered(place, "digest", "was altered: it does not follow from the metrics and parts")
    case (false, false): break
    }
    let stated = checks.split(separator: " ", omittingEmptySubsequences: false)
    let parts = zip(digest.parts, found.split(separator: " ", omittingEmptySubsequences: false))
    for ((part, found), stated) in zip(parts, stated) where found != stated {
      let name = part.name
      guard name.hasPrefix("metric.") else { throw altered(place, name, "was altered") }
      let metric = String(name.dropFirst("metric.".count))
      let value = run.metrics[metric].map(CanonicalText.number) ?? "missing"
      throw altered(
        place, "metric \(metric)", "was altered: \(value) does not match the record's digest")
    }
    throw altered(place, "the list of metrics and parts", "was altered")
  }

  /// Reads a text that people see on one line, such as a title.
  func line(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> String {
    let line = try string(name, of: json, in: place)
    if let problem = StoredText.problem(withLine: line) {
      throw malformed("\(place): its '\(name)' \(problem)")
    }
    return line
  }

  /// Reads a text of any form.
  func text(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> String {
    let text = try string(name, of: json, in: place)
    if let problem = StoredText.problem(withText: text) {
      throw malformed("\(place): its '\(name)' \(problem)")
    }
    return text
  }

  /// Reads a digest or a run key.
  func digest(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> String {
    let hex = try string(name, of: json, in: place)
    guard Digest.isHex(hex) else {
      throw malformed("\(place): its '\(name)' is not 64 hexadecimal digits")
    }
    return hex
  }

  /// Reads digests by name.
  func digests(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [String: String] {
    let digests = try strings(name, of: json, in: place)
    guard digests.values.allSatisfy({ Digest.isHex($0) }) else {
      throw malformed("\(place): one of its '\(name)' is not 64 hexadecimal digits")
    }
    return digests
  }

  func string(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> String {
    guard let string = json[name]?.string else {
      throw malformed("\(place) has no '\(name)', or it is not a text")
    }
    return string
  }

  func strings(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [String: String] {
    var strings: [String: String] = [:]
    for member in try members(name, of: json, in: place) {
      guard let string = member.value.string else {
        throw malformed("\(place): a member of '\(name)' is not a text")
      }
      strings[member.name] = string
    }
    return strings
  }

  func members(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [JSONValue.Member] {
    guard let members = json[name]?.members else {
      throw malformed("\(place) has no '\(name)', or it is not an object")
    }
    return members
  }

  func elements(
    _ name: String, atMost limit: Int = .max, of json: JSONValue, in place: String
  ) throws(LockError) -> [JSONValue] {
    guard let elements = json[name]?.elements else {
      throw malformed("\(place) has no '\(name)', or it is not a list")
    }
    guard elements.count <= limit else {
      throw malformed("\(place) has \(elements.count) '\(name)', more than \(limit)")
    }
    return elements
  }

  func malformed(_ words: String) -> LockError {
    LockError(path: path, problem: .malformed(line: nil, words))
  }

  func altered(_ run: String, _ part: String, _ words: String) -> LockError {
    LockError(path: path, problem: .altered(run: run, part: part, words))
  }
}

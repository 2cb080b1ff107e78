internal import CanonicalJSON

/// Turns JSON into the parts of a lock.
struct LockReader {
  let path: String
  /// Whether the digest that closes the file is right.
  let isTextIntact: Bool

  func experiment(_ json: JSONValue) throws(LockError) -> LockedExperiment {
    let name = try string("name", of: json, in: "an experiment")
    var arms: [LockedArm] = []
    for element in try elements("arms", of: json, in: name) {
      arms.append(try arm(element, of: name))
    }
    if let label = Lock.firstTwice(arms.map(\.label)) {
      throw malformed("\(name): the arm '\(label)' is there twice")
    }
    // A stage may stand after the arm that starts from it, so the arms are linked once all are read.
    let identities = ArmPreimage.linked(arms.map(\.preimage))
    let scales = try normalizations(of: json, in: name)
    for run in arms.flatMap(\.runs) {
      for (metric, value) in run.metrics {
        guard scales[metric].map({ $0.normalized(value).isFinite }) ?? true else {
          throw malformed("\(name): the normalization of \(metric) makes no number of \(value)")
        }
      }
    }
    return LockedExperiment(
      name: name, question: try string("question", of: json, in: name),
      metric: try string("metric", of: json, in: name),
      varied: try varied(of: json, in: name),
      normalizations: scales,
      arms: zip(arms, identities).map { arm, identity in
        LockedArm(
          label: arm.label, title: arm.title, isStage: arm.isStage, identity: identity,
          runs: arm.runs)
      })
  }

  /// The settings that the arms of an experiment differ in; none where the lock does not say.
  private func varied(of json: JSONValue, in experiment: String) throws(LockError) -> [String] {
    guard json["varied"] != nil else { return [] }
    let names = try elements("varied", of: json, in: experiment).map(\.string)
    guard !names.isEmpty, names.allSatisfy({ $0?.isEmpty == false }) else {
      throw malformed("\(experiment): 'varied' is not a list of settings")
    }
    return names.compactMap(\.self)
  }

  /// The normalizations of an experiment; none where nothing is normalized.
  private func normalizations(
    of json: JSONValue, in experiment: String
  ) throws(LockError) -> [String: ScoreScale] {
    guard let json = json["normalizations"] else { return [:] }
    var normalizations: [String: ScoreScale] = [:]
    for member in json.members ?? [] {
      let constant = member.value["constant"]
      guard let random = member.value["random"]?.double,
        let solved = member.value["solved"]?.double, constant == nil || constant?.double != nil,
        ScoreScale.isValid(random: random, constant: constant?.double, solved: solved)
      else {
        throw malformed(
          "\(experiment): the normalization of \(member.name) is not two different numbers")
      }
      normalizations[member.name] = ScoreScale(
        random: random, constant: constant?.double, solved: solved)
    }
    return normalizations
  }

  /// The plans of a lock; none where it has none.
  func plans(of json: JSONValue) throws(LockError) -> [LockedPlan] {
    guard json["plans"] != nil else { return [] }
    var plans: [LockedPlan] = []
    for element in try elements("plans", of: json, in: "the lock") {
      let name = try string("name", of: element, in: "a plan")
      let place = "the plan of \(name)"
      var arms: [LockedPlan.Arm] = []
      for arm in try elements("arms", of: element, in: place) {
        arms.append(
          LockedPlan.Arm(
            label: try string("label", of: arm, in: place),
            title: try string("title", of: arm, in: place),
            settings: try string("settings", of: arm, in: place)))
      }
      let seeds = try elements("seeds", of: element, in: place).map(\.integer)
      guard !seeds.isEmpty, seeds.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else {
        throw malformed("\(place): 'seeds' is not a list of seeds")
      }
      plans.append(
        LockedPlan(
          name: name, metric: try string("metric", of: element, in: place),
          seeds: seeds.compactMap(\.self), runs: try string("runs", of: element, in: place),
          arms: arms))
    }
    if let name = Lock.firstTwice(plans.map(\.name)) {
      throw malformed("the plan of '\(name)' is there twice")
    }
    return plans
  }

  /// The claims that a lock says were registered; nil where it says nothing.
  func preregistration(of json: JSONValue) throws(LockError) -> Preregistration? {
    guard let json = json["preregistered"] else { return nil }
    let place = "the registered claims"
    var claims: [Preregistration.Claim] = []
    for element in try elements("claims", of: json, in: place) {
      claims.append(
        Preregistration.Claim(
          experiment: try string("experiment", of: element, in: place),
          text: try string("claim", of: element, in: place)))
    }
    let registration = Preregistration(
      claims: claims, runs: try strings("runs", of: json, in: place))
    guard try string("digest", of: json, in: place) == registration.digest else {
      throw malformed("\(place) were altered: their digest does not follow from them")
    }
    return registration
  }

  private func arm(_ json: JSONValue, of experiment: String) throws(LockError) -> LockedArm {
    let label = try string("label", of: json, in: experiment)
    let place = "\(experiment)/\(label)"
    let preimage = try strings("preimage", of: json, in: place)
    let mark = json["stage"]
    guard mark == nil || mark == .boolean(true) else {
      throw malformed("\(place): 'stage' is something else than true")
    }
    var runs: [LockedRun] = []
    for element in try elements("runs", of: json, in: place) {
      guard let seed = element["seed"]?.integer, (0...Int(Int32.max)).contains(seed) else {
        throw malformed("\(place): a run has no seed, which is a whole number in 0...\(Int32.max)")
      }
      runs.append(try run(element, seed: seed, in: "\(place)/\(seed)"))
    }
    if let seed = Lock.firstTwice(runs.map(\.seed)) {
      throw malformed("\(place): the seed \(seed) is there twice")
    }
    return LockedArm(
      label: label, title: try string("title", of: json, in: place), isStage: mark != nil,
      identity: ArmPreimage(fields: preimage), runs: runs)
  }

  private func run(
    _ json: JSONValue, seed: Int, in place: String
  ) throws(LockError) -> LockedRun {
    var metrics: [String: Double] = [:]
    for member in json["metrics"]?.members ?? [] {
      guard let value = member.value.double, Record.isMetric(value) else {
        throw altered(place, "metric \(member.name)", "is not \(Record.metricWords)")
      }
      metrics[member.name] = value
    }
    let digest = try string("digest", of: json, in: place)
    var resolution: Resolution?
    if let decision = json["resolution"] {
      resolution = Resolution(json: decision, kept: digest)
      guard resolution != nil else {
        throw malformed("\(place): 'resolution' is no decision between results with its reason")
      }
    }
    let run = LockedRun(
      seed: seed, key: try string("key", of: json, in: place), digest: digest,
      parts: try strings("parts", of: json, in: place), metrics: metrics,
      resolution: resolution)
    let checks = try string("checks", of: json, in: place)
    // The checks only say which part was altered.
    if isTextIntact, Self.recordDigest(of: json) == run.digest { return run }
    try compareChecks(of: run, with: checks, place)
    return run
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
    guard let members = json[name]?.members else { throw malformed("\(place) has no '\(name)'") }
    var strings: [String: String] = [:]
    for member in members {
      guard let string = member.value.string else {
        throw malformed("\(place): \(name).\(member.name) is not a text")
      }
      strings[member.name] = string
    }
    return strings
  }

  func elements(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [JSONValue] {
    guard let elements = json[name]?.elements else {
      throw malformed("\(place) has no '\(name)', or it is not a list")
    }
    return elements
  }

  func malformed(_ words: String) -> LockError {
    LockError(path: path, problem: .malformed(line: nil, words))
  }

  private func altered(_ run: String, _ part: String, _ words: String) -> LockError {
    LockError(path: path, problem: .altered(run: run, part: part, words))
  }
}

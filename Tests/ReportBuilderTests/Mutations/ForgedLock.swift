import CanonicalJSON
import ResultStore

/// A lock whose content somebody changed, with every key and digest computed again, so that its integrity is right.
struct ForgedLock {
  /// The arms of each experiment by the digest that names them as stages, before the change.
  private let labels: [String: [String: String]]

  /// Takes the lock as it was.
  init(of original: Lock) {
    labels = Dictionary(
      original.experiments.map { experiment in
        (
          experiment.name,
          Dictionary(experiment.arms.map { ($0.identity.digest, $0.label) }) { first, _ in first }
        )
      }
    ) { first, _ in first }
  }

  /// Returns the text of a changed document that has the form of a lock as far as the change left it.
  func text(of changed: JSONValue) -> String {
    var document = changed
    for experiment in (document["experiments"]?.elements ?? []).indices {
      document = document.replacing([.name("experiments"), .at(experiment)]) {
        forged(experiment: $0)
      }
    }
    if let claims = document["preregistered"]?["claims"]?.elements,
      let runs = document["preregistered"]?["runs"]?.members
    {
      let registration = Preregistration(
        claims: claims.compactMap { claim in
          claim["experiment"]?.string.flatMap { experiment in
            claim["claim"]?.string.map { .init(experiment: experiment, text: $0) }
          }
        },
        runs: Dictionary(runs.map { ($0.name, $0.value.string ?? "") }) { first, _ in first })
      document = document.replacing([.name("preregistered"), .name("digest")]) { _ in
        .string(registration.digest)
      }
    }
    let members = (document.members ?? []).filter { $0.name != "digest" }
    let body = JSONValue.object(members).text.dropLast("\n}".count) + ",\n"
    return body + "  \"digest\": \"\(Digest.hex(of: String(body)))\"\n}\n"
  }

  private func forged(experiment: JSONValue) -> JSONValue {
    let labels = labels[experiment["name"]?.string ?? ""] ?? [:]
    let arms = experiment["arms"]?.elements ?? []
    var known: [String: ArmPreimage] = [:]
    func identity(_ arm: JSONValue, _ above: Set<String>) -> ArmPreimage {
      let label = arm["label"]?.string ?? ""
      if let made = known[label] { return made }
      var fields: [String: String] = [:]
      for member in arm["preimage"]?.members ?? [] {
        fields[member.name] = member.value.string ?? ""
      }
      var stages: [String: ArmPreimage] = [:]
      for name in ArmPreimage.stageFields {
        guard let stage = fields[name].flatMap({ labels[$0] }), !above.contains(stage),
          above.count < 80,
          let arm = arms.first(where: { $0["label"]?.string == stage })
        else { continue }
        stages[name] = identity(arm, above.union([label]))
      }
      let made = ArmPreimage(fields: fields, stages: stages)
      known[label] = made
      return made
    }
    var forged = experiment
    for (place, arm) in arms.enumerated() {
      let identity = identity(arm, [])
      forged = forged.replacing([.name("arms"), .at(place)]) { arm in
        var arm = arm
        for name in identity.stages.keys {
          arm = arm.replacing([.name("preimage"), .name(name)]) { _ in
            .string(identity.fields[name] ?? "")
          }
        }
        for run in (arm["runs"]?.elements ?? []).indices {
          arm = arm.replacing([.name("runs"), .at(run)]) { Self.forged(run: $0, identity) }
        }
        return arm
      }
    }
    return forged
  }

  private static func forged(run: JSONValue, _ identity: ArmPreimage) -> JSONValue {
    var parts: [(name: String, hex: String)] = []
    for member in run["metrics"]?.members ?? [] {
      guard case .literal(let number) = member.value else { continue }
      parts.append(("metric." + member.name, Digest.hex(of: number + "\n")))
    }
    for member in run["parts"]?.members ?? [] {
      parts.append((member.name, member.value.string ?? ""))
    }
    let digest = ForgedRecord.digest(of: parts)
    let key = run["seed"]?.integer.map { identity.run(seed: $0).key.hex }
    return run.replacing([.name("digest")]) { _ in .string(digest) }
      .replacing([.name("key")]) { key.map(JSONValue.string) ?? $0 }
  }
}

/// A record as text, with digests that are right, whatever the numbers in it are.
struct ForgedRecord {
  /// Names with numbers as they are written.
  var metrics: [(name: String, number: String)]
  /// Names with points as they are written.
  var curves: [(name: String, points: [(step: String, value: String)])]
  /// One document a line.
  var samples: [String]

  init(of record: Record) {
    metrics = record.metrics.sorted { $0.key < $1.key }.map {
      ($0.key, CanonicalText.number($0.value))
    }
    curves = record.curves.map { curve in
      (
        curve.name,
        zip(curve.steps, curve.values).map { ("\($0)", CanonicalText.number($1)) }
      )
    }
    samples = record.samples
  }

  /// The digest over the digests of parts.
  static func digest(of parts: [(name: String, hex: String)]) -> String {
    let sorted = parts.sorted { CanonicalText.precedes($0.name, $1.name) }
    return Digest.hex(of: "labbook record 1\n" + sorted.map { "\($0.name) \($0.hex)\n" }.joined())
  }

  /// The files of a record's folder but its preimage, by name.
  func files(key: String) -> [String: String] {
    var parts = metrics.map { ("metric." + $0.name, Digest.hex(of: $0.number + "\n")) }
    var files: [String: String] = [:]
    var table = "curve,step,value\n"
    for curve in curves {
      let points = curve.points.map { "\($0.step),\($0.value)\n" }
      table += points.map { "\(curve.name),\($0)" }.joined()
      parts.append(("curve." + curve.name, Digest.hex(of: points.joined())))
    }
    if !curves.isEmpty { files["curves.csv"] = table }
    if !samples.isEmpty {
      let text = samples.map { $0 + "\n" }.joined()
      files["samples.jsonl"] = text
      parts.append(("samples", Digest.hex(of: text)))
    }
    parts.sort { CanonicalText.precedes($0.0, $1.0) }
    files["record.json"] =
      JSONValue.object([
        .init("format", .string("labbook record 1")), .init("key", .string(key)),
        .init("metrics", .object(metrics.map { .init($0.name, .literal($0.number)) })),
        .init("parts", .object(parts.map { .init($0.0, .string($0.1)) })),
        .init("digest", .string(Self.digest(of: parts.map { (name: $0.0, hex: $0.1) }))),
      ]).text + "\n"
    return files
  }

  /// Changes one thing.
  mutating func change(_ mutation: inout Mutation) {
    func number(_ mutation: inout Mutation) -> String {
      mutation.happens(0.15)
        ? mutation.one(of: ["nan", "inf", "-inf", "x", ""]) : mutation.number()
    }
    let place = mutation.index(below: curves.count)
    switch mutation.index(below: 12) {
    case 0 where !metrics.isEmpty:
      metrics[mutation.index(below: metrics.count)].number = mutation.number()
    case 1 where !metrics.isEmpty: metrics.remove(at: mutation.index(below: metrics.count))
    case 2 where !metrics.isEmpty:
      metrics[mutation.index(below: metrics.count)].name = mutation.text()
    case 3 where curves.indices.contains(place): curves[place].points = []
    case 4 where curves.indices.contains(place): curves[place].points.reverse()
    case 5 where curves.indices.contains(place): curves[place].points += curves[place].points
    case 6 where curves.indices.contains(place):
      for point in curves[place].points.indices where mutation.happens(0.5) {
        curves[place].points[point].value = number(&mutation)
      }
    case 7 where curves.indices.contains(place):
      for point in curves[place].points.indices where mutation.happens(0.3) {
        curves[place].points[point].step = mutation.number()
      }
    case 8 where curves.indices.contains(place):
      // Of one length no more.
      curves[place].points.removeLast(mutation.index(below: curves[place].points.count))
    case 9 where curves.indices.contains(place): curves[place].name = mutation.text()
    case 10 where curves.indices.contains(place):
      let value = mutation.one(of: ["1e300", "-1e300", "1e308", "inf", "nan", "5e-324"])
      for point in curves[place].points.indices { curves[place].points[point].value = value }
    default:
      guard !samples.isEmpty else { return curves = [] }
      let line = mutation.index(below: samples.count)
      guard let document = try? JSONValue(text: samples[line]) else { return }
      samples[line] = mutation.changed(document).compactText
    }
    curves.sort { CanonicalText.precedes($0.name, $1.name) }
    metrics.sort { CanonicalText.precedes($0.name, $1.name) }
  }
}

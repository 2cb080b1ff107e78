public import CanonicalJSON
internal import Algorithms
internal import ExternalTrainers
public import ResultStore
internal import Settings

/// A record as it is shown to a person, or as JSON.
public struct ShownRecord: Sendable {
  /// The run as it was asked for.
  public var run: String
  /// The preimage of the run's key.
  public var preimage: RunPreimage
  /// The stored record.
  public var record: Record
  /// The circumstances in which the record was made, where they are stored.
  public var provenance: Provenance?
  /// The stages that the run starts from, by the field that names them, with their names.
  public var stages: [(field: String, run: String)]

  /// How many completions are shown as text; JSON has them all.
  private static let mostSamples = 3

  /// Creates the shown form of the record of `run`.
  public init(
    run: String, preimage: RunPreimage, record: Record, provenance: Provenance?,
    stages: [(field: String, run: String)]
  ) {
    self.run = run
    self.preimage = preimage
    self.record = record
    self.provenance = provenance
    self.stages = stages
  }

  /// All but curves and weights.
  public var json: JSONValue {
    .object([
      .init("run", .string(run)), .init("key", .string(preimage.key.hex)),
      .init("preimage", .sorted(preimage.fields.mapValues(JSONValue.string))),
      .init(
        "metrics",
        .sorted(
          record.metrics.mapValues(JSONValue.number)
            // JSON has no number for them.
            .merging(record.undefined.mapValues { .string($0.rawValue) }) { first, _ in first })),
      .init("digest", .string(record.digest.all)),
      .init(
        "parts",
        .object(record.digest.parts.map { .init($0.name, .string($0.hex)) })),
      .init(
        "starts_from", .sorted(preimage.stages.mapValues { .string($0.hex) })),
      .init("observation", record.observation.map { .string($0.rawValue) } ?? .null),
      .init("samples", .array(record.samples.compactMap { try? JSONValue(text: $0) })),
      .init("provenance", provenance?.json ?? .null),
    ])
  }

  /// Returns lines for a terminal, without a line end behind the last: metrics, costs, the last samples, curves,
  /// settings and provenance.
  ///
  /// - Parameter number: The way in which numbers are written.
  /// - Returns: The lines.
  public func text(number: (Double) -> String) -> String {
    let head =
      [["run", run], ["key", preimage.key.hex], ["digest", record.digest.all]]
      + (record.observation.map { [["result", "\($0.words)"]] } ?? [])
      + stages.map { [$0.field, $0.run] }
    var parts = head.map { row in
      alignedColumns([[row[0] + String(repeating: " ", count: max(0, 6 - row[0].count)), row[1]]])
    }
    let isLanguage = preimage.fields["language"] != nil
    let costs = isLanguage ? Set(CostLedger().metrics.keys).union(["updates"]) : []
    let metrics = record.metrics.merging(record.undefined.mapValues(\.number)) { first, _ in first }
    for (title, names) in [
      ("metrics", metrics.keys.filter { !costs.contains($0) }),
      ("cost", metrics.keys.filter(costs.contains)),
    ] where !names.isEmpty {
      parts.append("\n\(title)")
      parts.append(
        alignedColumns(
          names.sorted().map { ["  \($0)", number(metrics[$0] ?? .nan)] }, trailing: [1]))
    }
    parts += sampleLines(number: number)
    parts += curveLines(number: number)
    if !record.files.isEmpty {
      parts.append("\nfiles")
      parts.append(
        alignedColumns(record.files.map { ["  \($0.path)", "\($0.size) bytes"] }, trailing: [1]))
    }
    parts.append("\nsettings")
    parts.append(
      preimage.text.split(separator: "\n").dropFirst().map { "  \($0)" }.joined(separator: "\n"))
    guard let provenance else { return parts.joined(separator: "\n") }
    parts.append("\nprovenance")
    parts.append(
      alignedColumns(
        [
          ["  machine", provenance.machine],
          [
            "  instruction set",
            record.observation == nil ? provenance.instructionSet : "not known",
          ],
          ["  git commit", provenance.gitCommit ?? "none"],
          ["  command", provenance.command.joined(separator: " ")],
          ["  started", provenance.start], ["  seconds", number(provenance.duration)],
        ]
          + provenance.versions.filter { !$0.key.hasPrefix(LockedPackages.prefix) }
          .sorted { $0.key < $1.key }.map { ["  \($0.key)", $0.value] }
          + (LockedPackages(provenance).map {
            [["  packages", "\($0.versions.count) of its lock file; --format json names them"]]
          } ?? [])))
    return parts.joined(separator: "\n")
  }

  /// The first completions of the last point, whole.
  private func sampleLines(number: (Double) -> String) -> [String] {
    let samples = record.samples.compactMap { try? JSONValue(text: $0) }
    guard let last = samples.last?["step"]?.integer else { return [] }
    let ofLast = samples.filter { $0["step"]?.integer == last }
    let shown = ofLast.prefix(Self.mostSamples)
    var lines = ["\nsamples at step \(last), \(shown.count) of \(samples.count)"]
    for sample in shown {
      let reward = sample["reward"]?.double.map(number) ?? "?"
      let isCorrect = sample["correct"] == .boolean(true)
      let level = sample["level"]?.string ?? "?"
      let kind = sample["kind"]?.string ?? "?"
      lines.append(
        "  level \(level), \(kind), reward \(reward), \(isCorrect ? "right" : "wrong")")
      for part in ["prompt", "completion"] {
        let written = (sample[part]?.string ?? "").split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in written.enumerated() {
          let head = number == 0 ? part : ""
          lines.append("    \(head)\(String(repeating: " ", count: 12 - head.count))\(line)")
        }
      }
    }
    return lines
  }
}

extension Observation {
  /// The way in words.
  fileprivate var words: String {
    switch self {
    case .observed: "observed: the command gave these numbers once, on this machine"
    case .imported: "imported: inputs as stated, not seen"
    }
  }
}

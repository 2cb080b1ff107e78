internal import CanonicalJSON

/// The stored result of a run.
public struct Record: Equatable, Sendable {
  /// Finite values by name.
  public var metrics: [String: Double]
  /// The metrics whose values are no finite numbers; none of them is in ``metrics``.
  public var undefined: [String: UndefinedValue]
  /// One curve for each name.
  public var curves: [Curve]
  /// The result of each item of the final evaluation, one list for each quantity: a curve's steps are the
  /// items' indices here.
  public var items: [Curve]
  /// A digest for each step of the optimizer, of all parameters after it and of the digests before it, so
  /// that the first at which two executions differ can be named.
  public var updates: [UInt32]
  /// One JSON document a sample, each on one line.
  public var samples: [String]
  /// The final weights as a safetensors file; empty if the run has none.
  public var weights: [UInt8]
  /// The files that are kept beside the numbers, sorted by path.
  public var files: [KeptFile]
  /// How the result came to be; nil where the engine computed it.
  public var observation: Observation?

  /// Creates a record.
  public init(
    metrics: [String: Double], undefined: [String: UndefinedValue] = [:], curves: [Curve] = [],
    items: [Curve] = [], updates: [UInt32] = [],
    samples: [String] = [], weights: [UInt8] = [], files: [KeptFile] = [],
    observation: Observation? = nil
  ) {
    self.files = files.sorted { CanonicalText.precedes($0.path, $1.path) }
    self.observation = observation
    self.metrics = metrics
    self.undefined = undefined
    self.curves = curves.sorted { CanonicalText.precedes($0.name, $1.name) }
    self.items = items.sorted { CanonicalText.precedes($0.name, $1.name) }
    self.updates = updates
    self.samples = samples
    self.weights = weights
  }

  /// The curve `name`, if the run has it.
  public func curve(_ name: String) -> Curve? {
    curves.first { $0.name == name }
  }

  /// The digest of each part and of them all.
  public var digest: RecordDigest {
    var parts: [RecordDigest.Part] = []
    for file in CurvesFile.all {
      parts += self[keyPath: file.content].map {
        RecordDigest.Part(name: file.part(of: $0.name), hex: $0.digest)
      }
    }
    if !updates.isEmpty {
      parts.append(.init(name: "updates", hex: Digest.hex(of: UpdatesFile.bytes(of: updates))))
    }
    if !samples.isEmpty {
      parts.append(.init(name: "samples", hex: Digest.hex(of: SamplesFile.text(of: samples))))
    }
    if !weights.isEmpty { parts.append(.init(name: "weights", hex: Digest.hex(of: weights))) }
    if !files.isEmpty {
      parts.append(.init(name: KeptFile.part, hex: Digest.hex(of: KeptFilesList.text(of: files))))
    }
    parts += undefined.map { .init(name: UndefinedValue.prefix + $0.key, hex: $0.value.hex) }
    if let observation { parts.append(.init(name: Observation.part, hex: observation.hex)) }
    return RecordDigest(metrics: metrics, otherParts: parts)
  }

  /// The reason why this record cannot be stored; `nil` if it can.
  public var problem: (part: String, problem: String)? {
    for (name, value) in metrics.sorted(by: { CanonicalText.precedes($0.key, $1.key) }) {
      guard StoredText.isName(name) else { return ("metric.\(name)", "has no valid name") }
      guard value.isFinite else { return ("metric.\(name)", "is not finite (\(value))") }
      guard StoredNumber.isMetric(value) else {
        return ("metric.\(name)", "is not \(StoredNumber.metricWords) (\(value))")
      }
    }
    for name in undefined.keys.sorted(by: CanonicalText.precedes) {
      let part = UndefinedValue.prefix + name
      guard StoredText.isName(part) else { return (part, "has no valid name") }
      guard metrics[name] == nil else { return (part, "is a finite number too") }
    }
    for file in CurvesFile.all {
      let curves = self[keyPath: file.content]
      for (position, curve) in curves.enumerated() {
        let part = file.part(of: curve.name)
        guard StoredText.isName(curve.name) else { return (part, "has no valid name") }
        guard curve.steps.allSatisfy(StoredNumber.steps.contains) else {
          return (part, "has a step outside \(StoredNumber.steps)")
        }
        guard curve.values.allSatisfy(StoredNumber.isOfCurve) else {
          return (part, "has a number beyond \(StoredNumber.largest)")
        }
        guard !curves[..<position].contains(where: { $0.name == curve.name }) else {
          return (part, "appears twice")
        }
      }
    }
    for file in files {
      if let problem = file.problem {
        return ("files", "has a file '\(file.path)' that \(problem)")
      }
    }
    if KeptFilesList.files(in: KeptFilesList.text(of: files)) == nil, !files.isEmpty {
      return ("files", "has a file twice, or more than \(KeptFile.most)")
    }
    for (position, sample) in samples.enumerated()
    where sample.utf8.contains(UInt8(ascii: "\n")) || (try? JSONValue(text: sample)) == nil {
      return ("samples", "sample \(position + 1) is not a JSON document on one line")
    }
    return nil
  }
}

/// One quantity over the course of a run, or over the items of an evaluation.
public struct Curve: Sendable {
  /// The name of the curve.
  public let name: String
  /// Environment steps (or tokens) done; the same count as `values`.
  public let steps: [Int]
  /// NaN where the quantity is not defined, such as an explained variance of constant returns.
  public let values: [Double]

  /// Creates a curve.
  ///
  /// - Precondition: `steps` and `values` have equal counts.
  public init(name: String, steps: [Int], values: [Double]) {
    precondition(
      steps.count == values.count,
      "curve \(name) needs a step for each value, got \(steps.count) for \(values.count)")
    self.name = name
    self.steps = steps
    self.values = values
  }

  /// The digest of the points; the name is not in it.
  var digest: String {
    Digest.hex(of: zip(steps, values).map { "\($0),\(CanonicalText.number($1))\n" }.joined())
  }
}

extension Curve: Equatable {
  /// Equal where their texts are: NaN equals NaN, and the two zeros differ.
  public static func == (first: Self, second: Self) -> Bool {
    first.name == second.name && first.steps == second.steps
      && first.values.elementsEqual(second.values, by: CanonicalText.same)
  }
}

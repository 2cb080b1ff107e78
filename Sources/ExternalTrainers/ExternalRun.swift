internal import CanonicalJSON
public import ResultStore

/// A run of an external trainer as its preimage states it: all that its result depends on.
public struct ExternalRun: Equatable, Sendable {
  /// The command with its placeholders.
  public var command: CommandTemplate
  /// The settings of its arm, over those of the file.
  public var settings: SettingsTree
  /// The replicate seed.
  public var seed: Int
  /// The environment variables that the command is given.
  public var variables: [String: String]
  /// The states of inputs and environment, by field, such as `input.data.file`.
  public var states: [String: String]
  /// Of metrics, what shapes the record alone; titles, units and tolerances are not in a preimage.
  public var results: ObservedResults

  package init(
    command: CommandTemplate, settings: SettingsTree, seed: Int, variables: [String: String],
    states: [String: String], results: ObservedResults
  ) {
    self.command = command
    self.settings = settings
    self.seed = seed
    self.variables = variables
    self.states = states
    self.results = results
  }

  /// The field that tells the key of such a run from those of the engine's own, with the version of its form.
  static let mark = RunPreimage.trainerField
  static let form = "external 1"
  /// The beginning of the fields with the trainer's own names of axes.
  private static let axisKeyPrefix = "trainer.axis_key."

  /// The fields of the preimage.
  public var fields: [String: String] {
    var fields = states
    fields[Self.mark] = Self.form
    fields["trainer.command"] = JSONValue.array(command.words.map(JSONValue.string)).compactText
    fields["trainer.read.\(results.format)"] = results.path
    if results.axis != ObservedResults.usualAxis {
      fields[RunPreimage.trainerAxisField] = results.axis
    }
    for (axis, key) in results.axisKeys { fields["\(Self.axisKeyPrefix)\(axis)"] = key }
    for metric in results.metrics {
      fields["trainer.metric.\(metric.name)"] = Self.text(of: metric)
    }
    for curve in results.curves {
      fields["trainer.\(curve.isOptional ? "optional_" : "")curve.\(curve.name)"] = curve.key
    }
    if !results.keep.isEmpty {
      fields["trainer.keep"] = JSONValue.array(results.keep.map(JSONValue.string)).compactText
    }
    for (name, value) in variables { fields["variable.\(name)"] = value }
    for (path, value) in settings.leaves { fields["settings.\(path)"] = value }
    fields["seed"] = "\(seed)"
    return fields
  }

  /// The key and the take of a metric; which side is better decides what the best value is.
  private static func text(of metric: ObservedMetric) -> String {
    JSONValue.object(
      [.init("key", .string(metric.key)), .init("take", .string(metric.take))]
        + (metric.take == "best"
          ? [.init("better", .string((metric.better ?? .higher).rawValue))] : [])
    ).compactText
  }
}

extension ExternalRun {
  /// Reads the fields of a preimage.
  ///
  /// - Throws: The first field that no run of an external trainer would have.
  public init(_ preimage: RunPreimage) throws(ExternalRunError) {
    let fields = preimage.fields
    guard let form = fields[Self.mark] else {
      throw ExternalRunError("it is no run of an external trainer")
    }
    guard form == Self.form else {
      throw ExternalRunError(
        "it was made with \(Self.mark) '\(form)', and this version has '\(Self.form)'")
    }
    func texts(_ field: String) throws(ExternalRunError) -> [String]? {
      guard let text = fields[field] else { return nil }
      guard let elements = (try? JSONValue(text: text))?.elements,
        elements.allSatisfy({ $0.string != nil })
      else { throw ExternalRunError("the field '\(field)' is no list of texts") }
      return elements.compactMap(\.string)
    }
    guard let words = try texts("trainer.command") else {
      throw ExternalRunError("the field 'trainer.command' is missing")
    }
    guard let seed = fields["seed"].flatMap({ Int($0) }), seed >= 0 else {
      throw ExternalRunError("the field 'seed' is no seed")
    }
    let reads = Self.fields(below: "trainer.read.", of: fields)
    guard let read = reads.first, reads.count == 1 else {
      throw ExternalRunError("it names \(reads.count) files to read metrics from; expected one")
    }
    var metrics: [ObservedMetric] = []
    for (name, text) in Self.fields(below: "trainer.metric.", of: fields) {
      guard let json = try? JSONValue(text: text), let key = json["key"]?.string,
        let take = json["take"]?.string
      else { throw ExternalRunError("the field 'trainer.metric.\(name)' is no metric") }
      metrics.append(
        ObservedMetric(
          name: name, key: key, take: take,
          better: json["better"]?.string.flatMap(ObservedMetric.Better.init(rawValue:))))
    }
    command = CommandTemplate(words)
    settings = try SettingsTree(leaves: Self.values(below: "settings.", of: fields))
    self.seed = seed
    variables = Self.values(below: "variable.", of: fields)
    states = fields.filter { Self.isState($0.key) }
    results = ObservedResults(
      format: read.name, path: read.value,
      axis: fields[RunPreimage.trainerAxisField] ?? ObservedResults.usualAxis,
      axisKeys: Self.values(below: Self.axisKeyPrefix, of: fields), metrics: metrics,
      curves: Self.fields(below: "trainer.curve.", of: fields).map {
        ObservedCurve(name: $0.name, key: $0.value)
      }
        + Self.fields(below: "trainer.optional_curve.", of: fields).map {
          ObservedCurve(name: $0.name, key: $0.value, isOptional: true)
        },
      keep: try texts("trainer.keep") ?? [])
    let own = self.fields
    if let other = Set(own.keys).symmetricDifference(fields.keys).sorted().first {
      throw ExternalRunError("the field '\(other)' is not known to this version")
    }
    if let other = own.keys.sorted().first(where: { own[$0] != fields[$0] }) {
      throw ExternalRunError("the field '\(other)' is not written as labbook writes it")
    }
  }

  /// Whether a field is the state of an input or of the environment.
  static func isState(_ field: String) -> Bool {
    field.hasPrefix("input.") || field.hasPrefix("environment.")
  }

  /// The values of fields whose names begin with a prefix, by the rest of the name.
  private static func values(below prefix: String, of fields: [String: String]) -> [String: String]
  {
    var values: [String: String] = [:]
    for (name, value) in Self.fields(below: prefix, of: fields) { values[name] = value }
    return values
  }

  /// The fields whose names begin with a prefix, without it, sorted.
  private static func fields(
    below prefix: String, of fields: [String: String]
  ) -> [(name: String, value: String)] {
    fields.filter { $0.key.hasPrefix(prefix) }
      .map { (name: String($0.key.dropFirst(prefix.count)), value: $0.value) }
      .sorted { CanonicalText.precedes($0.name, $1.name) }
  }
}

extension ExternalTrainer {
  /// The run of this trainer with settings and a seed, on inputs as they are found.
  public func run(
    settings: SettingsTree, seed: Int, variables given: [String: String], states: InputStates
  ) -> ExternalRun {
    var found: [String: String] = [:]
    for (name, input) in inputs {
      for (part, value) in states.state(of: input).fields {
        found["input.\(name).\(part)"] = value
      }
    }
    if let environment {
      for (part, value) in states.state(of: environment).fields {
        found["environment.\(part)"] = value
      }
    }
    var variables: [String: String] = [:]
    for (name, value) in self.variables { variables[name] = value ?? given[name] }
    return ExternalRun(
      command: command, settings: settings, seed: seed, variables: variables, states: found,
      results: results)
  }
}

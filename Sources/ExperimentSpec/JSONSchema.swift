internal import Algorithms
internal import CanonicalJSON
internal import ExternalTrainers
internal import MetricFiles
internal import Metrics
internal import NeuralNetworks
internal import Settings
internal import Tensors

extension Vocabulary {
  /// Returns the JSON Schema (draft 7) of spec files, for completion and checks in editors.
  ///
  /// JSON Schema cannot express all rules: settings that exclude each other, for one, are found only when the
  /// spec is read.
  public func jsonSchema() -> String {
    let text = JSONValue.named(("type", .string("string")), ("minLength", .integer(1)))
    let types: [String: JSONValue] = [
      "question": text, "title": text, "extends": text, "metric": text, "seeds": seedsSchema,
      "vary": .named(("type", .array([.string("string"), .string("array")]))),
      "task": .named(("allOf", .array([.named(("$ref", .string("#/definitions/task")))]))),
      "numerics": .choices(NumericsProfile.allCases.map(\.rawValue)),
    ]
    let mapping = JSONValue.named(("type", .string("object")))
    let keys = SpecKey.all.filter { $0.places.contains(.experiment) }
    let properties = keys.map { ($0.name, (types[$0.name] ?? mapping).described($0.documentation)) }
    let required = keys.filter(\.isRequired).map(\.name)
    let requiredOfTrainers = required.filter { $0 != "task" } + ["trainer"]
    let schema = JSONValue.named(
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("labbook experiment")), ("type", .string("object")),
      ("properties", .object(properties.map { .init($0.0, $0.1) })),
      ("additionalProperties", .boolean(false)),
      // With `extends`, what is required may come from the other file.
      (
        "anyOf",
        .array([
          .named(("required", .array([.string("extends")]))),
          .named(("required", .array(required.map(JSONValue.string)))),
          .named(("required", .array(requiredOfTrainers.map(JSONValue.string)))),
        ])
      ),
      ("allOf", .array(worlds.map(condition) + [trainerCondition])),
      ("definitions", .object(definitions)))
    return schema.text
  }

  /// Returns the condition that a kind of task puts on the other keys; it is void where another file has the task.
  private func condition(_ part: WorldVocabulary) -> JSONValue {
    func labelled(_ definition: String) -> JSONValue {
      .named(
        ("type", .string("object")), ("minProperties", .integer(1)),
        (
          "patternProperties",
          .named((Self.labelPattern, .named(("$ref", .string("#/definitions/\(definition)")))))
        ),
        ("additionalProperties", .boolean(false)))
    }
    let families = part.metrics.filter { $0.family != nil }
      .map { "^\($0.prefix)[A-Za-z0-9_]+$" }
    let plain = JSONValue.choices(part.metrics.filter { $0.family == nil }.map(\.name))
    let metric =
      families.isEmpty
      ? plain
      : JSONValue.named(
        (
          "anyOf",
          .array([plain] + families.map { .named(("pattern", .string($0))) })
        ))
    let name = JSONValue.choices(part.variable)
    let varied = JSONValue.named(
      (
        "anyOf",
        .array([
          name,
          .named(
            ("type", .string("array")), ("items", name), ("minItems", .integer(1)),
            ("uniqueItems", .boolean(true))),
        ])
      ))
    let then: [(String, JSONValue)] = [
      ("policy", section(part.network.declaration)), ("budget", section(part.budget)),
      ("evaluation", section(part.evaluation)), ("metric", metric), ("vary", varied),
      ("stages", part.world.hasStages ? labelled("stage") : .boolean(false)),
      ("arms", labelled(Self.armDefinition(part.world))),
    ]
    return .named(
      (
        "if",
        .named(
          (
            "properties",
            .named(("task", .named(("required", .array([.string(part.world.key)])))))
          ),
          ("required", .array([.string("task")])))
      ),
      ("then", .named(("properties", .object(then.map { .init($0.0, $0.1) })))))
  }

  /// Returns the condition that an external trainer puts on the other keys.
  private var trainerCondition: JSONValue {
    let then: [(String, JSONValue)] =
      SpecKey.all.filter { $0.places.contains(.experiment) && $0.trainers == .engine }
      .map { ($0.name, .boolean(false)) } + [("trainer", trainerSchema), ("arms", externalArms)]
    return .named(
      ("if", .named(("required", .array([.string("trainer")])))),
      ("then", .named(("properties", .object(then.map { .init($0.0, $0.1) })))))
  }

  private var externalArms: JSONValue {
    let arm = JSONValue.named(
      ("type", .array([.string("object"), .string("null")])),
      (
        "properties",
        .named(
          ("title", .named(("type", .string("string")))),
          ("settings", .named(("type", .string("object")))))
      ), ("additionalProperties", .boolean(false)))
    return .named(
      ("type", .string("object")), ("minProperties", .integer(1)),
      ("patternProperties", .named((Self.labelPattern, arm))),
      ("additionalProperties", .boolean(false)))
  }

  private var trainerSchema: JSONValue {
    let text = JSONValue.named(("type", .string("string")), ("minLength", .integer(1)))
    let texts = JSONValue.named(
      ("type", .string("array")), ("items", text), ("minItems", .integer(1)))
    func oneOf(_ names: [String]) -> JSONValue {
      .named(
        ("type", .string("object")),
        ("properties", .object(names.map { .init($0, text) })),
        ("additionalProperties", .boolean(false)), ("minProperties", .integer(1)),
        ("maxProperties", .integer(1)))
    }
    func closed(_ place: SpecKey.Place, _ types: [String: JSONValue]) -> [(String, JSONValue)] {
      SpecKey.all.filter { $0.places.contains(place) }.map {
        ($0.name, (types[$0.name] ?? text).described($0.documentation))
      }
    }
    let metric = JSONValue.closed(
      closed(
        .metric,
        [
          "better": .choices(ObservedMetric.Better.allCases.map(\.rawValue)),
          "within": .named(("type", .string("number")), ("minimum", .integer(0))),
        ]))
    let metrics = closed(
      .metrics,
      [
        "read": oneOf(MetricFormat.allCases.map(\.rawValue)),
        "axis": .choices(MetricAxis.allCases.filter { $0 != .epoch }.map(\.rawValue)),
        "axes": .closed(
          MetricAxis.allCases.filter { $0 != .epoch }.map {
            ($0.rawValue, .named(("type", .string("string"))))
          }),
      ])
    let either = JSONValue.named(("type", .array([.string("array"), .string("object")])))
    return .closed(
      closed(
        .trainer,
        [
          "preset": .choices(TrainerPreset.all.map(\.name)), "command": texts, "secrets": texts,
          "keep": texts, "variables": either, "curves": either,
          "resume": .named(("type", .string("boolean"))),
          "repeats": .choices(["exact", "observed"]),
          "inputs": .named(
            ("type", .string("object")), ("additionalProperties", oneOf(TrainerInput.kinds))),
          "environment": oneOf(TrainerEnvironment.kinds),
          "resources": .closed(
            closed(
              .resources,
              [
                "gpus": .named(
                  ("type", .string("integer")), ("minimum", .integer(0)),
                  ("maximum", .integer(TrainerResources.mostGPUs)))
              ])),
          "metrics": .named(
            ("type", .string("object")),
            ("properties", .object(metrics.map { .init($0.0, $0.1) })),
            ("additionalProperties", metric)),
        ]))
  }

  private static let labelPattern = "^[A-Za-z0-9_+-]+$"
  /// A label, or that of an arm of a sweep, such as `SFT-learning_rate=0.001`.
  private static let referencePattern = "^[A-Za-z0-9_+.=-]+$"

  private var seedsSchema: JSONValue {
    let seed = JSONValue.named(("type", .string("integer")), ("minimum", .integer(0)))
    return .named(
      (
        "anyOf",
        .array([
          .named(
            ("type", .string("integer")), ("minimum", .integer(1)),
            ("maximum", .integer(ExperimentReader.mostSeeds))),
          .named(
            ("type", .string("array")), ("items", seed), ("minItems", .integer(1)),
            ("maxItems", .integer(ExperimentReader.mostSeeds)), ("uniqueItems", .boolean(true))),
        ])
      ))
  }

  /// A task and an arm are told apart by a name, which decides the settings they may have.
  private var definitions: [JSONValue.Member] {
    let taskCases = worlds.flatMap { part in
      part.tasks.map { task in
        Case(
          key: part.world.key, name: task.name,
          properties: [(part.world.key, .named(("const", .string(task.name))))]
            + task.settings.map { ($0.name, $0.schema) })
      }
    }
    var definitions: [JSONValue.Member] = [.init("task", cases(taskCases))]
    for part in worlds {
      definitions.append(
        .init(Self.armDefinition(part.world), cases(armCases(part, isStage: false))))
      if part.world.hasStages {
        definitions.append(.init("stage", cases(armCases(part, isStage: true))))
      }
    }
    return definitions
  }

  /// The name of the definition of a world's arms.
  private static func armDefinition(_ world: World) -> String {
    world == .environments ? "arm" : "\(world.key)_arm"
  }

  private func armCases(_ part: WorldVocabulary, isStage: Bool) -> [Case] {
    let label = JSONValue.named(
      ("type", .string("string")), ("pattern", .string(Self.referencePattern)))
    return part.algorithms.map { algorithm in
      let swept = algorithm.settings.map { setting in
        (
          setting.name,
          JSONValue.named(
            ("type", .string("array")), ("items", setting.schema), ("minItems", .integer(1)),
            ("uniqueItems", .boolean(true)))
        )
      }
      var types: [String: JSONValue] = [
        "algorithm": .named(("const", .string(algorithm.name))),
        "title": .named(("type", .string("string"))), "sweep": .closed(swept), "from": label,
        "budget": section(part.budget), "evaluation": section(part.evaluation),
      ]
      if !algorithm.presets.isEmpty { types["preset"] = .choices(algorithm.presets) }
      if algorithm.product == .policy { types["reward"] = label }
      let own = SpecKey.names(
        in: isStage ? .stages : .arms, of: part.world, for: algorithm
      ).compactMap { name in types[name].map { (name, $0) } }
      return Case(
        key: "algorithm", name: algorithm.name,
        properties: own + algorithm.settings.map { ($0.name, $0.schema) })
    }
  }

  /// An object that is known by the name under one of its keys.
  private struct Case {
    var key: String
    var name: String
    var properties: [(String, JSONValue)]
  }

  /// The schema of an object whose key decides which other keys there are.
  private func cases(_ cases: [Case]) -> JSONValue {
    let conditions = cases.map { one in
      JSONValue.named(
        (
          "if",
          .named(
            ("properties", .named((one.key, .named(("const", .string(one.name)))))),
            ("required", .array([.string(one.key)])))
        ),
        ("then", .closed(one.properties)))
    }
    var names: [(key: String, names: [String])] = []
    for one in cases {
      if let index = names.firstIndex(where: { $0.key == one.key }) {
        names[index].names.append(one.name)
      } else {
        names.append((one.key, [one.name]))
      }
    }
    return .named(
      ("type", .string("object")),
      ("properties", .object(names.map { .init($0.key, .choices($0.names)) })),
      ("allOf", .array(conditions)))
  }

  private func section(_ declared: SettingsDeclaration) -> JSONValue {
    .closed(declared.settings.map { ($0.name, $0.schema) })
  }
}

extension SettingDeclaration {
  /// The schema of the setting's values.
  fileprivate var schema: JSONValue {
    let described: [(String, JSONValue)] = [
      ("description", .string(documentation)), ("default", defaultSchema),
    ]
    return .object((described + constraints).map { .init($0.0, $0.1) })
  }

  private var defaultSchema: JSONValue {
    switch defaultValue {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .boolean(let value): .boolean(value)
    case .choice(let name): .string(name)
    case .integers(let values): .array(values.map(JSONValue.integer))
    case .numbers(let values): .array(values.map(JSONValue.number))
    case .none: .string("none")
    }
  }

  private var constraints: [(String, JSONValue)] {
    switch kind {
    case .integer(let range): Self.integer(range)
    case .number(let range): Self.number(range)
    case .optionalNumber(let range):
      [
        (
          "anyOf",
          .array([
            .object(Self.number(range).map { .init($0.0, $0.1) }),
            .named(("const", .string("none"))),
          ])
        )
      ]
    case .boolean: [("type", .string("boolean"))]
    case .choice(let names): [("enum", .array(names.map(JSONValue.string)))]
    case .integers(let range):
      [
        ("type", .string("array")),
        ("items", .object(Self.integer(range).map { .init($0.0, $0.1) })),
      ]
    case .numbers(let range):
      [
        ("type", .string("array")),
        ("items", .object(Self.number(range).map { .init($0.0, $0.1) })),
      ]
    }
  }

  private static func integer(_ range: ClosedRange<Int>) -> [(String, JSONValue)] {
    // Editors read `100_000` as a text, for YAML 1.2 has no underscores in numbers.
    var schema: [(String, JSONValue)] = [
      ("type", .array([.string("integer"), .string("string")])),
      ("pattern", .string("^[0-9]+(_[0-9]+)+$")),
    ]
    if range.lowerBound != .min { schema.append(("minimum", .integer(range.lowerBound))) }
    if range.upperBound != .max { schema.append(("maximum", .integer(range.upperBound))) }
    return schema
  }

  private static func number(_ range: ClosedRange<Double>) -> [(String, JSONValue)] {
    var schema: [(String, JSONValue)] = [("type", .string("number"))]
    if range.lowerBound == .leastNonzeroMagnitude || range.lowerBound == .leastNormalMagnitude {
      schema.append(("exclusiveMinimum", .integer(0)))
    } else if range.lowerBound > -.greatestFiniteMagnitude {
      schema.append(("minimum", .number(range.lowerBound)))
    }
    if range.upperBound < .greatestFiniteMagnitude {
      schema.append(("maximum", .number(range.upperBound)))
    }
    return schema
  }
}

extension JSONValue {
  /// An object with members in the order given.
  fileprivate static func named(_ members: (String, JSONValue)...) -> Self {
    .object(members.map { Member($0.0, $0.1) })
  }

  /// The schema of an object that has no other keys than `properties`.
  fileprivate static func closed(_ properties: [(String, JSONValue)]) -> Self {
    .named(
      ("type", .string("object")),
      ("properties", .object(properties.map { Member($0.0, $0.1) })),
      ("additionalProperties", .boolean(false)))
  }

  /// The schema with a description.
  fileprivate func described(_ documentation: String) -> Self {
    .object([Member("description", .string(documentation))] + (members ?? []))
  }

  /// The schema of one of several names.
  fileprivate static func choices(_ names: [String]) -> Self {
    .named(("enum", .array(names.map(JSONValue.string))))
  }
}

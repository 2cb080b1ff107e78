internal import ResultStore
internal import Settings
internal import Tensors

extension Vocabulary {
  /// Returns the JSON Schema (draft 7) of spec files, for completion and checks in editors.
  ///
  /// It says what JSON Schema can say; what it cannot, such as settings that exclude each other,
  /// only reading the spec finds.
  public func jsonSchema() -> String {
    let text = JSONValue.named(("type", .string("string")), ("minLength", .integer(1)))
    var properties: [(String, JSONValue)] = [
      ("question", text), ("title", text), ("extends", text),
      ("task", .named(("$ref", .string("#/definitions/task")))),
      ("policy", section(policy)), ("budget", section(budget)),
      ("evaluation", section(evaluation)),
    ]
    properties += [
      ("seeds", seedsSchema), ("metric", .choices(metrics.map(\.name))),
      ("numerics", .choices(NumericsProfile.allCases.map(\.rawValue))),
      (
        "arms",
        .named(
          ("type", .string("object")), ("minProperties", .integer(1)),
          (
            "patternProperties",
            .named((Self.labelPattern, .named(("$ref", .string("#/definitions/arm")))))
          ),
          ("additionalProperties", .boolean(false)))
      ),
    ]
    let required = ["question", "task", "arms"].map(JSONValue.string)
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
          .named(("required", .array(required))),
        ])
      ),
      ("definitions", .object(definitions)))
    return schema.text
  }

  private static let labelPattern = "^[A-Za-z0-9_+-]+$"

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
    let taskCases = environments.map { environment in
      (
        environment.name,
        [("environment", JSONValue.named(("const", .string(environment.name))))]
          + environment.settings.map { ($0.name, $0.schema) }
      )
    }
    let armCases = algorithms.map { algorithm in
      let settings = algorithm.settings.map { ($0.name, $0.schema) }
      let swept = algorithm.settings.map { setting in
        (
          setting.name,
          JSONValue.named(
            ("type", .string("array")), ("items", setting.schema), ("minItems", .integer(1)),
            ("uniqueItems", .boolean(true)))
        )
      }
      let own: [(String, JSONValue)] = [
        ("algorithm", .named(("const", .string(algorithm.name)))),
        ("title", .named(("type", .string("string")))),
        ("preset", .choices(algorithm.presets)),
        ("sweep", .closed(swept)),
      ]
      return (
        algorithm.name, own.filter { $0.0 != "preset" || !algorithm.presets.isEmpty } + settings
      )
    }
    return [
      .init("task", cases(of: "environment", taskCases)),
      .init("arm", cases(of: "algorithm", armCases)),
    ]
  }

  /// The schema of an object whose key `name` decides which other keys there are.
  private func cases(
    of name: String, _ cases: [(value: String, properties: [(String, JSONValue)])]
  ) -> JSONValue {
    let conditions = cases.map { value, properties in
      JSONValue.named(
        (
          "if",
          .named(
            ("properties", .named((name, .named(("const", .string(value)))))),
            ("required", .array([.string(name)])))
        ),
        ("then", .closed(properties)))
    }
    return .named(
      ("type", .string("object")),
      ("properties", .named((name, .choices(cases.map(\.value))))),
      ("allOf", .array(conditions)))
  }

  private func section(_ settings: [SettingDeclaration]) -> JSONValue {
    .closed(settings.map { ($0.name, $0.schema) })
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
    case .choice(let name): .string(name)
    case .integers(let values): .array(values.map(JSONValue.integer))
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
    case .choice(let names): [("enum", .array(names.map(JSONValue.string)))]
    case .integers(let range):
      [
        ("type", .string("array")),
        ("items", .object(Self.integer(range).map { .init($0.0, $0.1) })),
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

  /// The schema of one of several names.
  fileprivate static func choices(_ names: [String]) -> Self {
    .named(("enum", .array(names.map(JSONValue.string))))
  }
}

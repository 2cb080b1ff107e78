import CanonicalJSON
import ExperimentSpec
import Testing
import TestSupport

@Suite struct JSONSchemaTests {
  @Test func `the schema of the small vocabulary is the one that was reviewed`() throws {
    try expectSnapshot(smallVocabulary().jsonSchema(), named: "schema.json")
  }

  @Test func `an arm may have the settings of its algorithm and no others`() throws {
    let schema = try JSONValue(text: smallVocabulary().jsonSchema())
    let cases = try #require(schema["definitions"]?["arm"]?["allOf"]?.elements)
    let keys = cases.map { $0["then"]?["properties"]?.members?.map(\.name) ?? [] }
    #expect(
      keys == [
        [
          "algorithm", "preset", "title", "sweep", "learning_rate", "clip_range", "group_size",
          "baseline", "momentum", "shuffled",
        ],
        ["algorithm", "title", "sweep", "beta", "widths"],
      ])
    #expect(cases.allSatisfy { $0["then"]?["additionalProperties"] == .boolean(false) })
  }

  @Test func `a boolean is one in the schema, alone and in a sweep`() throws {
    let schema = try JSONValue(text: smallVocabulary().jsonSchema())
    let arm = try #require(schema["definitions"]?["arm"]?["allOf"]?.elements?.first)
    let settings = try #require(arm["then"]?["properties"])
    for setting in [settings["shuffled"], settings["sweep"]?["properties"]?["shuffled"]?["items"]] {
      #expect(setting?["type"] == .string("boolean"))
      #expect(setting?["default"] == .boolean(false))
    }
  }

  @Test func `the schema knows the keys that specs know`() throws {
    let schema = try JSONValue(text: smallVocabulary().jsonSchema())
    let names = try #require(schema["properties"]?.members).map(\.name)
    for name in names {
      let issues = complaints("\(name): [[]]\n")
      #expect(!issues.contains { $0.contains("not a known key") }, "\(name)")
    }
    #expect(names.count == 15)
  }
}

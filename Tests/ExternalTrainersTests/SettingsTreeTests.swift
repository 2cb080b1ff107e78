import CanonicalJSON
import ExternalTrainers
import Testing

@Suite struct SettingsTreeTests {
  private static func tree(_ json: String) throws -> SettingsTree {
    SettingsTree(try JSONValue(text: json))
  }

  @Test(
    "An arm's settings lie over those of the file, key by key, and lists are replaced as a whole")
  func merging() throws {
    let common = try Self.tree(
      #"{"lora": {"rank": 8, "alpha": 16}, "layers": [1, 2], "beta": 0.0}"#)
    let own = try Self.tree(#"{"lora": {"rank": 4}, "layers": [3], "beta": null}"#)
    #expect(
      common.merging(own).json.compactText
        == #"{"beta":null,"layers":[3],"lora":{"alpha":16,"rank":4}}"#)
  }

  @Test("A leaf is named by its path, and names that a path could be taken for are in quotes")
  func leaves() throws {
    let tree = try Self.tree(
      #"{"a": {"b": 1}, "a.b": "1", "c d": {}, "e": [{"f": 1.0}], "ü": null}"#)
    #expect(
      tree.leaves == [
        "a.b": "1", #""a.b""#: #""1""#, #""c d""#: "{}", "e": #"[{"f":1.0}]"#, #""ü""#: "null",
      ])
  }

  @Test("The leaves of any tree give the tree again")
  func roundTrip() throws {
    for text in [
      "{}", #"{"a": {"b": {"c": [1, 2.5, "x", null, true]}}, "\"q\\": {".": -3}, "x": {"": 1}}"#,
      #"{"a": {}, "b": [], "c": "{}", "d": "no"}"#,
    ] {
      let tree = try Self.tree(text)
      #expect(try SettingsTree(leaves: tree.leaves) == tree)
    }
  }

  @Test("Leaves that no tree has are refused")
  func invented() {
    for (path, value) in [
      ("a..b", "1"), ("a", "1 "), ("a", "no"), (#""a""#, "1"), ("a.", "1"), (#""a"#, "1"),
      ("a", #"{"b":1}"#),
    ] {
      #expect(throws: ExternalRunError.self) { try SettingsTree(leaves: [path: value]) }
    }
  }
}

import ResultStore
import TestSupport
import Testing

@Suite struct RunPreimageTests {
  /// Texts and keys that were in use once: a change here makes every stored record unreachable.
  @Test(arguments: [
    (
      ["seed": "0"], "labbook run key 1\nseed = 0\n",
      "860a59132e107bd1e7ea5a3624a7f3e286a4c8561c270cfc6924e9cb3b5dec5d"
    ),
    (
      [
        "algorithm": "ppo", "algorithm.clip_range": "0.2", "environment": "CartPole-v1",
        "numerics": "exact", "revision.algorithm.ppo": "1", "seed": "3",
      ],
      """
      labbook run key 1
      algorithm = ppo
      algorithm.clip_range = 0.2
      environment = CartPole-v1
      numerics = exact
      revision.algorithm.ppo = 1
      seed = 3

      """,
      "b61b34ed23b010a39d8bb335f51a25f21865c6961f61457422e6b8845492f0ef"
    ),
    (
      ["a b=c": " two\nlines\\ ", "empty": "", "Z": "é", "a.b": "[64, 64]", "a": "x = y"],
      "labbook run key 1\nZ = é\na = x = y\n"
        + "a\\u{20}b\\u{3D}c = \\u{20}two\\u{A}lines\\u{5C}\\u{20}\na.b = [64, 64]\nempty =\n",
      "04109c0887a282cb32a28d79cd934a9e961f7ac3977601ec532a811c46dc87ef"
    ),
  ])
  func `known fields keep their text and key`(
    fields: [String: String], text: String, key: String
  ) throws {
    let preimage = RunPreimage(fields: fields)
    #expect(preimage.text == text)
    #expect(preimage.key.hex == key)
    #expect(preimage.key.short == key.prefix(12))
    #expect(try RunPreimage(text: text).fields == fields)
  }

  @Test func `any fields survive the way through the text`() throws {
    var random = RandomValues(state: 3)
    for _ in 0..<2000 {
      var fields: [String: String] = [:]
      for _ in 0..<random.index(below: 6) { fields[random.text() + "x"] = random.text() }
      let preimage = RunPreimage(fields: fields)
      let read = try RunPreimage(text: preimage.text)
      #expect(read == preimage)
      #expect(read.text == preimage.text)
      #expect(read.fields.count == fields.count)
      for (name, value) in fields {
        #expect(read.fields[name].map { Array($0.utf8) } == Array(value.utf8))
      }
      #expect(preimage.text.utf8.count { $0 == 0x0A } == fields.count + 1)
    }
  }

  @Test func `fields that differ by any character have different keys`() {
    let preimages = [
      ["a": "1"], ["a": "1 "], ["a": "1\n"], ["a ": "1"], ["a": ""], ["a": "\\u{20}"], ["a": " "],
      ["b": "1"], ["a": "1", "b": ""], ["a": "1\nb ="], [:],
    ].map { RunPreimage(fields: $0) }
    #expect(Set(preimages.map(\.key)).count == preimages.count)
  }

  @Test func `setting a field changes the key and taking it back restores it`() {
    let preimage = Fixture.preimage(seed: 3)
    let other = preimage.setting("seed", to: "4")
    #expect(other != preimage)
    #expect(other == Fixture.preimage(seed: 4))
    #expect(other.setting("seed", to: "3") == preimage)
    #expect(preimage.setting("seed", to: nil).fields["seed"] == nil)
  }

  @Test(arguments: [
    ("", 1, "expected 'labbook run key 1'"),
    ("labbook run key 2\n", 1, "expected 'labbook run key 1'"),
    ("labbook run key 1", 1, "the last line has no line break"),
    ("labbook run key 1\nb = 1\na = 2\n", 3, "'a' is not in order after 'b'"),
    ("labbook run key 1\na = 1\na = 2\n", 3, "'a' is not in order after 'a'"),
    ("labbook run key 1\na=1\n", 2, "expected 'name = value', got 'a=1'"),
    ("labbook run key 1\na = \n", 2, "expected 'name = value', got 'a = '"),
    ("labbook run key 1\na = 1 \n", 2, "expected 'name = value', got 'a = 1 '"),
    ("labbook run key 1\na = \\u{61}\n", 2, "expected 'name = value', got 'a = \\u{61}'"),
    ("labbook run key 1\na = \\n\n", 2, "expected 'name = value', got 'a = \\n'"),
    ("labbook run key 1\n\n", 2, "expected 'name = value', got ''"),
    ("labbook run key 1\na = 1\nb = 2", 3, "the last line has no line break"),
  ])
  func `a text that is not canonical is refused with its line`(
    text: String, line: Int, problem: String
  ) {
    #expect(throws: PreimageError(line: line, problem: problem)) { try RunPreimage(text: text) }
  }

  @Test func `a key is 64 lower-case hexadecimal digits`() {
    let hex = String(repeating: "0123456789abcdef", count: 4)
    #expect(RunKey(hex: hex)?.short == "0123456789ab")
    #expect(RunKey(hex: hex.uppercased()) == nil)
    #expect(RunKey(hex: String(hex.dropLast())) == nil)
    #expect(RunKey(hex: hex.dropLast() + "é") == nil)
  }
}

import CanonicalJSON
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test func `a document is written with one scalar a line and in the declared order`() throws {
    let value = JSONValue.object([
      .init("b", .integer(1)), .init("a", .array([.number(0.1), .null, .boolean(true)])),
      .init("empty", .object([])), .init("none", .array([])),
      .init("text", .string("a\"b\n\u{1}é")),
    ])
    #expect(
      value.text == #"""
        {
          "b": 1,
          "a": [
            0.1,
            null,
            true
          ],
          "empty": {},
          "none": [],
          "text": "a\"b\n\u0001é"
        }
        """#)
    #expect(
      value.compactText
        == #"{"b":1,"a":[0.1,null,true],"empty":{},"none":[],"text":"a\"b\n\u0001é"}"#)
    #expect(try JSONValue(text: value.text) == value)
    #expect(try JSONValue(text: value.compactText) == value)
  }

  @Test func `every finite number and large whole number survives`() throws {
    var random = RandomValues(state: 1)
    for _ in 0..<20_000 {
      let number = random.finiteNumber()
      let read = try JSONValue(text: JSONValue.number(number).text).double
      #expect(read?.bitPattern == number.bitPattern)
    }
    for whole in [Int.min, Int.max, 0, -1, 9_007_199_254_740_993] {
      #expect(try JSONValue(text: JSONValue.integer(whole).text).integer == whole)
    }
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0.0"), (1, "1"), (-3, "-3"), (100_000, "100000"), (0.1, "0.1"),
    (0x1p53, "9007199254740992"), (1e16, "1e16"), (999_999_999_999_999, "999999999999999"),
    (1e-7, "1e-7"),
    (.leastNonzeroMagnitude, "5e-324"), (1.797_693_134_862_315_7e308, "1.7976931348623157e308"),
    (0.1 + 0.2, "0.30000000000000004"),
  ])
  func `numbers have these texts for ever`(number: Double, text: String) {
    #expect(JSONValue.number(number).text == text)
  }

  @Test func `a number that is not finite is written as null`() {
    #expect(JSONValue.number(.nan) == .null)
    #expect(JSONValue.number(-.infinity) == .null)
  }

  @Test func `texts with any scalar survive`() throws {
    var random = RandomValues(state: 2)
    for _ in 0..<2000 {
      let text = random.text()
      let read = try JSONValue(text: JSONValue.string(text).text).string
      #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
    #expect(try JSONValue(text: #""\ud83d\ude00\u00e9\/\b\f""#).string == "😀é/\u{8}\u{C}")
  }

  @Test(arguments: [
    ("", 1, 1, "the text ends where a value is expected"),
    ("{\"a\": 1,\n \"a\": 2}", 2, 2, "the name 'a' appears twice"),
    ("[1, 02]", 1, 5, "a number has no leading zero"),
    ("[1.]", 1, 4, "expected a digit"),
    ("[1] 2", 1, 5, "there is more text after the document"),
    ("{\"a\" 1}", 1, 6, "expected ':'"),
    ("[1,]", 1, 4, "expected a value"),
    ("nul", 1, 1, "expected a value"),
    ("NaN", 1, 1, "expected a value"),
    ("\"a\nb\"", 1, 3, "a control character in a string must be escaped"),
    ("[\n \"abc", 2, 2, "the string has no closing quote"),
    (#""\ud83d""#, 1, 8, "half of a surrogate pair"),
    (#""\x""#, 1, 3, "an unknown escape"),
    (String(repeating: "[", count: 101), 1, 101, "more than 100 levels deep"),
  ])
  func `a text that is not JSON is refused with its place`(
    text: String, line: Int, column: Int, problem: String
  ) {
    #expect(throws: JSONError(line: line, column: column, problem: problem)) {
      try JSONValue(text: text)
    }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONError(line: 1, column: 1, problem: "the string is not UTF-8")) {
      try JSONValue(bytes: [0x22, 0xFF, 0x22])
    }
  }
}

@Suite struct PythonNumbersTests {
  @Test func `NaN and the infinities are numbers where Python's forms are read, and nowhere else`()
    throws
  {
    let text = #"[NaN, -Infinity, Infinity, -1]"#
    let values = try #require(try JSONValue(bytes: Array(text.utf8), numbers: .python).elements)
    #expect(try #require(values[0].double).isNaN)
    #expect(values.dropFirst().map(\.double) == [-.infinity, .infinity, -1])
    for word in ["NaN", "Infinity", "-Infinity", "nan", "Nan", "-NaN", "Inf", "-Inf"] {
      #expect(throws: JSONError.self) { try JSONValue(text: word) }
    }
    for word in ["nan", "Na", "-NaN", "Inf", "-Inf", "NaNs", "+Infinity"] {
      #expect(throws: JSONError.self) { try JSONValue(bytes: Array(word.utf8), numbers: .python) }
    }
  }
}

@Suite struct DocumentMemoryTests {
  @Test func `values that would take too much memory end the reading, short as they are written`() {
    func problem(_ text: String, inMemory memory: Int) -> JSONError? {
      do throws(JSONError) {
        _ = try JSONValue(bytes: Array(text.utf8), inMemory: memory)
        return nil
      } catch {
        return error
      }
    }
    let words = "there are more values than labbook reads of such a document"
    // Of a list that grows by doubling half may be free: 36 bytes for each of a thousand ones.
    let stride = MemoryLayout<JSONValue>.stride
    let list = "[" + String(repeating: "1,", count: 999) + "1]"
    #expect(problem(list, inMemory: 1000 * stride * 3 / 2) == nil)
    #expect(
      problem(list, inMemory: 1000 * stride * 3 / 2 - 1)
        == JSONError(line: 1, column: 2000, problem: words))
    // A text of up to fifteen bytes is in its value, a longer one beside it.
    for (count, beside) in [(15, 0), (16, 64), (1000, 1048)] {
      let text = "[\"\(String(repeating: "a", count: count))\"]"
      let least = stride * 3 / 2 + beside
      #expect(problem(text, inMemory: least) == nil, "\(count)")
      #expect(problem(text, inMemory: least - 1)?.problem == words, "\(count)")
    }
    let member = MemoryLayout<JSONValue.Member>.stride
    #expect(problem("{\"a\": {}, \"b\": []}", inMemory: 3 * member) == nil)
    #expect(problem("{\"a\": {}, \"b\": []}", inMemory: 3 * member - 1)?.problem == words)
    #expect(problem("{\"a\": {\"a\": {\"a\": 1}}}", inMemory: 4 * member)?.column == 17)
  }
}

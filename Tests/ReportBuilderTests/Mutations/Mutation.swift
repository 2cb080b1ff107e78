import CanonicalJSON
import SeededRandom

/// A source of changes that somebody hostile or a failing disk might make; one number names all of them.
struct Mutation {
  private var generator: SeededGenerator

  init(seed: Int) {
    generator = SeededGenerator(key: UInt64(truncatingIfNeeded: seed))
  }

  mutating func index(below count: Int) -> Int { generator.nextIndex(below: max(1, count)) }

  mutating func happens(_ probability: Double) -> Bool {
    generator.nextBernoulli(probability: probability)
  }

  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[index(below: elements.count)]
  }

  // MARK: Values

  /// Numbers as a JSON text or a table may have them.
  private static let numbers = [
    "0", "-0.0", "1", "-1", "2", "0.1", "1e300", "-1e300", "9.9e299", "1e301", "1e308", "-1.7e308",
    "1e400",
    "5e-324", "1e-300", "-1e-308", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808",
    "4611686018427387904", "9007199254740992", "9007199254740993", "2147483647", "2147483648",
    "1000000",
    "65536", "3.5", "1e16", "1E5", "100000000000000000000000000000000000000000",
  ]

  /// A number by its literal.
  mutating func number() -> String { one(of: Self.numbers) }

  /// A text that a name, a title or a setting may be.
  mutating func text() -> String {
    switch index(below: 6) {
    case 0: number()
    case 1:
      one(of: [
        "", " ", "a\nb", "\u{0}", "\u{1B}[31m", "\u{2028}", "\u{202E}abc", "é", "e\u{301}",
        "\u{200B}", "|",
        "`", "a|b", "$x$", "<script>", "<b>", "![a](b)", "[a](b)", "@key", "-->", "]]>", "\\",
        "a/b", "../x",
        "{value}`a.b.c`", "nan", "inf", "-inf", "null", "[]", "[2, 4]", "[9223372036854775807]",
      ])
    case 2:
      String(
        repeating: one(of: ["x", "é", "a ", "[", "`"]), count: one(of: [61, 999, 1001, 5000]))
    case 3:
      one(of: [
        "audit", "ppo", "grpo", "none", "group_mean", "CartPole-v1", "arithmetic",
        "evaluation_return",
        "test_accuracy_3", "test_accuracy_9223372036854775807", "test_accuracy_03", "diverged",
        "gradient_relative_variance_none", "m_standard_error_standard_error", "1000000000000",
      ])
    case 4: String(repeating: "0123456789abcdef", count: 4)
    default: "A"
    }
  }

  /// A whole value of any type.
  mutating func value() -> JSONValue {
    switch index(below: 8) {
    case 0: .null
    case 1: .boolean(happens(0.5))
    case 2, 3: .literal(number())
    case 4: .string(text())
    case 5: .array([])
    case 6: .object([])
    default:
      (0..<one(of: [3, 40, 90, 120])).reduce(JSONValue.literal("1")) { nested, _ in .array([nested])
      }
    }
  }

  // MARK: Documents

  /// Returns `document` with one change at one place.
  mutating func changed(_ document: JSONValue) -> JSONValue {
    switch document {
    case .object(var members):
      guard !members.isEmpty, !happens(0.1) else { return changed(members: members) }
      let place = index(below: members.count)
      members[place].value = changed(members[place].value)
      return .object(members)
    case .array(var elements):
      guard !elements.isEmpty, !happens(0.1) else { return changed(elements: elements) }
      let place = index(below: elements.count)
      elements[place] = changed(elements[place])
      return .array(elements)
    case .literal: return happens(0.8) ? .literal(number()) : value()
    case .string: return happens(0.8) ? .string(text()) : value()
    case .null, .boolean: return value()
    }
  }

  private mutating func changed(members: [JSONValue.Member]) -> JSONValue {
    var members = members
    let place = index(below: members.count)
    guard members.indices.contains(place) else {
      return .object([.init(text(), value())])
    }
    switch index(below: 7) {
    case 0: members.remove(at: place)
    case 1: members.append(members[place])
    case 2: members[place].name = text()
    case 3: members[place].value = value()
    case 4: members.append(.init(text(), members[place].value))
    case 5: members.swapAt(place, index(below: members.count))
    default: return value()
    }
    return .object(members)
  }

  private mutating func changed(elements: [JSONValue]) -> JSONValue {
    var elements = elements
    let place = index(below: elements.count)
    guard elements.indices.contains(place) else { return .array([value()]) }
    switch index(below: 7) {
    case 0: elements.remove(at: place)
    case 1: elements.append(elements[place])
    case 2: elements[place] = value()
    case 3: elements += Array(repeating: elements[place], count: 20)
    case 4: elements.swapAt(place, index(below: elements.count))
    case 5: elements.reverse()
    default: elements = []
    }
    return .array(elements)
  }
}

extension JSONValue {
  /// Returns the document with the value at a path of names and positions replaced; unchanged where it has no such
  /// place.
  func replacing(_ path: [Step], by change: (JSONValue) -> JSONValue) -> JSONValue {
    guard let step = path.first else { return change(self) }
    let rest = Array(path.dropFirst())
    switch (self, step) {
    case (.object(var members), .name(let name)):
      guard let place = members.firstIndex(where: { $0.name == name }) else { return self }
      members[place].value = members[place].value.replacing(rest, by: change)
      return .object(members)
    case (.array(var elements), .at(let place)) where elements.indices.contains(place):
      elements[place] = elements[place].replacing(rest, by: change)
      return .array(elements)
    default: return self
    }
  }

  /// One step of a path into a document.
  enum Step {
    case name(String)
    case at(Int)
  }
}

import Settings
import Testing

@Suite struct SettingTextTests {
  func declaration(_ kind: SettingDeclaration.Kind) -> SettingDeclaration {
    SettingDeclaration(name: "x", kind: kind, defaultValue: .none, documentation: "A setting.")
  }

  @Test(
    arguments: [
      (1e-5, "1e-5"), (0.1, "0.1"), (100_000, "100000"), (-0.0, "0"), (0.0003, "0.0003"),
      (2.5e-4, "0.00025"), (1e15, "1000000000000000"), (1e16, "1e16"),
      (0x1p53, "9007199254740992"), (0x1p53 + 2, "9.007199254740994e15"),
      (999_999_999_999_999, "999999999999999"), (-3, "-3"),
      (1.0 / 3, "0.3333333333333333"), (1.7976931348623157e308, "1.7976931348623157e308"),
      (.leastNonzeroMagnitude, "5e-324"), (0.1 + 0.2, "0.30000000000000004"),
      (-1.25e-7, "-1.25e-7"),
    ] as [(Double, String)])
  func `the canonical text of a number is short and reads back as the number`(
    value: Double, text: String
  ) throws {
    #expect("\(SettingValue.number(value))" == text)
    let limit = Double.greatestFiniteMagnitude
    #expect(try declaration(.number(-limit...limit)).value(reading: text) == .number(value))
  }

  @Test(
    arguments: [
      (
        SettingDeclaration.Kind.integer(Int.min...Int.max), SettingValue.integer(Int.min),
        "-9223372036854775808"
      ),
      (.integer(0...9), .integer(7), "7"),
      (.optionalNumber(0...1), .none, "none"),
      (.optionalNumber(0...1), .number(0.5), "0.5"),
      (.boolean, .boolean(true), "true"),
      (.boolean, .boolean(false), "false"),
      (.choice(["none", "k1", "yes"]), .choice("none"), "none"),
      (.choice(["none", "k1", "yes"]), .choice("yes"), "yes"),
      (.integers(1...1024), .integers([64, 32]), "[64, 32]"),
      (.integers(1...1024), .integers([7]), "[7]"),
      (.integers(1...1024), .integers([]), "[]"),
      (.numbers(0...2), .numbers([0.5, 1, 1e-5]), "[0.5, 1, 1e-5]"),
      (.numbers(0...2), .numbers([]), "[]"),
    ] as [(SettingDeclaration.Kind, SettingValue, String)])
  func `canonical text reads back as the value`(
    kind: SettingDeclaration.Kind, value: SettingValue, text: String
  ) throws {
    #expect("\(value)" == text)
    #expect(try declaration(kind).value(reading: text) == value)
  }

  @Test func `every spelling of a number is one value`() throws {
    let rate = declaration(.number(0...1))
    let values = try ["1e-4", "0.0001", "1.0E-4", ".000_1", "0.1e-3"].map(rate.value(reading:))
    #expect(Set(values) == [.number(1e-4)])
    #expect(Set(values.map(\.description)) == ["0.0001"])
  }

  @Test func `the kind decides what a text means`() throws {
    #expect(try declaration(.choice(["1.10", "yes"])).value(reading: "1.10") == .choice("1.10"))
    #expect(try declaration(.number(0...2)).value(reading: "1.10") == .number(1.1))
    #expect(try declaration(.number(0...9)).value(reading: "3") == .number(3))
    #expect(try declaration(.choice(["true", "no"])).value(reading: "true") == .choice("true"))
    #expect(
      try declaration(.integers(0...9)).value(reading: "[ 1 ,2,  3 ]") == .integers([1, 2, 3]))
    #expect(
      try declaration(.numbers(0...9)).value(reading: "[ 1 ,.5]") == .numbers([1, 0.5]))
  }

  @Test(
    arguments: [
      (
        SettingDeclaration.Kind.integer(1...10), "2.5",
        "must be a whole number in 1...10, got '2.5'"
      ),
      (.integer(1...10), "11", "must be a whole number in 1...10, got 11"),
      (.integer(1...Int.max), "0", "must be a whole number of at least 1, got 0"),
      (.number(0...1), "high", "must be a number in 0...1, got 'high'"),
      (.number(0...1), ".inf", "must be a number in 0...1, got '.inf'"),
      (.number(0...1), "1e999", "must be a number in 0...1, got '1e999'"),
      (.number(0...1), "none", "must be a number in 0...1, got 'none'"),
      (.number(.leastNonzeroMagnitude...1), "0", "must be a number above 0 and at most 1, got 0"),
      (.number(.leastNonzeroMagnitude...(.infinity)), "0", "must be a number above 0, got 0"),
      (.number(-.infinity...0), "1", "must be a number of at most 0, got 1"),
      (.number(0...(.greatestFiniteMagnitude)), "-1", "must be a number of at least 0, got -1"),
      (.optionalNumber(0...1), "off", "must be a number in 0...1, or none, got 'off'"),
      (.optionalNumber(0...1), "2", "must be a number in 0...1, or none, got 2"),
      (.boolean, "yes", "must be true or false, got 'yes'"),
      (.boolean, "True", "must be true or false, got 'True'"),
      (.boolean, "1", "must be true or false, got '1'"),
      (.boolean, "none", "must be true or false, got 'none'"),
      (
        .choice(["initial", "previous_round"]), "previous-round",
        "must be one of initial, previous_round, got 'previous-round'; did you mean 'previous_round'?"
      ),
      (
        .choice(["tanh", "relu"]), "gelu",
        "must be one of tanh, relu, got 'gelu'; did you mean 'relu'?"
      ),
      (.choice(["tanh", "relu"]), "1", "must be one of tanh, relu, got '1'"),
      (.integers(1...64), "64", "must be a list of whole numbers, each in 1...64, got '64'"),
      (.integers(1...64), "[64,]", "must be a list of whole numbers, each in 1...64, got '[64,]'"),
      (.integers(1...64), "[1 2]", "must be a list of whole numbers, each in 1...64, got '[1 2]'"),
      (
        .numbers(0...1), "[0.5, 2]", "must be a list of numbers, each in 0...1, got [0.5, 2]"
      ),
      (.numbers(0...1), "[a]", "must be a list of numbers, each in 0...1, got '[a]'"),
      (
        .integers(1...64), "[32, 0]", "must be a list of whole numbers, each in 1...64, got [32, 0]"
      ),
    ] as [(SettingDeclaration.Kind, String, String)])
  func `a value that is not allowed is refused in words`(
    kind: SettingDeclaration.Kind, text: String, words: String
  ) {
    let problem = #expect(throws: SettingProblem.self) {
      try declaration(kind).value(reading: text)
    }
    #expect(problem?.description == words)
  }

  @Test func `a list has elements and other kinds have none`() throws {
    let element = try #require(declaration(.integers(1...64)).element)
    #expect(try element.value(reading: "64") == .integer(64))
    #expect(element.allowed == "a whole number in 1...64")
    let number = declaration(.numbers(0...2))
    #expect(try #require(number.element).value(reading: "0.5") == .number(0.5))
    #expect(number.list(of: [.number(2), .number(0.5)]) == .numbers([2, 0.5]))
    #expect(declaration(.integer(1...64)).element == nil)
  }
}

import Settings
import Testing

private enum Activation: String, CaseIterable, Sendable { case tanh, relu }

private struct SampleSettings: DeclaredSettings {
  var episodes = 20
  var rate = 0.1
  var ceiling: Double? = 0.5
  var isShuffled = true
  var activation = Activation.tanh
  var hidden = [64, 64]

  static let settings: [Setting<Self>] = [
    .integer("episodes", \.episodes, in: 1...100, "Episodes.", earlier: 10),
    .number("rate", \.rate, in: 0...1, "The rate."),
    .optionalNumber("ceiling", \.ceiling, in: 0...1, "The ceiling.", earlier: SettingValue.none),
    .boolean("shuffled", \.isShuffled, "Whether it is shuffled.", earlier: false),
    .choice("activation", \.activation, "The activation.", earlier: .relu),
    .integers("hidden", \.hidden, in: 1...1024, "The widths."),
  ]
}

@Suite struct DeclaredSettingsTests {
  @Test func `declarations carry the defaults and what reproduces earlier behaviour`() {
    var changed = SampleSettings()
    changed.rate = 0.25
    #expect(
      changed.declarations == [
        SettingDeclaration(
          name: "episodes", kind: .integer(1...100), defaultValue: .integer(20),
          documentation: "Episodes.", earlierValue: .integer(10)),
        SettingDeclaration(
          name: "rate", kind: .number(0...1), defaultValue: .number(0.25),
          documentation: "The rate."),
        SettingDeclaration(
          name: "ceiling", kind: .optionalNumber(0...1), defaultValue: .number(0.5),
          documentation: "The ceiling.", earlierValue: SettingValue.none),
        SettingDeclaration(
          name: "shuffled", kind: .boolean, defaultValue: .boolean(true),
          documentation: "Whether it is shuffled.", earlierValue: .boolean(false)),
        SettingDeclaration(
          name: "activation", kind: .choice(["tanh", "relu"]), defaultValue: .choice("tanh"),
          documentation: "The activation.", earlierValue: .choice("relu")),
        SettingDeclaration(
          name: "hidden", kind: .integers(1...1024), defaultValue: .integers([64, 64]),
          documentation: "The widths."),
      ])
  }

  @Test func `values written are the values read`() throws {
    let values: [String: SettingValue] = [
      "episodes": .integer(1), "rate": .number(0), "ceiling": .none, "shuffled": .boolean(false),
      "activation": .choice("relu"), "hidden": .integers([]),
    ]
    let settings = try SampleSettings(values)
    #expect(settings.values == values)
    #expect(settings.episodes == 1)
    #expect(settings.rate == 0)
    #expect(settings.ceiling == nil)
    #expect(!settings.isShuffled)
    #expect(settings.activation == .relu)
    #expect(settings.hidden.isEmpty)
  }

  @Test(
    arguments: [
      ("episodes", SettingValue.integer(0)), ("episodes", .number(5)), ("rate", .integer(1)),
      ("rate", .number(.nan)), ("rate", .number(.infinity)), ("rate", .none),
      ("ceiling", .number(-.infinity)), ("shuffled", .choice("true")), ("shuffled", .integer(1)),
      ("rate", .boolean(true)), ("activation", .choice("gelu")),
      ("hidden", .integers([64, 0])), ("hidden", .integer(64)), ("episode", .integer(5)),
    ] as [(String, SettingValue)])
  func `a value that is not allowed leaves the settings as they were`(
    name: String, value: SettingValue
  ) {
    var settings = SampleSettings()
    #expect(throws: SettingProblem.self) { try settings.set(name, to: value) }
    #expect(settings == SampleSettings())
  }

  @Test func `of several problems the first in order of the names is thrown`() {
    let problem = #expect(throws: SettingProblem.self) {
      try SampleSettings(["rate": .number(2), "hiden": .integer(1), "episodes": .integer(0)])
    }
    #expect(problem == .outOfRange(allowed: "a whole number in 1...100", found: "0"))
  }
}

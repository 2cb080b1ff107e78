import Environments
import SeededRandom
import Settings
import TestSupport
import Testing

/// The tables of the small worlds, and how outcomes are drawn from them, against Gymnasium's.
@Suite struct GymnasiumTableTests {
  /// A section of `transitions.txt`.
  struct Section {
    var name: String
    var settings: [String: SettingValue]
    var probabilities: [Double]
    /// [states][actions][outcomes].
    var table: [[[TransitionTable.Outcome]]] = []
  }

  private func sections() throws -> [Section] {
    var sections: [Section] = []
    for line in try GymnasiumExport.lines(of: "transitions.txt") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "@" {
        let place = try #require(words.firstIndex(of: "probabilities"))
        let declaration = try #require(EnvironmentRegistry.declaration(named: words[1]))
        var settings: [String: SettingValue] = [:]
        for word in words[2..<place] {
          let parts = word.split(separator: "=").map(String.init)
          let name = parts[0] == "map_name" ? "map" : parts[0]
          let setting = try #require(declaration.settings.first { $0.name == name })
          settings[name] = try setting.value(reading: parts[1])
        }
        sections.append(
          Section(
            name: words[1], settings: settings,
            probabilities: try words[(place + 1)...].map { try #require(Double($0)) }))
      } else {
        let probabilities = sections[sections.count - 1].probabilities
        sections[sections.count - 1].table.append(
          try words.map { action in
            try action.split(separator: ",").map { outcome in
              let numbers = try outcome.split(separator: "/").map { try #require(Int($0)) }
              return TransitionTable.Outcome(
                probability: probabilities[numbers[0]], state: numbers[1],
                reward: Double(numbers[2]), terminates: numbers[3] == 1)
            }
          })
      }
    }
    return sections
  }

  private func table(of environment: any Environment) throws -> TransitionTable {
    switch environment {
    case let lake as FrozenLake: lake.transitions
    case let cliff as CliffWalking: cliff.transitions
    default: try #require(environment as? Taxi).transitions
    }
  }

  /// The environment of a section.
  private func environment(_ section: Section) throws -> any DiscreteEnvironment {
    let declaration = try #require(EnvironmentRegistry.declaration(named: section.name))
    return try #require(try declaration.make(section.settings) as? any DiscreteEnvironment)
  }

  /// Starts an episode in the state that Gymnasium numbers `index`.
  private func start(
    _ environment: inout any DiscreteEnvironment, in index: Int, stepCount: Int = 0
  ) throws {
    if var lake = environment as? FrozenLake {
      lake.start(in: FrozenLake.State(cell: index), stepCount: stepCount)
      environment = lake
    } else if var cliff = environment as? CliffWalking {
      cliff.start(in: CliffWalking.State(cell: index), stepCount: stepCount)
      environment = cliff
    } else {
      var taxi = try #require(environment as? Taxi)
      taxi.start(in: Taxi.State(index: index), stepCount: stepCount)
      environment = taxi
    }
  }

  private func state(of environment: any DiscreteEnvironment) throws -> Int {
    switch environment {
    case let lake as FrozenLake: lake.state.cell
    case let cliff as CliffWalking: cliff.state.cell
    default: try #require(environment as? Taxi).state.index
    }
  }

  @Test func `whole tables are Gymnasium's, in its order`() throws {
    let sections = try sections()
    #expect(sections.count >= 8)
    for section in sections {
      let declaration = try #require(EnvironmentRegistry.declaration(named: section.name))
      let table = try table(of: try declaration.make(section.settings))
      #expect(table.stateCount == section.table.count, "\(section.name)")
      for (state, actions) in section.table.enumerated() {
        #expect(table.actionCount == actions.count)
        for (action, outcomes) in actions.enumerated() {
          #expect(
            Array(table.outcomes(of: action, in: state)) == outcomes,
            "\(section.name) \(section.settings) state \(state) action \(action)")
        }
      }
    }
  }

  @Test func `a step takes the first outcome whose running sum exceeds the draw`() throws {
    let streams = RandomStreams(identity: "tables", replicateSeed: 0)
    for (number, section) in try sections().enumerated() {
      var environment = try environment(section)
      for (index, actions) in section.table.enumerated() {
        for (action, outcomes) in actions.enumerated() {
          var generator = streams.generator(for: .actions, number, index, action)
          var again = generator
          try start(&environment, in: index)
          let transition = environment.step(action, using: &generator)
          var sum = 0.0
          let draw = outcomes.count == 1 ? 0 : again.nextUnitDouble()
          let expected = try #require(
            outcomes.first {
              sum += $0.probability
              return sum > draw
            })
          #expect(try state(of: environment) == expected.state)
          #expect(transition.reward == expected.reward)
          #expect(transition.ending == (expected.terminates ? .terminated : nil))
          // Exactly that much was drawn.
          #expect(generator.nextBits() == again.nextBits())
        }
      }
    }
  }

  @Test func `the last step truncates, unless it terminates`() throws {
    for section in try sections() {
      var environment = try environment(section)
      for (index, actions) in section.table.enumerated() {
        for (action, outcomes) in actions.enumerated() where outcomes.count == 1 {
          var generator = SeededGenerator(key: 0)
          try start(&environment, in: index, stepCount: environment.stepLimit - 1)
          #expect(
            environment.step(action, using: &generator).ending
              == (outcomes[0].terminates ? .terminated : .truncated))
        }
      }
    }
  }

  @Test func `observations are one-hot`() throws {
    for section in try sections() {
      var environment = try environment(section)
      for index in section.table.indices {
        try start(&environment, in: index)
        let observation = environment.observation
        #expect(observation.count == section.table.count)
        #expect(observation.firstIndex(of: 1) == index && observation.reduce(0, +) == 1)
      }
    }
  }
}

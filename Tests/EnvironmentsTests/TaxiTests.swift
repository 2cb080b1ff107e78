import Environments
import SeededRandom
import TestSupport
import Testing

@Suite struct TaxiTests {
  private func settings(fickleProbability: Double) -> Taxi.Settings {
    var settings = Taxi.Settings()
    settings.hasFicklePassenger = true
    settings.fickleProbability = fickleProbability
    return settings
  }

  @Test func `states are numbered as Gymnasium numbers them`() {
    #expect(Taxi.State(row: 3, column: 1, passenger: 2, destination: 0).index == 328)
    for index in 0..<500 { #expect(Taxi.State(index: index).index == index) }
  }

  @Test func `starts are the 300 states with a passenger to fetch, each as likely`() {
    let streams = RandomStreams(identity: "taxi", replicateSeed: 0)
    var counts = [Int](repeating: 0, count: 500)
    var taxi = Taxi()
    for start in 0..<30_000 {
      var generator = streams.generator(for: .start, start)
      taxi.reset(using: &generator)
      counts[taxi.state.index] += 1
      #expect(!taxi.state.willChangeMind)
    }
    for index in 0..<500 {
      let state = Taxi.State(index: index)
      let isStart = state.passenger < 4 && state.passenger != state.destination
      // 100 expected, deviation 10.
      #expect(isStart ? (55...155).contains(counts[index]) : counts[index] == 0)
    }
  }

  @Test func `the shortest ride pays 15, with every move and the two of the passenger`() {
    // From red to yellow: take up, four down, set down.
    var taxi = Taxi(state: .init(row: 0, column: 0, passenger: 0, destination: 2))
    var generator = SeededGenerator(key: 0)
    var total = 0.0
    var ending: EpisodeEnding?
    for action in [4, 0, 0, 0, 0, 5] {
      #expect(ending == nil)
      let transition = taxi.step(action, using: &generator)
      total += transition.reward
      ending = transition.ending
    }
    #expect(total == 15 && ending == .terminated)
    #expect(taxi.state == .init(row: 4, column: 0, passenger: 2, destination: 2))
  }

  @Test func `a fickle passenger wants to go elsewhere after the first move with it, once`() {
    let streams = RandomStreams(identity: "fickle", replicateSeed: 0)
    var destinations = [0, 0, 0, 0]
    for episode in 0..<600 {
      var generator = streams.generator(for: .actions, episode)
      var taxi = Taxi(
        settings(fickleProbability: 1),
        state: .init(row: 0, column: 0, passenger: 0, destination: 2, willChangeMind: true))
      _ = taxi.step(0, using: &generator)  // not yet in the taxi
      _ = taxi.step(1, using: &generator)
      _ = taxi.step(4, using: &generator)
      _ = taxi.step(3, using: &generator)  // into the wall: no move
      #expect(
        taxi.state == .init(row: 0, column: 0, passenger: 4, destination: 2, willChangeMind: true))
      _ = taxi.step(0, using: &generator)
      #expect(!taxi.state.willChangeMind && taxi.state.destination != 2)
      destinations[taxi.state.destination] += 1
      let chosen = taxi.state.destination
      _ = taxi.step(1, using: &generator)
      #expect(taxi.state.destination == chosen)
    }
    // 200 expected, deviation 12.
    #expect(destinations[2] == 0)
    for stand in [0, 1, 3] { #expect((140...260).contains(destinations[stand])) }
  }

  @Test func `how often a passenger is fickle is drawn at the reset`() {
    let streams = RandomStreams(identity: "fickle starts", replicateSeed: 0)
    for (probability, expected) in [(0.0, 0...0), (0.3, 240...360), (1.0, 1000...1000)] {
      var taxi = Taxi(settings(fickleProbability: probability))
      let count = (0..<1000).count { start in
        var generator = streams.generator(for: .start, start)
        taxi.reset(using: &generator)
        return taxi.state.willChangeMind
      }
      #expect(expected.contains(count))
    }
  }

  @Test func `episodes of a fickle passenger in the rain go as Gymnasium's`() throws {
    var settings = settings(fickleProbability: 0.7)
    settings.isRainy = true
    let transitions = Taxi(settings).transitions
    var before: Taxi.State?
    var changes = 0
    for line in try GymnasiumExport.lines(of: "taxi.csv").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let after = Taxi.State(
        index: try #require(Int(fields[3])), willChangeMind: fields[7] == "1")
      defer { before = after }
      guard let action = Int(fields[2]), let from = before else { continue }
      // The rain's draw is Gymnasium's own: some outcome must be the one that it made, up to the change.
      let hasChanged = from.willChangeMind && !after.willChangeMind
      changes += hasChanged ? 1 : 0
      var dry = after
      if hasChanged { dry.destination = from.destination }
      let outcome = try #require(
        transitions.outcomes(of: action, in: from.index).first {
          $0.state == dry.index
        }, "\(line)")
      #expect(outcome.reward == Double(fields[4]))
      #expect(outcome.terminates == (fields[5] == "1"))
      let hasMoved = after.row != from.row || after.column != from.column
      #expect(hasChanged == (from.willChangeMind && from.passenger == 4 && hasMoved))
      #expect(!hasChanged || after.destination != from.destination)
    }
    #expect(changes > 0)
  }
}

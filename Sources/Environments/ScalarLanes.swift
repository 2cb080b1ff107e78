public import SeededRandom

/// Lanes of any environment: an array of it, stepped one after the other.
struct ScalarLanes<Scalar: Environment>: EnvironmentLanes {
  private var environments: [Scalar]

  /// Creates `count` copies of `environment`.
  ///
  /// - Precondition: `count` is at least 1.
  init(_ environment: Scalar, count: Int) {
    precondition(count >= 1, "there are no \(count) lanes")
    environments = Array(repeating: environment, count: count)
  }

  var count: Int { environments.count }
  var observationWidth: Int { environments.first?.observationWidth ?? 0 }
  var stepLimit: Int { environments.first?.stepLimit ?? 0 }

  subscript(lane: Int) -> Scalar {
    get { environments[lane] }
    set { environments[lane] = newValue }
  }

  mutating func reset(lane: Int, using generator: inout SeededGenerator) {
    environments[lane].reset(using: &generator)
  }

  mutating func copy(lane source: Int, to target: Int) {
    environments[target] = environments[source]
  }

  func writeObservations(of lanes: Range<Int>, into buffer: inout [Float], at offset: Int) {
    Scalar.writeObservations(of: environments, lanes, into: &buffer, at: offset)
  }
}

extension ScalarLanes: DiscreteLanes where Scalar: DiscreteEnvironment {
  var actionCount: Int { environments.first?.actionCount ?? 0 }

  mutating func step(
    _ lanes: Range<Int>, actions: [Int], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    Scalar.step(
      &environments, lanes, actions: actions, generators: &generators, rewards: &rewards,
      endings: &endings)
  }
}

extension ScalarLanes: ContinuousLanes where Scalar: ContinuousEnvironment {
  var actionBounds: [ClosedRange<Float>] { environments.first?.actionBounds ?? [] }

  mutating func step(
    _ lanes: Range<Int>, actions: [Float], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    Scalar.step(
      &environments, lanes, actions: actions, generators: &generators, rewards: &rewards,
      endings: &endings)
  }
}

extension Environment {
  /// Writes the observations of some of `environments` one after the other, the first at `offset`.
  public static func writeObservations(
    of environments: [Self], _ lanes: Range<Int>, into buffer: inout [Float], at offset: Int
  ) {
    guard let width = environments.first?.observationWidth else { return }
    for (row, lane) in lanes.enumerated() {
      environments[lane].writeObservation(into: &buffer, at: offset + row * width)
    }
  }
}

extension DiscreteEnvironment {
  /// Takes a step in some of `environments`.
  public static func step(
    _ environments: inout [Self], _ lanes: Range<Int>, actions: [Int],
    generators: inout [SeededGenerator], rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    var unused = SeededGenerator(key: 0)
    for (row, lane) in lanes.enumerated() {
      let transition =
        drawsNoise
        ? environments[lane].step(actions[row], using: &generators[row])
        : environments[lane].step(actions[row], using: &unused)
      rewards[row] = transition.reward
      endings[row] = transition.ending
    }
  }

  /// Returns `count` copies of the environment, to be stepped together.
  public func lanes(count: Int) -> any DiscreteLanes { ScalarLanes(self, count: count) }
}

extension ContinuousEnvironment {
  /// Takes a step in some of `environments`.
  public static func step(
    _ environments: inout [Self], _ lanes: Range<Int>, actions: [Float],
    generators: inout [SeededGenerator], rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    let components = environments.first?.actionBounds.count ?? 0
    var unused = SeededGenerator(key: 0)
    for (row, lane) in lanes.enumerated() {
      let offset = row * components
      let transition =
        drawsNoise
        ? environments[lane].step(actionAt: offset, of: actions, using: &generators[row])
        : environments[lane].step(actionAt: offset, of: actions, using: &unused)
      rewards[row] = transition.reward
      endings[row] = transition.ending
    }
  }

  /// Returns `count` copies of the environment, to be stepped together.
  public func lanes(count: Int) -> any ContinuousLanes { ScalarLanes(self, count: count) }
}

import Algorithms

/// Prints steps per second of each arm on each environment, the share of each phase, and the result.
struct SpeedTable {
  var environments: [String]
  var arms: [Arm]
  var steps: Int
  var seeds: Range<Int>
  var metric: String
  var overrides: [String]

  private static let phases = TrainingPhase.allCases.filter { $0 != .evaluation }

  func printAll() throws {
    for environment in environments {
      print("\n\(environment), \(steps) environment steps")
      print(
        padded("steps/s", 24), Self.phases.map { padded($0.rawValue, 12) }.joined(),
        "  \(metric) by seed")
      for arm in arms {
        guard let settings = arm.settings(on: environment, overrides: overrides) else { continue }
        var values: [String] = []
        var seconds = 0.0
        var trainedSteps = 0.0
        var spent = [Double](repeating: 0, count: Self.phases.count)
        for seed in seeds {
          let (result, clock) = try trained(
            arm, settings: settings, on: environment, steps: steps, seed: seed,
            every: max(1, steps / 20), readsPhases: true)
          values.append(rounded(result.metrics[metric] ?? .nan))
          trainedSteps += result.metrics["environment_steps"] ?? 0
          seconds += clock.processor
          for (index, phase) in Self.phases.enumerated() { spent[index] += clock[phase] }
        }
        let total = spent.reduce(0, +)
        let shares = spent.map { padded("\(Int((100 * $0 / total).rounded())) %", 12) }
        print(
          arm.label.padding(14) + padded("\(Int(trainedSteps / seconds))", 10), shares.joined(),
          "  " + values.joined(separator: " "))
      }
    }
  }
}

private func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// The number with three digits after the point, or none if it is large.
private func rounded(_ value: Double) -> String {
  value.magnitude >= 100
    ? "\(Int(value.rounded()))" : "\((value * 1000).rounded() / 1000)"
}

extension String {
  /// The text with spaces after it, to fill `width`.
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

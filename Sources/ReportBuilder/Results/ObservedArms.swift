internal import Foundation
internal import ResultStore
internal import Statistics

// The arms whose results labbook did not compute, and what pages say of them.

extension LockedArm {
  /// Whether an external trainer makes the arm's runs.
  var isObserved: Bool { identity.isObserved }

  /// The title with the word for how its results came to be, where the engine did not compute them.
  var markedTitle: String { isObserved ? "\(title) (\(observationWord))" : title }

  /// How the results came to be: `observed`, `imported`, or `partly imported`.
  var observationWord: String {
    let imported = runs.count { $0.observation == .imported }
    if imported == 0 { return Observation.observed.rawValue }
    return imported == runs.count ? Observation.imported.rawValue : "partly imported"
  }

  /// The promise of the arm's results, as a popover ends with it; empty for the engine's own, which can be computed again.
  var promise: String {
    switch observationWord {
    case _ where !isObserved: ""
    case Observation.observed.rawValue: "; observed once, on one machine"
    case Observation.imported.rawValue: "; imported, its inputs as stated"
    default: "; observed once, on one machine, and in part imported"
    }
  }
}

/// The sentences below a table on arms that labbook did not compute.
enum ObservedNotes {
  /// The meaning of the marks; nothing where no arm has one.
  static func marks(on arms: [LockedArm]) -> [String] {
    let observed = arms.filter(\.isObserved)
    var sentences: [String] = []
    if observed.contains(where: { $0.runs.contains { $0.observation != .imported } }) {
      sentences.append(
        "Observed: a command outside labbook gave these numbers once, on one machine, with the inputs that its key "
          + "names.")
    }
    if observed.contains(where: { $0.runs.contains { $0.observation == .imported } }) {
      sentences.append(
        "Imported: read from output that was there; that its inputs were these is stated, not seen."
      )
    }
    return sentences
  }

  /// How much `metric` differs between executions with one seed, arm by arm, beside how much it differs over seeds; nothing
  /// where no run of the arms was executed twice.
  static func repeatNoise(of metric: String, on arms: [LockedArm], decimals: Int) -> [String] {
    var count = 0
    var opposed = 0
    var noisy: [(arm: LockedArm, repeats: Double)] = []
    for arm in arms {
      let executions = arm.runs.map { run in
        [run.metric(metric)] + run.repetitions.map { $0.metrics[metric] }
      }
      let isOpposed = { (values: [Double?]) in
        values.contains { $0 == nil } && values.contains { $0 != nil }
      }
      opposed += executions.count(where: isOpposed)
      let groups = executions.filter { !isOpposed($0) }.map { $0.compactMap(\.self) }
        .filter { $0.count > 1 }
      count += groups.count
      if let repeats = pooledDeviation(groups), repeats > 0 { noisy.append((arm, repeats)) }
    }
    let lost =
      opposed == 0
      ? []
      : [
        "\(opposed == 1 ? "1 run" : "\(opposed) runs") gave a finite number in one execution and none in another."
      ]
    guard count > 0 else { return lost }
    let runs = count == 1 ? "1 run was" : "\(count) runs were"
    guard !noisy.isEmpty else {
      return ["\(runs) executed again, with the same value each time."] + lost
    }
    let deviations = noisy.map { arm, repeats in
      let own = NumberText.fixed(repeats, decimals: decimals) + " with one seed"
      let seeds = pooledDeviation([arm.values(of: metric).compactMap(\.self)])
      let spread =
        seeds.map { ", " + NumberText.fixed($0, decimals: decimals) + " over seeds" } ?? ""
      return "\(own)\(spread) (\(arm.title))"
    }
    return [
      "Repeat noise: \(runs) executed again; standard deviations are \(deviations.joined(separator: "; "))."
    ] + lost
  }

  /// The standard deviation within groups of two values and more, pooled; nil without a group.
  static func pooledDeviation(_ groups: [[Double]]) -> Double? {
    var (squares, degrees) = (0.0, 0)
    for group in groups {
      guard group.count > 1 else { continue }
      let mean = mean(group)
      squares += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      degrees += group.count - 1
    }
    return degrees > 0 ? (squares / Double(degrees)).squareRoot() : nil
  }
}

internal import Algorithms
internal import Settings

/// The settings that an arm is tried with, every value of one with every value of the others.
struct Sweep {
  struct Axis {
    var setting: String
    var values: [SettingValue]
  }

  /// In the order of the file; the last one varies fastest.
  var axes: [Axis] = []

  /// The number of combinations.
  var size: (count: Int, overflow: Bool) {
    var size = 1
    for axis in axes {
      let product = size.multipliedReportingOverflow(by: axis.values.count)
      if product.overflow { return (.max, true) }
      size = product.partialValue
    }
    return (size, false)
  }

  /// Every combination, as a value for each axis.
  var combinations: [[SettingValue]] {
    axes.reduce([[]]) { combinations, axis in
      combinations.flatMap { combination in axis.values.map { combination + [$0] } }
    }
  }
}

/// An entry of `arms` or `stages` before its sweep is expanded.
struct ArmTemplate {
  /// The arm as it is without a sweep; its label and title are those of the entry.
  var arm: Arm
  var sweep: Sweep
  /// What the algorithm makes.
  var product: Vocabulary.Product
  /// Where the entry names the stages it stands on, by the field of the run key.
  var references: [String: SpecNode.Entry]
  /// The entry's path and where its label stands.
  var path: String
  var position: SpecError.Position

  /// One arm, or with a sweep `label-1`, `label-2`, …, whose titles name the values.
  var arms: [Arm] {
    guard !sweep.axes.isEmpty else { return [arm] }
    return sweep.combinations.enumerated().map { index, values in
      var arm = arm
      arm.label += "-\(index + 1)"
      var words: [String] = []
      for (axis, value) in zip(sweep.axes, values) {
        arm.configuration.algorithmSettings[axis.setting] = value
        words.append("\(axis.setting) \(value)")
      }
      arm.title += " (\(words.joined(separator: ", ")))"
      return arm
    }
  }
}

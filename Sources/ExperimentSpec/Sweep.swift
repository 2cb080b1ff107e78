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

/// An entry of `arms` before its sweep is expanded.
struct ArmTemplate {
  var label: String
  var title: String
  var configuration: RunConfiguration
  var sweep: Sweep

  /// One arm, or with a sweep `label-1`, `label-2`, …, whose titles name the values.
  var arms: [Arm] {
    guard !sweep.axes.isEmpty else {
      return [Arm(label: label, title: title, configuration: configuration)]
    }
    return sweep.combinations.enumerated().map { index, values in
      var arm = Arm(label: "\(label)-\(index + 1)", title: title, configuration: configuration)
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

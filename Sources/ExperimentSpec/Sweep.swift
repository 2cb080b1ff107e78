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
  /// The kind of model that the algorithm trains.
  var product: AlgorithmProduct
  /// The places where the entry names its stages, by the field of the run key.
  var references: [String: SpecNode.Entry]
  /// The entry's path and the place of its label.
  var path: String
  var position: SpecError.Position
  /// The place of its title, or of its label if it has no other title.
  var titlePosition: SpecError.Position

  /// One arm, or with a sweep one for each combination, whose label and title name the values:
  /// `RLOO-group_size=3-learning_rate=0.001` and `RLOO, group_size 3, learning_rate 0.001`.
  ///
  /// A label names the values of an arm, not its place in a list: elsewhere it stands for that arm or is an error,
  /// however the sweep changes.
  var arms: [Arm] {
    guard !sweep.axes.isEmpty else { return [arm] }
    return sweep.combinations.map { values in
      var arm = arm
      for (axis, value) in zip(sweep.axes, values) {
        arm.configuration.algorithmSettings[axis.setting] = value
        arm.label += "-\(axis.setting)=\(value.labelText)"
        arm.title += ", \(axis.setting) \(value)"
      }
      return arm
    }
  }
}

extension SettingValue {
  /// The value in a label: its canonical text, but for lists, whose numbers are joined by `x`.
  ///
  /// No label has spaces, commas, brackets or slashes, so that it can stand wherever labels are named.
  var labelText: String {
    switch self {
    case .integers([]): "empty"
    case .integers(let values): values.map(String.init).joined(separator: "x")
    case .numbers([]): "empty"
    case .numbers(let values): values.map { "\(SettingValue.number($0))" }.joined(separator: "x")
    case .integer, .number, .boolean, .choice, .none: description
    }
  }
}

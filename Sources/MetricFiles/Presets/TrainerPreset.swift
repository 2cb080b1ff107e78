package import Metrics
internal import Settings

/// The metrics that a library's trainer logs, under labbook's names where it is one quantity with the engine's.
///
/// A spec that names a preset, such as `trl/grpo`, gets the format, the path, the metrics and the curves of it, and may
/// say otherwise for each. Keys are the library's, of the versions that are named; a key that another version does not
/// write is told with the nearest that exist.
package struct TrainerPreset: Sendable {
  /// A number of a run.
  package struct Metric: Hashable, Sendable {
    /// The name in records, tables and claims.
    package var name: String
    /// The library's key.
    package var key: String
    /// The words for column heads.
    package var title: String
    /// The unit; empty for a number without unit.
    package var unit: String
    /// The better side; nil where neither is.
    package var better: MetricDeclaration.Direction?
    /// How one value is taken of many.
    package var take: MetricTake
    /// One sentence that says what it is.
    package var documentation: String
  }

  /// A quantity over the course of a run.
  package struct Curve: Hashable, Sendable {
    /// The name in records and figures.
    package var name: String
    /// The library's key.
    package var key: String
    /// The words for axes.
    package var title: String
    /// The unit; empty for a number without unit.
    package var unit: String
    /// One sentence that says what it is.
    package var documentation: String
    /// Whether every run of the trainer has it; others depend on its settings, such as `kl` on `beta`.
    package var isAlwaysLogged: Bool
  }

  /// The library and the trainer, such as `trl/grpo`.
  package let name: String
  /// The library's name, as pip knows it.
  package let library: String
  /// The versions of the library whose keys these are.
  package let versions: [String]
  /// The form of the file.
  package let format: MetricFormat
  /// The path of the file, from the output folder.
  package let path: String
  /// The metrics, the main one first.
  package let metrics: [Metric]
  /// The curves.
  package let curves: [Curve]

  /// All presets, sorted by name.
  package static let all: [TrainerPreset] = (trl + verl).sorted { $0.name < $1.name }

  /// The preset with a name; nil if there is none.
  package static func named(_ name: String) -> TrainerPreset? { all.first { $0.name == name } }
}

extension TrainerPreset.Curve {
  /// A quantity that the engine has too, with its title, unit and meaning.
  static func engine(_ name: String, _ key: String, always isAlwaysLogged: Bool = true) -> Self {
    guard let declared = MetricDeclaration.named(name, .curve, in: .languageTasks) else {
      preconditionFailure("the engine has no curve '\(name)'")
    }
    return Self(
      name: name, key: key, title: declared.title, unit: declared.unit,
      documentation: declared.documentation, isAlwaysLogged: isAlwaysLogged)
  }

  /// A quantity of the library's own.
  static func own(
    _ name: String, _ key: String, _ documentation: String, title: String? = nil, unit: String = "",
    always isAlwaysLogged: Bool = true
  ) -> Self {
    Self(
      name: name, key: key, title: title ?? MetricDeclaration.words(name), unit: unit,
      documentation: documentation, isAlwaysLogged: isAlwaysLogged)
  }

  /// The metric that takes one value of this curve.
  func metric(
    _ name: String? = nil, title: String? = nil, better: MetricDeclaration.Direction?,
    take: MetricTake
  ) -> TrainerPreset.Metric {
    TrainerPreset.Metric(
      name: name ?? self.name, key: key, title: title ?? self.title, unit: unit, better: better,
      take: take, documentation: documentation)
  }
}

internal import MetricFiles
internal import Metrics
internal import Settings

// What `labbook describe` tells of the presets of other libraries' trainers.
extension Vocabulary {
  /// The presets by their names, such as `trl/grpo`.
  var trainerPresets: [Describable] {
    TrainerPreset.all.map { preset in
      let summary =
        "What \(preset.name) logs: \(preset.metrics.count) metrics and \(preset.curves.count) curves of "
        + "\(preset.library) \(preset.versions.joined(separator: ", "))."
      return Describable(.preset, preset.name, summary: summary) { description(of: preset) }
    }
  }

  private func description(of preset: TrainerPreset) -> String {
    var lines = [preset.name, ""]
    lines += wrapped(
      "A preset of a trainer: `preset: \(preset.name)` reads {\(preset.format.rawValue): \(preset.path)} with the names "
        + "below. Its keys are those of \(preset.library) \(preset.versions.joined(separator: ", ")); a key that another "
        + "version does not write is told with the nearest that are there, and a spec may say otherwise for each."
    )
    lines += ["", "Metrics"]
    for metric in preset.metrics {
      let better = metric.better.map { $0 == .higher ? ", higher is better" : ", lower is better" }
      lines.append("  \(metric.name): \(metric.title)\(Self.unit(metric.unit))")
      lines += wrapped(
        "The \(metric.take.text) of \(metric.key)\(better ?? "").", indentation: "      ")
      lines += wrapped(metric.documentation, indentation: "      ")
    }
    lines += ["", "Curves"]
    for curve in preset.curves {
      lines.append("  \(curve.name): \(curve.title)\(Self.unit(curve.unit))")
      lines += wrapped(
        "\(curve.key)\(curve.isAlwaysLogged ? "" : ", where the trainer's settings have it logged").",
        indentation: "      ")
      lines += wrapped(curve.documentation, indentation: "      ")
    }
    return lines.joined(separator: "\n")
  }

  private static func unit(_ unit: String) -> String { unit.isEmpty ? "" : " (\(unit))" }
}

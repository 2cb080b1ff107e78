internal import Algorithms
internal import Settings

extension ExperimentReader {
  /// Reports the settings of an arm that nothing reads, and warns of those that are likely not meant.
  ///
  /// Such a setting changes the key of an arm and not its result. One point of a sweep may leave a setting without
  /// effect, such as a coefficient of 0 beside others: it is reported only if no arm of the sweep reads it.
  ///
  /// - Parameters:
  ///   - template: The arm, its sweep not expanded.
  ///   - algorithm: Its algorithm.
  ///   - traits: The traits of the task.
  ///   - section: The settings as written.
  ///   - unwritten: The values that would hold if nothing were written: defaults and preset.
  mutating func checkEffects(
    in template: ArmTemplate, of algorithm: AlgorithmDeclaration, on traits: TaskTraits,
    section: SpecReader.Section, unwritten: [String: SettingValue]
  ) {
    guard !template.sweep.size.overflow, template.sweep.size.count <= Self.mostArms else { return }
    let points = template.arms.map(\.configuration.algorithmSettings)
    // The reason of the last point is told: those of a sweep often begin with what is switched off.
    let idle = points.map { algorithm.idleSettings(in: $0, on: traits) }
    let always = (idle.last ?? [:]).filter { name, _ in idle.allSatisfy { $0[name] != nil } }
    reader.reportIdle(
      in: section, values: template.arm.configuration.algorithmSettings, otherwise: unwritten,
      always)
    let swept = section["sweep"]?.value.entries ?? []
    for entry in swept {
      guard let reason = always[entry.key] else { continue }
      reader.report(
        .withoutEffect(reason: reason), of: section.path(of: "sweep.\(entry.key)"),
        at: entry.keyPosition)
    }

    var told: [Caution] = []
    for caution in points.flatMap({ algorithm.cautions(in: $0) }) where !told.contains(caution) {
      told.append(caution)
      // Not written means given by a preset, which its source answers for.
      for name in caution.settings {
        let inSweep = swept.first { $0.key == name }
        guard let entry = section[name] ?? inSweep else { continue }
        reader.warn(
          caution.message, of: section.path(of: inSweep == nil ? name : "sweep.\(name)"),
          at: entry.keyPosition)
        break
      }
    }
  }
}

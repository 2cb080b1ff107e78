internal import ExternalTrainers
internal import MetricFiles
internal import Metrics
internal import ResultStore
internal import Settings

extension ExperimentReader {
  /// Reads what becomes the record of a run.
  mutating func results(
    in section: SpecReader.Section, _ preset: TrainerPreset?
  ) -> ObservedResults? {
    let path = "trainer.metrics"
    guard let entry = section["metrics"] ?? (preset == nil ? nil : section["preset"]) else {
      reader.missing(
        "metrics", in: section, expected: "what is read, and the metrics that are taken of it")
      return nil
    }
    var entries: [SpecNode.Entry] = []
    if section["metrics"] != nil {
      guard
        let own = reader.section(
          entry, path: path, expected: "a mapping with read and the metrics")
      else { return nil }
      entries = own.entries
    }
    let own = SpecReader.Section(path: path, position: entry.keyPosition, entries: entries)
    let read = source(in: own, preset)
    let axes = MetricAxis.allCases.filter { $0 != .epoch }.map(\.rawValue)
    let axis = own["axis"].flatMap { reader.name($0, path: own.path(of: "axis"), among: axes) }
    let axisKeys = axisKeys(in: own, among: axes, axis: axis, format: read?.format)
    let reserved = SpecKey.names(ofExternalTrainersIn: .metrics)
    var metrics = preset?.observedMetrics ?? []
    for entry in own.entries where !reserved.contains(entry.key) {
      let known = metrics.first { $0.name == entry.key }
      guard let metric = metric(entry, path: own.path(of: entry.key), over: known) else { continue }
      metrics.removeAll { $0.name == metric.name }
      metrics.append(metric)
    }
    if metrics.isEmpty {
      reader.report(
        .emptyCollection(expected: "at least one metric beside 'read'"), of: path,
        at: entry.value.position)
    }
    let curves = curves(in: section) ?? preset?.observedCurves ?? []
    let keep = patterns(in: section)
    guard let read, !metrics.isEmpty else { return nil }
    return ObservedResults(
      format: read.format, path: read.path, axis: axis ?? ObservedResults.usualAxis,
      axisKeys: axisKeys, metrics: metrics, curves: curves, keep: keep)
  }

  /// Reads the trainer's own names of axes; one that nothing would read is refused.
  private mutating func axisKeys(
    in own: SpecReader.Section, among axes: [String], axis: String?, format: String?
  ) -> [String: String] {
    guard let entry = own["axes"],
      let section = reader.section(
        entry, path: own.path(of: "axes"),
        expected: "a mapping from step or tokens to the trainer's own name of it")
    else { return [:] }
    reader.checkKeys(of: section, known: axes)
    var keys: [String: String] = [:]
    let stepped = [MetricFormat.huggingFaceTrainer, .tensorBoard].map(\.rawValue)
    for entry in section.entries where axes.contains(entry.key) {
      let path = section.path(of: entry.key)
      guard let key = reader.text(entry, path: path) else { continue }
      if entry.key == MetricAxis.step.rawValue, let format, stepped.contains(format) {
        reader.report(
          .trainer("has no effect: files of the format \(format) say the step in one way alone"),
          of: path, at: entry.keyPosition)
      } else if entry.key == MetricAxis.tokens.rawValue, axis != entry.key {
        reader.report(
          .trainer("has no effect without 'axis: tokens', since curves are drawn over steps"),
          of: path, at: entry.keyPosition)
      } else {
        keys[entry.key] = key
      }
    }
    return keys
  }

  /// Reads the preset, if the trainer names one.
  mutating func preset(in section: SpecReader.Section) -> TrainerPreset? {
    guard let entry = section["preset"] else { return nil }
    let names = TrainerPreset.all.map(\.name)
    return reader.name(entry, path: section.path(of: "preset"), among: names)
      .flatMap(TrainerPreset.named)
  }

  private mutating func source(
    in own: SpecReader.Section, _ preset: TrainerPreset?
  ) -> (format: String, path: String)? {
    guard let entry = own["read"] else {
      if let preset { return (preset.format.rawValue, preset.path) }
      reader.missing(
        "read", in: own,
        expected: "a file with its format, such as {hf_trainer: trainer_state.json}")
      return nil
    }
    let path = own.path(of: "read")
    let formats = MetricFormat.allCases.map(\.rawValue)
    guard let (format, name, position) = choice(entry, path: path, of: formats) else { return nil }
    guard NamedFiles.isWellFormed(name), !NamedFiles.plainName(name).hasPrefix("..") else {
      reader.report(
        .trainer("must be a path within the output folder, got '\(name)'"), of: "\(path).\(format)",
        at: position)
      return nil
    }
    return (format, name)
  }

  /// Reads one metric over what a preset says of it.
  private mutating func metric(
    _ entry: SpecNode.Entry, path: String, over known: ObservedMetric?
  ) -> ObservedMetric? {
    guard checkStoredName(entry, path: path) else { return nil }
    guard
      let section = reader.section(
        entry, path: path, expected: "a mapping with key, take, better, within, title, unit")
    else { return nil }
    reader.checkKeys(of: section, known: SpecKey.names(ofExternalTrainersIn: .metric))
    var metric = known ?? ObservedMetric(name: entry.key, key: entry.key)
    func text(_ key: String) -> String? {
      section[key].flatMap { reader.text($0, path: section.path(of: key)) }
    }
    if let key = text("key") { metric.key = key }
    if let entry = section["take"], let take = text("take") {
      do throws(SettingProblem) {
        metric.take = try MetricTake(parsing: take).text
      } catch {
        reader.report(.value(error), of: section.path(of: "take"), at: entry.value.position)
      }
    }
    if let entry = section["better"] {
      metric.better = reader.name(
        entry, path: section.path(of: "better"),
        among: ObservedMetric.Better.allCases.map(\.rawValue)
      ).flatMap(ObservedMetric.Better.init(rawValue:))
    } else if metric.take == "best", metric.better == nil {
      reader.report(
        .missing(expected: "higher or lower, since the best value is taken"),
        of: section.path(of: "better"), at: section["take"]?.value.position ?? section.position)
    }
    let tolerance = SettingDeclaration(
      name: "within", kind: .number(0...1e300), defaultValue: .number(0), documentation: "")
    if let entry = section["within"],
      case .number(let within) = reader.value(
        entry.value, path: section.path(of: "within"), tolerance)
    {
      metric.within = within
    }
    if let title = text("title") { metric.title = title }
    if let unit = text("unit") { metric.unit = unit }
    return metric
  }

  /// Reports a name that no metric or curve can have; returns whether it is one.
  private mutating func checkStoredName(_ entry: SpecNode.Entry, path: String) -> Bool {
    if StoredName.isOne(entry.key) { return true }
    reader.report(
      .trainer("must be made of letters, digits, '_' and '-', got '\(entry.key)'"), of: path,
      at: entry.keyPosition)
    return false
  }

  private mutating func curves(in section: SpecReader.Section) -> [ObservedCurve]? {
    guard let entry = section["curves"] else { return nil }
    let path = "trainer.curves"
    var curves: [ObservedCurve] = []
    if let entries = entry.value.entries {
      for entry in entries {
        guard checkStoredName(entry, path: "\(path).\(entry.key)") else { continue }
        if let key = reader.text(entry, path: "\(path).\(entry.key)") {
          curves.append(ObservedCurve(name: entry.key, key: key))
        }
      }
      return curves
    }
    // Nothing is also a choice, over a preset above all.
    if case .list(let nodes) = entry.value.content, nodes.isEmpty { return [] }
    let expected = "a list of the trainer's names, or a mapping from names of ours to them"
    guard let nodes = reader.texts(entry, path: path, expected: expected) else { return nil }
    for node in nodes {
      let curve = ObservedCurve(key: node.text)
      if !StoredName.isOne(curve.name) || curves.contains(where: { $0.name == curve.name }) {
        reader.report(
          curves.contains(where: { $0.key == curve.key })
            ? .repeated(value: node.text)
            : .trainer("needs a name of ours for '\(node.text)'; write a mapping from names to it"),
          of: path, at: node.position)
      } else {
        curves.append(curve)
      }
    }
    return curves
  }

  private mutating func patterns(in section: SpecReader.Section) -> [String] {
    guard let entry = section["keep"],
      let nodes = reader.texts(
        entry, path: "trainer.keep", expected: "a list of patterns such as completions/*.parquet")
    else { return [] }
    for node in nodes
    where !NamedFiles.isWellFormed(node.text) || NamedFiles.plainName(node.text).hasPrefix("..") {
      reader.report(
        .trainer("must be a pattern within the output folder, got '\(node.text)'"),
        of: "trainer.keep", at: node.position)
    }
    return nodes.map(\.text)
  }
}

/// Names of metrics and curves.
private enum StoredName {
  /// Whether a text is made of letters, digits, `_` and `-`, as names in values and claims are.
  static func isOne(_ name: String) -> Bool {
    isLabel(name) && !name.contains("+")
  }
}

extension TrainerPreset {
  /// Its metrics, by the names that labbook has for them.
  var observedMetrics: [ObservedMetric] {
    metrics.map { metric in
      ObservedMetric(
        name: metric.name, key: metric.key, take: metric.take.text,
        better: metric.better.map { $0 == .higher ? .higher : .lower },
        title: metric.title, unit: metric.unit.isEmpty ? nil : metric.unit)
    }
  }

  /// Its curves; those that depend on the trainer's settings may be missing.
  var observedCurves: [ObservedCurve] {
    curves.map {
      ObservedCurve(name: $0.name, key: $0.key, isOptional: !$0.isAlwaysLogged)
    }
  }
}

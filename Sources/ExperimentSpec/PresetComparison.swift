internal import Algorithms
internal import Settings

extension Vocabulary {
  /// Returns the names of an algorithm's presets in any world, in the order of their declaration; `nil` if there is no
  /// such algorithm.
  public func presets(ofAlgorithm name: String) -> [String]? {
    let declared = worlds.compactMap { $0.algorithm(named: name)?.presets }
    guard !declared.isEmpty else { return nil }
    var names: [String] = []
    for preset in declared.joined() where !names.contains(preset) { names.append(preset) }
    return names
  }

  /// Returns where two presets of one algorithm differ, as points on the axes: the settings that they give different
  /// values, in every world, tasks with the same differences together.
  ///
  /// - Parameters:
  ///   - name: The name of an algorithm.
  ///   - first: A preset; none: the algorithm's defaults.
  ///   - second: Another, likewise.
  /// - Returns: Lines, no line break at the end; empty if no world has the algorithm with both presets.
  public func comparison(
    ofAlgorithm name: String, preset first: String?, against second: String?
  ) -> String {
    worlds.compactMap { part -> String? in
      guard let algorithm = part.algorithm(named: name) else { return nil }
      var groups: [(rows: [[String]], tasks: [String])] = []
      for task in part.tasks.map(\.name) {
        guard let left = algorithm.point(of: first, on: task),
          let right = algorithm.point(of: second, on: task)
        else { continue }
        let rows = zip(algorithm.settings, zip(left, right)).compactMap { setting, values in
          values.0 == values.1 ? nil : [setting.name, "\(values.0)", "\(values.1)"]
        }
        if let index = groups.firstIndex(where: { $0.rows == rows }) {
          groups[index].tasks.append(task)
        } else {
          groups.append((rows, [task]))
        }
      }
      guard !groups.isEmpty else { return nil }
      return
        (["\(name): \(algorithm.title), on \(part.world.title)"]
        + groups.flatMap { group in
          lines(group.rows, group.tasks, of: algorithm, first, second)
        }).joined(separator: "\n")
    }
    .joined(separator: "\n\n")
  }

  private func lines(
    _ rows: [[String]], _ tasks: [String], of algorithm: AlgorithmDeclaration, _ first: String?,
    _ second: String?
  ) -> [String] {
    let same = algorithm.settings.count - rows.count
    let head = [""] + wrapped(tasks.joined(separator: ", "), indentation: "  ")
    guard !rows.isEmpty else { return head + ["    the same in all \(same) settings"] }
    let table = [["setting", first ?? "defaults", second ?? "defaults"]] + rows
    return head
      + alignedColumns(table).split(separator: "\n").map { "    \($0)" }
      + ["    the same in \(same) other settings"]
  }
}

extension AlgorithmDeclaration {
  /// Returns the value of each setting in a preset, or by default; `nil` if the preset does not exist for the task.
  fileprivate func point(of preset: String?, on task: String) -> [SettingValue]? {
    guard let preset else { return settings.map(\.defaultValue) }
    guard let values = self.preset(preset, environment: task) else { return nil }
    return settings.map { values[$0.name] ?? $0.defaultValue }
  }
}

internal import ReportRendering
internal import ResultStore
internal import Settings

/// The specs of either week: questions, arms, seeds and settings.
extension DifferencePage {
  /// A table of settings for each experiment that has other ones, below what else of its spec changed.
  var settings: String {
    let sections = common.map { experiment -> String in
      let sentences = self.sentences(on: experiment)
      let table = table(of: experiment)
      guard !sentences.isEmpty || !table.isEmpty else { return "" }
      let items = sentences.map { "<li>\(escaped($0))</li>\n" }.joined()
      return "<h3>\(escaped(experiment.name))</h3>\n"
        + (items.isEmpty ? "" : "<ul>\n\(items)</ul>\n") + table
    }.joined()
    if common.isEmpty { return "<p>The weeks have no experiment in common.</p>\n" }
    return sections.isEmpty
      ? "<p>Every experiment in common has the same arms, settings and seeds.</p>\n" : sections
  }

  /// Sentences on what changed of a spec beside the settings of its arms.
  private func sentences(on experiment: ExperimentDifference) -> [String] {
    var sentences: [String] = []
    if let former = old.lock.experiment(experiment.name),
      let latter = new.lock.experiment(experiment.name)
    {
      if former.question != latter.question {
        sentences.append("Asked: \(former.question) → \(latter.question)")
      }
      if former.metric != latter.metric {
        sentences.append("Compared by \(former.metric) → \(latter.metric).")
      }
    }
    for (presence, words) in [(Presence.added, "New"), (.removed, "Gone")] {
      let arms = experiment.arms.filter { $0.presence == presence }
      if !arms.isEmpty { sentences.append("\(words): \(Self.list(arms.map(\.title))).") }
    }
    for arm in experiment.arms where arm.isRenamed {
      sentences.append("Renamed: \(arm.name).")
    }
    let reseeded = experiment.arms.filter(\.hasOtherSeeds)
    for kind in Set(reseeded.map(SeedChange.init)).sorted() {
      let arms = reseeded.filter { SeedChange($0) == kind }
      sentences.append(
        "Seeds: \(kind.old) → \(kind.new), \(kind.common) in common "
          + "(\(names(of: arms, in: experiment))).")
    }
    return sentences
  }

  /// A row for each change of a setting, with the arms that have it.
  private func table(of experiment: ExperimentDifference) -> String {
    var changes: [(field: ChangedField, arms: [ArmDifference])] = []
    for arm in experiment.arms {
      for field in arm.changedFields {
        if let index = changes.firstIndex(where: { $0.field == field }) {
          changes[index].arms.append(arm)
        } else {
          changes.append((field, [arm]))
        }
      }
    }
    guard !changes.isEmpty else { return "" }
    // The changes of one setting stand together, in the order of the arms.
    let changed = changes.map(\.field.name).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let ordered = changed.flatMap { name in changes.filter { $0.field.name == name } }
    let rows = ordered.map { field, arms in
      """
      <tr><th scope="row"><code>\(Self.breakable(field.name))</code></th><td>\(shown(field.old))</td>\
      <td>\(shown(field.new))</td><td>\(escaped(names(of: arms, in: experiment)))</td></tr>

      """
    }
    return """
      <figure class="results settings">
      <figcaption>Settings of \(escaped(experiment.name)) that changed.</figcaption>
      <div class="scroll">
      <table>
      <thead>
      <tr><th>Setting</th><th>\(escaped(difference.oldName))</th><th>\(escaped(difference.newName))</th>\
      <th>Arms</th></tr>
      </thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>
      </figure>

      """
  }

  /// The titles of arms, or that they are all that both weeks have.
  private func names(of arms: [ArmDifference], in experiment: ExperimentDifference) -> String {
    let common = experiment.arms.filter { $0.presence == .both }
    guard arms.count == common.count, arms.count > 1 else {
      return Self.list(arms.map(\.title))
    }
    return "all \(arms.count) arms"
  }

  /// The name of a setting as HTML that a narrow screen breaks between its words.
  private static func breakable(_ name: String) -> String {
    escaped(name).replacing("_", with: "_<wbr>").replacing(".", with: ".<wbr>")
  }

  /// A value of a setting; a digest by its first digits.
  private func shown(_ value: String?) -> String {
    guard let value else { return "—" }
    let isDigest = value.utf8.count == 64 && value.allSatisfy(\.isHexDigit)
    return "<code>\(escaped(isDigest ? value.prefix(12) + "…" : excerpt(value)))</code>"
  }
}

/// The seeds of an arm in both weeks.
private struct SeedChange: Hashable, Comparable {
  var old: Int
  var new: Int
  var common: Int

  init(_ arm: ArmDifference) {
    (old, new, common) = (arm.oldSeeds, arm.newSeeds, arm.commonSeeds)
  }

  static func < (first: Self, second: Self) -> Bool {
    (first.old, first.new, first.common) < (second.old, second.new, second.common)
  }
}

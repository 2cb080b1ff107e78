internal import ReportRendering
internal import ResultStore
internal import Settings

/// The settings of an experiment's arms.
extension SiteExperiment {
  /// A table of the settings in which arms differ, and a list of those that are the same in all, behind a line that opens.
  ///
  /// Revisions of components are no settings and stand in the list.
  var settings: String {
    let names = Set(arms.flatMap { $0.identity.fields.keys }).sorted()
    let differing = names.filter { name in
      !name.hasPrefix("revision.") && Set(arms.map { $0.identity.fields[name] }).count > 1
    }
    let shared = names.filter { !differing.contains($0) }
    let list = shared.map { name in
      let values = arms.compactMap { $0.identity.fields[name] }
      return "\(name) = \(shown(values.first))"
    }
    return table(of: differing)
      + "<details><summary>\(shared.count) settings are the same in all arms</summary>\n"
      + "<pre tabindex=\"0\">\(escaped(list.joined(separator: "\n")))</pre></details>\n"
  }

  /// The settings of arms, with as few columns as there can be: arms or settings.
  private func table(of names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let caption = "Settings in which arms differ"
    func value(_ arm: Int, _ name: String) -> String {
      escaped(shown(arms[arm].identity.fields[name]))
    }
    if names.count <= arms.count {
      return SitePage.table(
        caption, head: ["Arm"] + names.map(escaped),
        rows: arms.indices.map { arm in
          [escaped(arms[arm].title)] + names.map { value(arm, $0) }
        })
    }
    return SitePage.table(
      caption, head: ["Setting"] + arms.map { escaped($0.title) },
      rows: names.map { name in [escaped(name)] + arms.indices.map { value($0, name) } })
  }

  /// A value of a setting: an arm that others start from by its title, another digest by its first digits.
  private func shown(_ value: String?) -> String {
    guard let value else { return "—" }
    guard value.utf8.count == 64, value.allSatisfy(\.isHexDigit) else { return excerpt(value) }
    return arms.first { $0.identity.digest == value }?.title ?? value.prefix(12) + "…"
  }
}

internal import ReportRendering
internal import ResultStore
internal import Settings

/// The settings of an experiment's arms.
extension SiteExperiment {
  /// First a table of the settings that all arms have and in which they differ; then those that some arms have alone, each with
  /// the arms of a value; and what is the same in all arms, once, behind a line that opens.
  ///
  /// Revisions of components are no settings and stand in the list.
  var settings: String {
    let names = Set(arms.flatMap { $0.identity.fields.keys }).sorted()
    let differing = names.filter { name in
      !name.hasPrefix("revision.") && Set(arms.map { $0.identity.fields[name] }).count > 1
    }
    let (everywhere, partial) = differing.reduce(into: ([String](), [String]())) { parts, name in
      let isEverywhere = arms.allSatisfy { $0.identity.fields[name] != nil }
      if isEverywhere { parts.0.append(name) } else { parts.1.append(name) }
    }
    let shared = names.filter { !differing.contains($0) }
    let list = shared.map { name in
      "\(name) = \(shown(arms.compactMap { $0.identity.fields[name] }.first))"
    }
    return table(of: everywhere) + table(ofPartial: partial)
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
        caption, head: ["Arm"] + names.map { escaped(Self.short($0)) },
        rows: arms.indices.map { arm in
          [escaped(arms[arm].title)] + names.map { value(arm, $0) }
        })
    }
    return SitePage.table(
      caption, head: ["Setting"] + arms.map { escaped($0.title) },
      rows: names.map { name in
        [escaped(Self.short(name))] + arms.indices.map { value($0, name) }
      })
  }

  /// A row for each setting that some arms do not have: its values, each with its arms.
  private func table(ofPartial names: [String]) -> String {
    let rows = names.map { name in
      var values: [(value: String, arms: [String])] = []
      for arm in arms {
        guard let field = arm.identity.fields[name] else { continue }
        let value = shown(field)
        if let index = values.firstIndex(where: { $0.value == value }) {
          values[index].arms.append(arm.title)
        } else {
          values.append((value, [arm.title]))
        }
      }
      let words = values.map { value, arms in
        "\(escaped(value)) <span class=\"of\">in \(escaped(arms.joined(separator: ", ")))</span>"
      }
      return [escaped(Self.short(name)), words.joined(separator: "; ")]
    }
    return SitePage.table(
      "Settings that only some arms have", head: ["Setting", "Values"], rows: rows, isProse: true)
  }

  /// A setting as specs call it: below `algorithm` without that word.
  private static func short(_ name: String) -> String {
    name.hasPrefix("algorithm.") ? String(name.dropFirst("algorithm.".count)) : name
  }

  /// A value of a setting: an arm that others start from by its title, another digest by its first digits.
  private func shown(_ value: String?) -> String {
    guard let value else { return "—" }
    guard value.utf8.count == 64, value.allSatisfy(\.isHexDigit) else { return excerpt(value) }
    return arms.first { $0.identity.digest == value }?.title ?? value.prefix(12) + "…"
  }
}

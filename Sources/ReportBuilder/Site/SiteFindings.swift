internal import Notebook
internal import ReportRendering
internal import ResultStore

/// The part of a week's report that is about one experiment, told from what its notebook names.
struct SiteFindings: Sendable {
  /// A claim about the experiment, as the report has it.
  struct Claim: Sendable, Equatable {
    /// The name of its place in the report.
    var anchor: String
    /// Whether it holds, in words such as *Claim 3 holds*.
    var verdict: String
    /// The claim itself.
    var statement: String
    /// The numbers that follow: means and their difference.
    var evidence: String
  }

  /// A figure that shows the experiment.
  struct Figure: Sendable, Equatable {
    /// Its label, which is the name of its place and of its file.
    var label: String
    /// Its number and caption.
    var caption: String
    /// Whether it shows no other experiment.
    var isOwn: Bool
  }

  /// The lines of the summary that name it, or all where the report has no other experiment.
  var lines: [String] = []
  var claims: [Claim] = []
  var figures: [Figure] = []

  /// Whether the report says something of the experiment in particular.
  var isSpecific: Bool { !lines.isEmpty || !claims.isEmpty }
}

extension SiteWeek {
  /// Returns what the report says of the experiment `name`.
  func findings(on name: String) -> SiteFindings {
    var findings = SiteFindings()
    let isOnly = lock.experiments.count == 1
    let found = found
    for (index, names) in summaryNames.enumerated() where index < found.count {
      if isOnly || names.contains(name) { findings.lines.append(found[index]) }
    }
    for line in markdown.split(separator: "\n") {
      if let claim = Self.claim(in: line, on: name) { findings.claims.append(claim) }
    }
    findings.figures = figureNames.compactMap { label, names in
      guard names.contains(name), figure(label) != nil, let caption = caption(of: label) else {
        return nil
      }
      return SiteFindings.Figure(label: label, caption: caption, isOwn: names == [name])
    }
    return findings
  }

  /// The lines of what was found, in the order of the summary.
  var found: [String] {
    var lines: [String] = []
    var label = ""
    for item in highlights {
      if !item.label.isEmpty { label = item.label }
      if label == "Found" { lines.append(item.text) }
    }
    return lines
  }

  /// The drawing `label`; nil if it is no file beside the report.
  func figure(_ label: String) -> String? {
    figures.first { $0.name == "figures/\(label).svg" }.map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
  }

  /// Number and caption of a figure, without marks.
  private func caption(of label: String) -> String? {
    let mark = "<a id=\"\(label)\"></a>"
    return markdown.split(separator: "\n").first { $0.hasPrefix(mark) }.map {
      Self.plain(String($0))
    }
  }

  /// The claim that a line of the Markdown report states, if it is of the experiment `name`.
  private static func claim(in line: Substring, on name: String) -> SiteFindings.Claim? {
    let mark = " of `\(name)`"
    guard line.hasPrefix("- <a id=\"claim."),
      let parts = line.wholeMatch(
        of: #/- <a id="([^"]+)"><\/a>\S+ \*\*([^*]+?):?\*\* (.+?) — (.+)/#),
      parts.3.hasSuffix(mark)
    else { return nil }
    // Notes on the test stand in the report.
    let evidence =
      parts.4.prefixMatch(of: #/.*?difference [^\]]*(?:\]|(?=,)|$)/#)?.0 ?? parts.4[...]
    return SiteFindings.Claim(
      anchor: String(parts.1), verdict: plain(String(parts.2)),
      statement: plain(String(parts.3.dropLast(mark.count))), evidence: plain(String(evidence)))
  }
}

extension Notebook {
  /// The names of experiments in each line of the summary: those whose values it tells, or whose tables and figures it leads to.
  var summaryNames: [Set<String>] {
    guard let summary = frontMatter.summary else { return [] }
    return summary.blocks.flatMap { block -> [Set<String>] in
      guard case .list(let list) = block else { return [] }
      return list.items.map { item in
        item.blocks.reduce(into: []) { names, block in
          if case .paragraph(let content) = block { names.formUnion(experiments(in: content)) }
        }
      }
    }
  }

  /// The experiments that each figure shows, by label in reading order.
  var figureNames: [(label: String, experiments: Set<String>)] {
    directives.compactMap { directive in
      guard let label = directive.label, label.hasPrefix("fig-") else { return nil }
      return (label, Set(directive.argumentNames.map(\.value)))
    }
  }

  private func experiments(in content: [Inline]) -> Set<String> {
    content.reduce(into: []) { names, inline in
      switch inline {
      case .value(let index): if let name = values[index].path.first { names.insert(name) }
      case .reference(let index):
        let label = references[index].label
        for directive in directives where directive.label == label {
          names.formUnion(directive.argumentNames.map(\.value))
        }
      case .code(let text): names.insert(text)
      case .emphasis(let content), .strong(let content), .link(_, _, let content):
        names.formUnion(experiments(in: content))
      default: break
      }
    }
  }
}

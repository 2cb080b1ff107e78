import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ReportBuilder
import ResultStore
import Settings

/// `labbook site`: all weeks as a folder of pages.
struct Site: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site",
    abstract: "Put all weeks into a folder of pages that needs no server.",
    discussion: """
      Every week or standing report that has a lock is rendered from it; nothing is executed and no lock changes. Beside the reports the \
      folder has what they link to in reports/, an index that begins each week with its answer, a page for each experiment with its results over the weeks, one for each algorithm, a glossary, \
      a search and an Atom feed. The same weeks give the same bytes. A folder that is there already is replaced, if it is \
      a site.

      Examples:
        labbook site
        labbook site --to public --title 'Our group' --address https://example.org/labbook/
      """)

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("The folder; by default site/ in the lab.", valueName: "dir"),
    completion: .directory, transform: givenPath)
  var destination: String?

  @Option(help: "The title of the index and the feed.")
  var title = "Weekly reports"

  @Option(help: "The address that the site is reached at, which the links of the feed begin with.")
  var address: String?

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let folder =
        destination ?? lab.root.appending(path: "site").path(percentEncoded: false)
      let target = SiteFolder(path: folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
      // Before time is spent on reports.
      try target.check()
      let files = try site(of: lab).files()
      try target.replace(with: files)
      print("\(target.path)/index.html, \(files.count) files")
    }
  }

  private func site(of lab: Lab) throws -> LabSite {
    var reports: [SiteWeek] = []
    try lab.weeks.requireRead()
    for week in Week.all(in: lab) {
      guard try week.lock != nil else {
        printError("note: \(week) has no results.lock yet, and is left out")
        continue
      }
      var build = WeekBuild(
        folder: week.folder, store: lab.store, experiments: [], catalog: .labbook,
        tools: try .find())
      build.rendersLock = true
      build.canExecute = { Vocabulary.labbook.canExecute($0) }
      _ = try build.run()
      if let read = try SiteWeek(in: week.folder) { reports.append(read) }
    }
    let specs = lab.loadSpecs()
    if let error = specs.error { printError("\(error)") }
    var experiments = specs.experiments.map { SiteExperiment($0, in: lab) }
    let weeks = reports.filter { !$0.isStanding }
    let standing = reports.filter(\.isStanding)
    for locked in (weeks.reversed() + standing).flatMap(\.lock.experiments)
    where !experiments.contains(where: { $0.name == locked.name }) {
      experiments.append(SiteExperiment(locked))
    }
    let address = address.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    return LabSite(
      title: title, address: address, weeks: weeks, standing: standing,
      experiments: experiments.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) },
      references: SiteReference.labbook, catalog: .labbook)
  }
}

extension SiteExperiment {
  /// An experiment as its spec has it.
  init(_ experiment: Experiment, in lab: Lab) {
    let path = specPaths(inLab: lab.root).first {
      URL(filePath: $0).deletingPathExtension().lastPathComponent == experiment.name
    }
    let files = NamedFiles(folder: lab.root.path(percentEncoded: false), sealed: lab.sealed)
    let bytes = path.flatMap { (try? files.content(of: $0)) ?? nil }
    self.init(
      name: experiment.name, question: experiment.question,
      spec: bytes.map { String(decoding: $0, as: UTF8.self) },
      arms: experiment.planned.arms.map { ($0.label, $0.title, $0.identity) })
  }
}

extension SiteReference {
  /// Everything that is declared.
  static var labbook: [SiteReference] {
    Describe.describables.map { thing in
      SiteReference(
        kind: thing.kind.rawValue, name: thing.name, title: thing.title, summary: thing.summary,
        text: thing.text(),
        algorithm: thing.kind == .algorithm ? SiteAlgorithm(named: thing.name) : nil)
    }
      + NotebookTopic.all.map { topic in
        SiteReference(kind: topic.kind, name: topic.name, summary: topic.summary, text: topic.text)
      }
  }
}

extension SiteAlgorithm {
  /// The algorithm `name` as it is declared.
  init(named name: String) {
    let essence = algorithmFormulas[name]
    self.init(
      formula: essence?.formula ?? "", meaning: essence?.meaning ?? "",
      parts: Vocabulary.labbook.parts(ofAlgorithm: name).map { part in
        Part(
          world: part.world,
          settings: part.settings.map {
            ($0.name, "\($0.defaultValue)", $0.documentation, $0.allowed)
          },
          presets: part.presets.map { preset in
            (
              preset.name, preset.tasks.joined(separator: ", "),
              preset.values.isEmpty ? "the defaults" : preset.values.joined(separator: ", ")
            )
          })
      })
  }
}

internal import CanonicalJSON
internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

extension ReportDirective {
  /// Completions of a language model along its training.
  static let samples = ReportDirective(
    DirectiveDeclaration(
      name: "samples",
      summary: "What a language model wrote at points of its training, greedy or sampled.",
      argument: .name(.experiment),
      options: [
        .label(.table), .caption,
        .init("arms", .names(.arm), "The arms shown, in this order.", absent: "all with samples"),
        .init("seed", .count(atLeast: 0), "The replicate shown.", absent: "the lowest"),
        .init("level", .name(.level), "The level of the prompts.", absent: "the first"),
        .init("points", .count(atLeast: 1), "How many points of training are shown.", absent: "3"),
      ],
      example: """
        ```{samples} knights-and-knaves
        label: tbl-samples
        caption: One prompt, before and after.
        arms: GRPO
        points: 2
        ```
        """)
  ) { directive, _, names in
    SamplesTable(directive, names: &names).map { table in
      .excerpt(RecordExcerpt(file: table.file, text: table.data, blocks: table.blocks))
    }
  }
}

/// The content of a `samples` directive: the completions of arms for one prompt at several points of training.
///
/// A lock holds no samples, so those shown are kept in a file of their own, whose digest the lock has.
struct SamplesTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let arms: [LockedArm]
  private let seed: Int
  private let level: String?
  private let points: Int
  /// The file with the samples shown, relative to the report, such as `figures/tbl-samples.json`.
  let file: String

  /// Resolves the names of the directive; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let hasSamples = { (arm: LockedArm) in
      !arm.runs.isEmpty && arm.runs.allSatisfy { $0.part("samples") != nil }
    }
    let arms = names.arms(directive.names("arms"), of: experiment, having: hasSamples)
    for arm in arms where !hasSamples(arm) {
      names.report(
        "'\(experiment.name)/\(arm.label)' has no samples",
        at: directive["arms"]?.position ?? directive.position)
      return nil
    }
    let seeds = arms.map { Set($0.runs.map(\.seed)) }
    let common = seeds.dropFirst().reduce(seeds.first ?? []) { $0.intersection($1) }.sorted()
    let asked = directive["seed"].flatMap { Int($0.value) }
    guard let seed = asked ?? common.first, common.contains(seed) else {
      names.report(
        "not every arm shown has the seed \(asked.map(String.init) ?? "")",
        at: directive["seed"]?.position ?? directive.position)
      return nil
    }
    self.directive = directive
    self.experiment = experiment
    self.arms = arms
    self.seed = seed
    level = directive["level"]?.value
    points = directive["points"].flatMap { Int($0.value) } ?? 3
    file = "figures/\(directive.label ?? "\(experiment.name)-samples").json"
  }

  /// Returns the samples shown as JSON, a line for each sample.
  ///
  /// - Parameter record: The record of a run by its key.
  /// - Returns: A JSON list of objects, with the arm's label before what the record holds.
  func data(record: (String) -> Record?) -> String {
    var lines: [String] = []
    for arm in arms {
      guard let run = arm.run(seed: seed), let record = record(run.key) else { continue }
      let all = record.samples.compactMap { line in
        (try? JSONValue(text: line)).map { (line, $0) }
      }
      let level = level ?? all.first?.1["level"]?.string
      let ofLevel = all.filter { $0.1["level"]?.string == level }
      let prompt = ofLevel.first?.1["prompt"]?.string
      let shown = ofLevel.filter { $0.1["prompt"]?.string == prompt }
      // Points of training are steps: the last has a greedy completion and a sampled one.
      let steps = Set(shown.compactMap { $0.1["step"]?.double }).sorted()
      let chosen = Set(spread(points, over: steps.count).map { steps[$0] })
      for (_, sample) in shown where sample["step"]?.double.map(chosen.contains) ?? false {
        lines.append(
          JSONValue.object(
            [.init("arm", .string(arm.label))] + (sample.members ?? [])
          ).compactText)
      }
    }
    return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }

  /// Returns at most `count` positions spread evenly over `total`, the first and the last among them.
  private func spread(_ count: Int, over total: Int) -> [Int] {
    guard total > count, count > 1 else { return Array((0..<total).suffix(count)) }
    return (0..<count).map { ($0 * (total - 1) + (count - 1) / 2) / (count - 1) }
  }

  /// Returns the table of the samples that ``data(record:)`` returned.
  ///
  /// - Throws: If `data` has another form; the lock's digest protects it.
  func blocks(_ data: String) throws(ReportFailure) -> [ReportBlock] {
    guard let samples = (try? JSONValue(text: data))?.elements else {
      throw .alteredDocument("\(file) is not a list of samples")
    }
    let prompts = samples.compactMap { $0["prompt"]?.string }
    var blocks: [ReportBlock] = []
    if let prompt = prompts.first {
      blocks.append(.paragraph([.text("Prompt: "), .code(Self.oneLine(prompt))]))
    }
    let steps = CountStyle(samples.map { $0["step"]?.double ?? 0 })
    let rows = samples.map { sample -> [ReportCell] in
      let arm = sample["arm"]?.string ?? ""
      let title = experiment.arm(arm)?.title ?? arm
      let reward = sample["reward"]?.double ?? 0
      let isRight = sample["correct"].map { $0 == .boolean(true) } ?? false
      return [
        ReportCell(title),
        ReportCell(steps.text(sample["step"]?.double ?? 0)),
        ReportCell(Self.decoding(sample)),
        ReportCell([.code(Self.oneLine(sample["completion"]?.string ?? ""))]),
        ReportCell(NumberText.fixed(reward, decimals: 2), emphasis: isRight ? .strong : .none),
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          label: directive.label, caption: directive.caption,
          columns: [
            .init("Arm", alignment: .leading), .init("After tokens", alignment: .trailing),
            .init("Decoding", alignment: .leading), .init("Completion", alignment: .leading),
            .init("Reward", alignment: .trailing),
          ], rows: rows,
          note: [
            .text(
              "Completions of replicate \(seed), one prompt; bold rewards: the answer is right."
            )
          ]
        ).movingConstantColumns(keeping: [3, 4])))
    return blocks
  }

  /// The way in which a completion was chosen, as its record says.
  private static func decoding(_ sample: JSONValue) -> String {
    switch sample["kind"]?.string {
    case "greedy": "greedy"
    case "sampled": "sampled at temperature 1"
    case let kind: kind ?? "not recorded"
    }
  }

  private static func oneLine(_ text: String) -> String {
    text.isEmpty ? " " : text.replacing("\n", with: " ⏎ ")
  }
}

import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook export`: a run's final weights, or a report, in files for other programs.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a run's final weights, or a report, to a folder, for other programs.",
    discussion: """
      A language model of Llama's architecture becomes model.safetensors, config.json and \
      tokenizer.json, which 'transformers' opens: AutoModelForCausalLM.from_pretrained(DIR) for a \
      policy, AutoModelForSequenceClassification.from_pretrained(DIR) for a reward model, \
      PreTrainedTokenizerFast(tokenizer_file=…). Any other run becomes weights.safetensors, \
      curves.csv and key.txt.

      A week or a standing report becomes its tables as CSV and as LaTeX for booktabs, its figures as SVG, PDF and PNG, its runs as CSV, and \
      the report as HTML, Markdown, docx, a Jupyter notebook, and PDF. Files of its folder that it links to go along; links to other reports and \
      files become words. Files that are there already are never written over.

      With --records, the metrics and curves of the run, or of all runs of the week, are written in place of that: as two \
      tables, runs and curves, in CSV or Parquet, or as a folder for TensorBoard.

      PDF and Parquet take two Python packages, which 'labbook doctor --install --exports' installs.

      Examples:
        labbook export knights-and-knaves/GRPO/0 --to models/grpo
        labbook export cartpole/PPO/3 --to models/ppo
        labbook export 2026-W46 --to paper
        labbook export 2026-W46 --to data --records parquet
        labbook export 2026-W46 --to logs --records tensorboard && tensorboard --logdir logs/tensorboard
      """)

  @Argument(
    help: ArgumentHelp(
      "experiment/arm/seed, at least 8 digits of a run key, a week, or a standing report.",
      valueName: "run"),
    completion: Completions.runsAndReports)
  var reference: RunReference

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("The folder; it is made if it is not there.", valueName: "dir"),
    completion: .directory, transform: givenPath)
  var destination: String

  @Option(
    help: ArgumentHelp(
      "Metrics and curves instead, as csv, parquet or tensorboard; may be repeated.",
      valueName: "format"))
  var records: [RecordsFormat] = []

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let folder = destination
      if case .unknown(let name) = reference,
        ISOWeek(name) != nil || lab.weeks.standingNames.contains(name)
      {
        let week = try Week(name, in: lab)
        let paths =
          try records.isEmpty
          ? ExportedWeek.write(week, in: lab, to: folder)
          : ExportedRecords(of: week, in: lab).write(records.map(\.form), to: folder)
        for path in paths { print(path) }
        return
      }
      let preimage = try reference.preimage(in: lab)
      // Every part is read and checked, whatever is written of it.
      guard let record = try lab.store.record(for: preimage.key, named: "\(reference)") else {
        throw MissingRecord(run: "\(reference)")
      }
      if !records.isEmpty {
        let export = ExportedRecords(of: record, preimage.key, as: reference)
        for path in try export.write(records.map(\.form), to: folder) { print(path) }
        return
      }
      let files = try files(of: record, preimage, in: lab.store).map { file in
        (path: NewFiles.path(of: file.name, in: folder), bytes: file.bytes)
      }
      try NewFiles(files: files).write(in: folder)
      for file in files { print(file.path) }
    }
  }

  /// The files to write, each with its content.
  private func files(
    of record: Record, _ preimage: RunPreimage, in store: ResultStore
  ) throws -> [(name: String, bytes: [UInt8])] {
    if preimage.fields["language"] != nil {
      let configuration = try Vocabulary.labbook.configuration(of: preimage)
      if let model = try exportedModel(of: configuration, weights: record.weights) {
        return [
          ("model.safetensors", model.weights), ("config.json", Array(model.configuration.utf8)),
          ("tokenizer.json", Array(model.tokenizer.utf8)),
        ]
      }
      printError(
        "note: this network's architecture is not Llama's, which 'transformers' could open")
    }
    let folder = store.location(of: preimage.key)
    return try ["weights.safetensors", "curves.csv", "key.txt"].map { name in
      (name, Array(try Data(contentsOf: folder.appending(path: name))))
    }
  }
}

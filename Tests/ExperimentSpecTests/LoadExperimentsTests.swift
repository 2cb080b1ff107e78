import ExperimentSpec
import Foundation
import Testing

@Suite struct LoadExperimentsTests {
  static let good = "question: Q\ntask: {environment: Pole-v1}\narms: {A: {algorithm: alpha}}\n"

  /// Runs `body` in a folder that holds `texts`, and removes the folder.
  func withLab(_ texts: [String: String], _ body: (URL) throws -> Void) throws {
    let lab = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: lab) }
    for (path, text) in texts {
      let file = lab.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try body(lab)
  }

  @Test func `the experiments of a lab are the YAML files in its folder, by name`() throws {
    try withLab([
      "experiments/b.yaml": Self.good, "experiments/a.yml": "extends: shared/base.yaml",
      "experiments/shared/base.yaml": Self.good, "experiments/notes.txt": "none",
      "experiments/.hidden.yaml": "none",
    ]) { lab in
      #expect(specPaths(inLab: lab) == ["experiments/a.yml", "experiments/b.yaml"])
      let experiments = try loadExperiments(inLab: lab, vocabulary: smallVocabulary())
      #expect(experiments.map(\.name) == ["a", "b"])
      #expect(experiments.map(\.path) == ["experiments/a.yml", "experiments/b.yaml"])
    }
  }

  @Test func `every problem of every file is reported, with paths from the lab`() throws {
    try withLab([
      "experiments/b.yaml": Self.good + "seed: 1\n",
      "experiments/a.yaml": "question: [\n",
      "experiments/a.yml": Self.good,
      "experiments/my lab.yaml": Self.good + "seeds: 0\n",
    ]) { lab in
      let error = #expect(throws: SpecError.self) {
        try loadExperiments(inLab: lab, vocabulary: smallVocabulary())
      }
      #expect(
        error?.description.split(separator: "\n") == [
          "experiments/a.yaml:2:1: error: the file is not valid YAML: did not find expected node content while parsing a flow node",
          "experiments/a.yml:1:1: error: the file has the same name as experiments/a.yaml",
          "experiments/b.yaml:4:1: error: seed is not a known key; did you mean 'seeds'?",
          "experiments/my lab.yaml:1:1: error: the file must be made of letters, digits, '_', '+' and '-', got 'my lab'",
          "experiments/my lab.yaml:4:8: error: seeds must be a whole number in 1...1000, got 0",
        ])
    }
  }

  @Test func `a lab without experiments has none`() throws {
    try withLab(["reports/x": ""]) { lab in
      let experiments = try loadExperiments(inLab: lab, vocabulary: smallVocabulary())
      #expect(experiments.isEmpty)
    }
  }

  @Test func `a folder named as a spec is reported as such`() throws {
    try withLab(["experiments/x.yaml/y": ""]) { lab in
      let error = #expect(throws: SpecError.self) {
        try loadExperiments(inLab: lab, vocabulary: smallVocabulary())
      }
      #expect(
        error?.description
          == "experiments/x.yaml:1:1: error: the file cannot be read: it is a folder")
    }
  }
}

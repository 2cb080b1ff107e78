import CanonicalJSON
import ExperimentSpec
import Foundation
import MetricFiles
import Metrics
import NeuralNetworks
import Notebook
import ReportBuilder
import ReportRendering
import ResultStore

// Readers of files that somebody else may have written, each as a function of bytes that has to return: libFuzzer
// changes the bytes, watches which code they reach, and stops at a trap, a hang or too much memory. A reader that
// accepts its bytes has to keep its promises, which are preconditions here.

/// A folder of this process for readers that ask for files.
private let folder: URL = {
  let url = URL(filePath: "/dev/shm/fuzz-\(getpid())", directoryHint: .isDirectory)
  try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url
}()

private func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

private func write(_ bytes: [UInt8], _ name: String) {
  try? Data(bytes).write(to: folder.appending(path: name))
}

/// Reads a notebook; what is accepted is rendered, and nothing in the outputs may run or load anything.
private func readNotebook(_ source: String) {
  guard let notebook = try? parseNotebook(source, path: "notebook.md") else { return }
  guard notebook.directives.isEmpty, notebook.values.isEmpty, notebook.citations.isEmpty else {
    return
  }
  let report = ReportDocument(notebook: notebook, directives: [], values: [], bibliography: .empty)
  if let markdown = try? markdown(for: report) {
    precondition(unsafeParts(ofMarkdown: markdown).isEmpty, "unsafe Markdown")
  }
  guard notebook.formulas.isEmpty, notebook.images.isEmpty,
    let page = try? html(
      for: report, images: EmbeddedImages([]), typesetter: FormulaTypesetter())
  else { return }
  precondition(attacks(in: page) == ownAttacks, "unsafe page")
}

/// What could run in a page: its own script is always there, and nothing else may be.
private func attacks(in page: String) -> [Int] {
  let page = page.lowercased()
  return ["<script", "href=\"javascript", "<iframe", "<object", "<embed"].map {
    page.ranges(of: $0).count
  }
}

private let ownAttacks: [Int] = {
  guard
    let notebook = try? parseNotebook(
      "---\ntitle: T\nweek: 2026-W10\nstatus: draft\n---\n\nA\n", path: "notebook.md"),
    let page = try? html(
      for: ReportDocument(notebook: notebook, directives: [], values: [], bibliography: .empty),
      images: EmbeddedImages([]), typesetter: FormulaTypesetter())
  else { fatalError("a page of one word cannot be made") }
  return attacks(in: page)
}()

private func readWorks(_ front: String) {
  guard
    let notebook = try? parseNotebook(
      "---\ntitle: T\nweek: 2026-W10\nstatus: draft\nbibliography: works.bib\n\(front)---\n\n[@k]\n",
      path: "notebook.md")
  else { return }
  _ = try? makeBibliography(
    for: notebook,
    files: NotebookFiles(of: notebook, folder: WeekFolder(url: folder, displayPath: "week")),
    pandoc: nil)
}

/// Reads a file of metrics; a history that is accepted has points, in order, under each of its keys.
private func readMetrics(_ bytes: [UInt8], _ format: MetricFormat) {
  let name = format == .tensorBoard ? "events.out.tfevents.1.host.1.0" : "metrics"
  write(bytes, name)
  let path = folder.appending(path: name).path
  guard let history = try? readMetricHistory(format, from: path, shownAs: name) else { return }
  for key in history.keys {
    for axis in MetricAxis.allCases {
      guard let points = try? history.points(of: key, over: axis) else { continue }
      precondition(!points.isEmpty && points.allSatisfy(\.x.isFinite), "a curve without places")
      precondition(zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x }, "a curve goes back")
    }
    for take in [MetricTake.last, .best, .meanOfLast(3), .atStep(2)] {
      _ = try? take.value(of: key, in: history, better: .higher)
    }
  }
}

private let work = Array("@misc{k, author={A, B}, title={T}, year=2020}\n".utf8)

private let readers: [String: @Sendable ([UInt8]) -> Void] = [
  "spec": { bytes in
    let files = SpecFiles(bytes: [
      "experiments/x.yaml": bytes, "experiments/y.yaml": Array("title: T\n".utf8),
    ])
    let specs = loadSpecs(at: ["experiments/x.yaml"], in: files, vocabulary: .labbook)
    if let error = specs.error { precondition(!error.description.isEmpty) }
    for experiment in specs.experiments { _ = Vocabulary.labbook.preimages(of: experiment) }
  },
  "lab_settings": { bytes in
    do throws(SpecError) {
      _ = try loadLabSettings(in: SpecFiles(bytes: [LabSettings.file: bytes]))
    } catch { precondition(!error.description.isEmpty) }
  },
  "notebook": { bytes in
    guard let text = text(bytes) else { return }
    readNotebook("---\ntitle: T\nweek: 2026-W10\nstatus: draft\n---\n\n\(text)")
  },
  "front_matter": { bytes in
    guard let text = text(bytes) else { return }
    readNotebook("---\n\(text)\n---\n\nA\n")
  },
  "claims": { bytes in
    guard let text = text(bytes) else { return }
    readNotebook(
      "---\ntitle: T\nweek: 2026-W10\nstatus: draft\n---\n\n```{claims} a\n\(text)\n```\n")
    for line in text.split(separator: "\n") { _ = try? Claim(parsing: String(line)) }
  },
  "macros": { bytes in
    guard let text = text(bytes) else { return }
    _ = try? parseFormulaMacros(text, path: "macros.yaml")
  },
  "formula": { bytes in
    guard let tex = text(bytes) else { return }
    _ = FormulaCheck.problems(in: tex)
    _ = try? MacroExpansion(texTokens(tex), [:])
  },
  "bibliography": { bytes in
    guard let text = text(bytes) else { return }
    let works = BibTeX(text)
    _ = works.digest(ofWorks: Set(works.keys))
    write(bytes + work, "works.bib")
    readWorks("")
  },
  "style": { bytes in
    write(work, "works.bib")
    write(bytes, "style.csl")
    readWorks("csl: style.csl\n")
  },
  "lock": { bytes in
    guard let text = text(bytes), let lock = try? Lock(text: text, path: "results.lock") else {
      return
    }
    let again = try? Lock(text: lock.text, path: "results.lock")
    precondition(again == lock, "a lock reads back as another one")
  },
  "record": { bytes in
    guard let value = try? JSONValue(bytes: bytes) else { return }
    let again = try? JSONValue(bytes: Array(value.compactText.utf8))
    precondition(again?.compactText == value.compactText, "JSON reads back as something else")
  },
  "safetensors": { bytes in
    guard let tensors = try? tensors(ofSafetensors: bytes) else { return }
    precondition(tensors.allSatisfy { $0.shape.reduce(1, *) == $0.elements.count })
  },
  "preimage": { bytes in
    guard let text = text(bytes), let preimage = try? RunPreimage(text: text) else { return }
    precondition(preimage.text == text, "a preimage reads back as another one")
    _ = try? Vocabulary.labbook.configuration(of: preimage)
  },
  "trainer_state": { readMetrics($0, .huggingFaceTrainer) },
  "json_lines": { readMetrics($0, .jsonLines) },
  "comma_separated": { readMetrics($0, .csv) },
  "json_metrics": { readMetrics($0, .json) },
  "event_file": { readMetrics($0, .tensorBoard) },
  "drawing": { bytes in
    guard let svg = text(bytes), drawingProblem(in: svg) == nil else { return }
    let lower = svg.lowercased()
    precondition(!lower.contains("<script") && !lower.contains("onload="), "unsafe drawing")
  },
]

private let reader: @Sendable ([UInt8]) -> Void = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let reader = readers[name] else {
    fatalError("FUZZ_TARGET is one of \(readers.keys.sorted().joined(separator: ", "))")
  }
  return reader
}()

/// The function that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  reader(Array(UnsafeBufferPointer(start: data, count: count)))
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The program. The package manager gives the entry point of an executable its name, where libFuzzer's own would be `main`.
@_cdecl("FuzzReaders_main")
public func start(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
  var (count, arguments) = (count, arguments)
  return runFuzzer(&count, &arguments, fuzz)
}

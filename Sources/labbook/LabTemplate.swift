import ExperimentSpec
import Foundation
import Notebook
import ReportRendering

/// The files of a new lab.
struct LabTemplate {
  /// The week of its first notebook.
  var week: ISOWeek

  /// The files, by their names in the lab.
  var files: [(name: String, text: String)] {
    get throws {
      let copied = try Self.places.map { place in
        let text = try BundledResource.text("lab/\(place.resource)", in: .module)
        return (
          name: place.name.replacing("{WEEK}", with: "\(week)"),
          text: text.replacing("{WEEK}", with: "\(week)")
        )
      }
      return copied
        + [(name: ".vscode/labbook-spec.schema.json", text: Vocabulary.labbook.jsonSchema() + "\n")]
    }
  }

  /// Where the texts that come with the program stand in a lab.
  private static let places: [(resource: String, name: String)] = [
    ("labbook.yaml", "labbook.yaml"),
    ("baselines.yaml", "experiments/baselines.yaml"),
    ("notebook.md", "reports/{WEEK}/notebook.md"),
    ("references.bib", "reports/references.bib"),
    ("gitignore", ".gitignore"),
    ("gitattributes", ".gitattributes"),
    ("settings.json", ".vscode/settings.json"),
    ("extensions.json", ".vscode/extensions.json"),
    ("report.yml", ".github/workflows/report.yml"),
  ]
}

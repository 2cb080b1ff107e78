import Foundation
import Notebook

/// The notebook's own images as HTML that holds them.
struct EmbeddedImages {
  private var data: [String: Data] = [:]

  private static let types = [
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "svg": "image/svg+xml", "webp": "image/webp",
  ]

  /// Reads every image of `notebook` from `folder`.
  init(of notebook: Notebook, folder: URL) throws {
    var problems: [SourceProblem] = []
    for image in notebook.images where data[image.value] == nil {
      let path = image.value.removingPercentEncoding ?? image.value
      if EmbeddedImages.type(of: image.value) == nil {
        problems.append(
          SourceProblem(
            path: notebook.path, position: image.position,
            message: "'\(image.value)' is not an image of a known kind: "
              + EmbeddedImages.types.keys.sorted().joined(separator: ", ")))
      } else if let content = try? Data(contentsOf: folder.appending(path: path)) {
        data[image.value] = content
      } else {
        problems.append(
          SourceProblem(
            path: notebook.path, position: image.position,
            message: "there is no image '\(image.value)'"))
      }
    }
    if !problems.isEmpty { throw NotebookError(problems) }
  }

  /// An `<img>` that holds the image `source`.
  ///
  /// An SVG stays in an `<img>` too: what a person drew may hold scripts, which do not run there.
  func html(_ source: String, alternative: String, title: String) -> String {
    let address =
      data[source].flatMap { content in
        EmbeddedImages.type(of: source).map { "data:\($0);base64,\(content.base64EncodedString())" }
      } ?? ""
    let titleAttribute = title.isEmpty ? "" : " title=\"\(escaped(title))\""
    return "<img src=\"\(address)\" alt=\"\(escaped(alternative))\"\(titleAttribute)>"
  }

  private static func type(of source: String) -> String? {
    source.split(separator: ".").last.flatMap { types[$0.lowercased()] }
  }
}

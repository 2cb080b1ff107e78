import Foundation
import Notebook

/// The notebook's own images as HTML that holds them.
struct EmbeddedImages {
  /// The images as `data:` addresses, by the address in the notebook.
  private let addresses: [String: String]

  static let types = [
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "svg": "image/svg+xml", "webp": "image/webp",
  ]

  /// Takes the images that have been read.
  init(_ files: NotebookFiles) {
    var addresses: [String: String] = [:]
    for (source, content) in files.images {
      guard let type = files.imageNames[source].flatMap(Self.type) else { continue }
      addresses[source] = "data:\(type);base64,\(Data(content).base64EncodedString())"
    }
    self.addresses = addresses
  }

  /// An `<img>` that holds the image `source`.
  ///
  /// An SVG stays in an `<img>` too: what a person drew may hold scripts, which do not run there.
  func html(_ source: String, alternative: String, title: String) -> String {
    let titleAttribute = title.isEmpty ? "" : " title=\"\(escaped(title))\""
    return
      "<img src=\"\(addresses[source] ?? "")\" alt=\"\(escaped(alternative))\"\(titleAttribute)>"
  }

  /// The media type that the ending of a name stands for.
  static func type(of name: String) -> String? {
    name.split(separator: ".").last.flatMap { types[$0.lowercased()] }
  }
}

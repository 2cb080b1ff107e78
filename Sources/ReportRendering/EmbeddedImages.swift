import Foundation
import Notebook

/// The notebook's own images as HTML that holds them.
package struct EmbeddedImages {
  /// The images as `data:` addresses, by the address in the notebook.
  private let addresses: [String: String]

  /// The media types by the endings of names.
  package static let types = [
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "svg": "image/svg+xml", "webp": "image/webp",
  ]

  /// Takes images that have been read: the address in the notebook, the name of the file, and its content.
  package init(_ images: [(source: String, name: String, content: [UInt8])]) {
    var addresses: [String: String] = [:]
    for (source, name, content) in images {
      guard let type = Self.type(of: name) else { continue }
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
  package static func type(of name: String) -> String? {
    name.split(separator: ".").last.flatMap { types[$0.lowercased()] }
  }
}

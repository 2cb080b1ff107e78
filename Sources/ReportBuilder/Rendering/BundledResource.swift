import Foundation

/// A file that comes with this module.
enum BundledResource {
  /// Where the file `name` is.
  static func file(_ name: String) throws -> URL {
    let file = Bundle.module.bundleURL.appending(components: "Resources", name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw MissingSoftware(
        description: "labbook's own file \(name) is missing; build it again with 'make'")
    }
    return file
  }

  /// The text of the file `name`.
  static func text(_ name: String) throws -> String {
    try String(contentsOf: file(name), encoding: .utf8)
  }
}

package import Foundation

/// A file that comes with a module.
package enum BundledResource {
  /// Returns where the file `name` of a module's bundle is.
  package static func file(_ name: String, in bundle: Bundle) throws -> URL {
    let file = bundle.bundleURL.appending(components: "Resources", name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw MissingSoftware(
        description: "labbook's own file \(name) is missing; build it again with 'make'")
    }
    return file
  }

  /// Returns the text of the file `name` of a module's bundle.
  package static func text(_ name: String, in bundle: Bundle) throws -> String {
    try String(contentsOf: file(name, in: bundle), encoding: .utf8)
  }
}

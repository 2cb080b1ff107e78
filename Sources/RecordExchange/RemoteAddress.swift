internal import Foundation

/// The place that records are pushed to and pulled from: a folder, or an address as rclone has them.
package struct RemoteAddress: Hashable, Sendable {
  /// The address for rclone: an absolute path, or `name:path`.
  package let address: String

  /// The reason why words are no address, in one sentence.
  package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// The address that a person wrote on the command line: what has a colon before any slash is one of rclone's, and
  /// all else is a folder.
  ///
  /// - Parameters:
  ///   - text: The words.
  ///   - folder: The folder that a relative path starts from.
  /// - Throws: That there are no words.
  package init(_ text: String, relativeTo folder: String) throws(Problem) {
    guard !text.isEmpty,
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw Problem(description: "'\(text)' is no address of a remote") }
    if Self.isRclone(text) {
      address = text
    } else {
      let base = URL(filePath: folder, directoryHint: .isDirectory)
      let path = URL(filePath: text, directoryHint: .isDirectory, relativeTo: base)
        .standardizedFileURL.path(percentEncoded: false)
      address = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
  }

  /// The address that a file of the lab holds, which may be a stranger's.
  ///
  /// An address of rclone may hold options, and some of those are commands that rclone starts. So a lab's file names a
  /// remote that the person has configured, and no more.
  ///
  /// - Throws: As ``init(_:relativeTo:)``, and for an address with a backend or options in it.
  package init(ofLab text: String, relativeTo lab: String) throws(Problem) {
    if Self.isRclone(text) {
      let name = text.prefix { $0 != ":" }
      let isName =
        name.first.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } == true
        && name.utf8.allSatisfy { byte in
          Character(Unicode.Scalar(byte)).isASCII
            && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
              || "_-.+@".utf8.contains(byte))
        }
      guard isName else {
        throw Problem(
          description:
            "'\(text)' is no plain address of rclone: a lab may name a remote that 'rclone config' made, such as "
            + "'group:bucket/folder', without a backend or options in it")
      }
    }
    try self.init(text, relativeTo: lab)
  }

  /// The address of something in it.
  func appending(_ name: String) -> String {
    address.hasSuffix(":") || address.hasSuffix("/") ? address + name : "\(address)/\(name)"
  }

  private static func isRclone(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":") else { return false }
    return !text[..<colon].contains("/")
  }
}

extension RemoteAddress: CustomStringConvertible {
  package var description: String { address }
}

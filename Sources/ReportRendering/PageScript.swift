internal import Crypto
internal import Foundation

/// The script of a page: it shows what stands there already in other ways, and nothing that it adds is needed to read.
///
/// A page's policy names its digest, so that nothing else runs, whatever words a page holds.
package enum PageScript {
  /// The text between the tags, without the source's indentation and comments.
  package static func text() throws -> String {
    try BundledResource.text("page.js", in: .module).split(separator: "\n")
      .map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
      .joined(separator: "\n") + "\n"
  }

  /// The source of a content security policy that lets `script` run, and nothing else.
  ///
  /// Source: W3C, Content Security Policy Level 3, 2.3.1 (hash-source).
  package static func policySource(of script: String) -> String {
    "'sha256-\(Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString())'"
  }
}

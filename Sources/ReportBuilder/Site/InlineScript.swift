internal import Foundation
internal import ResultStore

/// A script that stands in a page.
package enum InlineScript {
  /// Returns the source that a content security policy names to let `script` run, and no other that a text might bring
  /// in.
  package static func source(of script: String) -> String {
    let digits = Array(Digest.hex(of: script).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16)
    }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }
}

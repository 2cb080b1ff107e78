/// The rules for addresses in links and images.
///
/// An address is read as browsers read it: they drop control characters and take what stands before the
/// first colon for its scheme.
public enum LinkAddress {
  private static let schemes = ["http", "https", "mailto"]

  /// Whether a page may hold a link to `address`: to the web, to a mailbox, or to a place relative to it.
  public static func isAllowed(_ address: String) -> Bool {
    problem(withLink: address) == nil
  }

  /// Whether `address` leads to a place on the page or to a file beside it.
  static func isRelative(_ address: String) -> Bool {
    scheme(of: readByBrowser(address)) == nil
  }

  /// Returns the problem with a link to `address`; nil if there is none.
  static func problem(withLink address: String) -> String? {
    let plain = readByBrowser(address)
    if let scheme = scheme(of: plain), !schemes.contains(scheme) {
      return "a link leads to http, https, mailto or a place relative to the report, not to "
        + "'\(scheme):'; write the address as code to show it"
    }
    return formProblem(address, plain)
  }

  /// Returns the problem with an image at `address`; nil if it may name a file.
  static func problem(withImage address: String) -> String? {
    let plain = readByBrowser(address)
    if scheme(of: plain) != nil || isElsewhere(plain) {
      return "a report needs no network: keep the image beside the notebook and name the file"
    }
    return plain.isEmpty ? "the image names no file" : formProblem(address, plain)
  }

  private static func formProblem(_ address: String, _ plain: String) -> String? {
    if isElsewhere(plain) {
      return "'\(plain)' leads to another host without saying how; write https:// before its name"
    }
    if address.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "the address '\(plain)' has control characters in it"
    }
    return nil
  }

  /// Whether an address without a scheme names a host, as `//example.org` does.
  private static func isElsewhere(_ address: String) -> Bool {
    address.utf8.prefix(2).count { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") } == 2
  }

  /// The address without what cannot be seen, which a browser drops or may drop.
  private static func readByBrowser(_ address: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in address.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The scheme in lower case; nil for a relative address.
  private static func scheme(of address: String) -> String? {
    let head = address.unicodeScalars.prefix { !":/?#\\".unicodeScalars.contains($0) }
    guard head.endIndex < address.unicodeScalars.endIndex,
      address.unicodeScalars[head.endIndex] == ":"
    else { return nil }
    return String(head).lowercased()
  }
}

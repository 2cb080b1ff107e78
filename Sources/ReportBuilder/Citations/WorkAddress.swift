internal import Foundation

/// The place where a work is found: its DOI, or an address.
enum WorkAddress: Equatable {
  /// A DOI without anything before it.
  case doi(String)
  /// An address with its scheme.
  case url(String)

  /// Reads `text`, a field such as `doi` or `url`, with the TeX in it; nil if it is neither.
  init?(_ text: String) {
    var plain = Self.plain(text)
    if let doi = Self.doi(plain) {
      self = .doi(doi)
      return
    }
    if let match = plain.wholeMatch(of: /(?i)arxiv:\s*(\S+)/) {
      self = .url("https://arxiv.org/abs/\(match.output.1)")
      return
    }
    guard !Self.isSeveral(plain) else { return nil }
    plain = plain.replacing(/\s/, with: "%20")
    if plain.hasPrefix("//") { plain = "https:" + plain }
    if plain.prefixMatch(of: /(?i)(?:https?|ftp):\/\/[^\/?#]/) != nil
      || plain.wholeMatch(of: /(?i)mailto:\S+@\S+/) != nil
    {
      self = .url(plain)
    } else if plain.wholeMatch(
      of: /[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)*\.\p{L}{2,}(?::[0-9]+)?(?:[\/?#].*)?/) != nil
    {
      self = .url("https://" + plain)
    } else {
      return nil
    }
  }

  /// The place of an address among the words of `text`.
  static func written(in text: String) -> Range<String.Index>? {
    text.firstRange(
      of: /\\url\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|(?i:https?:\/\/|doi:\s*)[^\s,;{}]*[^\s,;{}.]/)
  }

  /// Whether `text` holds more than one address.
  static func isSeveral(_ text: String) -> Bool {
    text.contains(/[^\s,;][\s,;]+(?:https?:\/\/|www\.)/)
  }

  private static let resolver = "https://doi.org/"

  /// `address` as it can be followed; in a DOI, signs that have a meaning in addresses are only signs.
  static func link(to address: String) -> String {
    guard address.hasPrefix(resolver) else { return address }
    var result = resolver
    for scalar in address.dropFirst(resolver.count).unicodeScalars {
      if "%#?<>\"{}|\\^`[] ".unicodeScalars.contains(scalar) {
        for byte in String(scalar).utf8 {
          let digits = String(byte, radix: 16, uppercase: true)
          result += "%" + (digits.count < 2 ? "0" : "") + digits
        }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func doi(_ text: String) -> String? {
    let head = /(?i)^(?:(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\/|doi\s*:?\s*)/
    var rest = text.filter { !$0.isWhitespace }[...]
    var isAddress = false
    while let match = rest.prefixMatch(of: head), !match.output.isEmpty {
      if match.output.contains("/") { isAddress = true }
      rest = rest[match.range.upperBound...]
    }
    guard rest.prefixMatch(of: /10\.[0-9]+(?:\.[0-9]+)*(?:\/|%2[Ff])\S/) != nil else { return nil }
    var doi = String(rest)
    if isAddress || doi.contains(/%[0-9A-Fa-f]{2}/) { doi = doi.removingPercentEncoding ?? doi }
    return doi.replacing(/[.,;]+$/, with: "")
  }

  /// The text without TeX, tags of the kind `<…>` and white space around it.
  private static func plain(_ text: String) -> String {
    var plain = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if let match = plain.firstMatch(
      of: /\\(?:url|href|path|nolinkurl)\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/)
    {
      plain = String(match.output.1)
    }
    // A line end in the middle of an address is not part of it.
    plain = plain.replacing(/[ \t]*\r?\n[ \t]*/, with: "")
    for (tex, sign) in [
      ("$<$", "<"), ("$>$", ">"), ("{\\textless}", "<"), ("{\\textgreater}", ">"),
      ("\\textless{}", "<"), ("\\textgreater{}", ">"), ("\\textless ", "<"),
      ("\\textgreater ", ">"), ("{\\textasciitilde}", "~"), ("\\textasciitilde{}", "~"),
      ("\\textasciitilde ", "~"), ("\\textasciitilde", "~"), ("\\string~", "~"), ("$\\sim$", "~"),
      ("{\\~{}}", "~"), ("\\~{}", "~"),
      ("{\\~}", "~"), ("\\~", "~"), ("{\\_}", "_"), ("\\_", "_"), ("{\\%}", "%"), ("\\%", "%"),
      ("{\\&}", "&"), ("\\&", "&"), ("{\\#}", "#"), ("\\#", "#"), ("{\\textunderscore}", "_"),
      ("\\textunderscore ", "_"), ("$\\_$", "_"), ("\\-", ""), ("\\/", "/"), ("{-}", "-"),
      ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
    ] where plain.contains(tex) { plain = plain.replacing(tex, with: sign) }
    plain = plain.replacing(/[{}]/, with: "").trimmingCharacters(in: .whitespacesAndNewlines)
    if plain.hasPrefix("<"), plain.hasSuffix(">") { plain = String(plain.dropFirst().dropLast()) }
    return plain
  }
}

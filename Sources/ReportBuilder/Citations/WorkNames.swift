internal import Foundation

/// The names in a field such as `author`.
struct WorkNames {
  /// The field's TeX as it goes to the citation processor, each name as it means it.
  let text: String
  /// The fault, as the end of a sentence that begins with the field; nil if there is none.
  let problem: String?

  /// Reads the names in `text`, the TeX of a field, whose accents are characters; `cut` is how the style shortens
  /// long lists, if it shows their last name.
  init(_ text: String, cut: CitationStyle.NameCut?) {
    var names = Self.split(text)
    var hasOthers = false
    if let last = names.last, let head = Self.withoutOthers(last) {
      hasOthers = true
      names.removeLast()
      if !head.isEmpty { names.append(head) }
    }
    // The processor takes "others" for a last name where a style shows the last name of long lists.
    if hasOthers, let cut, names.count + 1 >= cut.least {
      names = Array(names.prefix(max(1, min(cut.first, cut.least - 2))))
    }
    problem = names.lazy.compactMap { Self.problem(with: $0) }.first
    self.text =
      (names.map { Self.mended($0) } + (hasOthers && !names.isEmpty ? ["others"] : [])).joined(
        separator: " and ")
  }

  // MARK: Splitting

  /// The names between the words "and", however these are written; in braces the word is part of a name.
  private static func split(_ text: String) -> [String] {
    var names: [[Substring]] = [[]]
    for word in words(of: text) {
      if word.lowercased() == "and" {
        names.append([])
        continue
      }
      // A semicolon ends a name where others write "and".
      if word.hasSuffix(";"), !word.hasSuffix("\\;") {
        names[names.count - 1].append(word.dropLast())
        names.append([])
      } else {
        names[names.count - 1].append(word)
      }
    }
    return names.map { $0.joined(separator: " ") }.filter { !$0.isEmpty && $0 != "," }
  }

  /// The words of `text` at white space outside of braces.
  private static func words(of text: String) -> [Substring] {
    var depth = 0
    return text.split { character in
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      return depth == 0 && character.isWhitespace
    }
  }

  /// The part of `name` before "others" or "et al." at its end; nil if it does not end so.
  private static func withoutOthers(_ name: String) -> String? {
    guard let match = name.firstMatch(of: /(?i)(?:^|[\s,])\s*(others|et\.?\s+al\.?|\.\.\.|…)$/)
    else {
      return nil
    }
    let isWord = match.output.1.lowercased() == "others"
    guard !isWord || name.lowercased() == "others" else { return nil }
    return String(name[..<match.range.lowerBound]).trimmingCharacters(
      in: CharacterSet(charactersIn: ", "))
  }

  // MARK: One name

  private static let suffixes: Set = ["jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "2nd", "3rd"]

  /// The parts of a name between commas outside of braces.
  private static func parts(of name: String) -> [String] {
    var depth = 0
    return name.split(omittingEmptySubsequences: false) { character in
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      return depth == 0 && character == ","
    }.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func problem(with name: String) -> String? {
    var parts = parts(of: name)
    if parts.last == "" { parts.removeLast() }
    guard parts.count > 2, !(parts.count == 3 && suffixes.contains(parts[1].lowercased())) else {
      return nil
    }
    let isInverted =
      parts.count.isMultiple(of: 2) && parts.allSatisfy { !$0.isEmpty }
      && stride(from: 1, to: parts.count, by: 2).allSatisfy {
        parts[$0].contains(".") || parts[$0].count < 3
      }
    let names =
      isInverted
      ? stride(from: 0, to: parts.count, by: 2).map { "\(parts[$0]), \(parts[$0 + 1])" } : parts
    return "holds names with commas between them; write '\(names.joined(separator: " and "))'"
  }

  private static func mended(_ name: String) -> String {
    // A letter in braces of its own is a letter, and needs no protection from being shortened.
    let plain = name.replacing(/\{([^\\{}])\}/) { $0.output.1 }
    var parts = parts(of: plain)
    if parts.last == "" { parts.removeLast() }
    if parts.count == 1 {
      // "John Smith Jr." means what BibTeX writes as "Smith, Jr., John".
      let words = words(of: parts[0])
      if words.count > 2, let last = words.last, suffixes.contains(last.lowercased()) {
        return "\(words[words.count - 2]), \(last), \(words.dropLast(2).joined(separator: " "))"
      }
    }
    if parts.count == 2, suffixes.contains(parts[1].lowercased()) {
      let words = words(of: parts[0])
      if words.count > 1, let family = words.last {
        return "\(family), \(parts[1]), \(words.dropLast().joined(separator: " "))"
      }
    }
    return parts.joined(separator: ", ")
  }
}

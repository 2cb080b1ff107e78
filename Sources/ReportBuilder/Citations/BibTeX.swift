package import Notebook
internal import ResultStore

/// The entries of a BibTeX file.
///
/// Only as much is read as tells works and fields apart; the TeX in them is for the citation processor.
package struct BibTeX: Sendable {
  /// The works in the order of the file.
  package let works: [Entry]
  /// The abbreviations that `@string` defines, in the order of the file.
  package let abbreviations: [Abbreviation]
  /// The faults of the file as a whole.
  package let problems: [Problem]
  private let placesOfKeys: [String: [Int]]
  private let placesOfAbbreviations: [String: Int]

  /// One work.
  package struct Entry: Equatable, Sendable {
    /// The type of work, such as `article`, in lower case.
    package var kind: String
    package var key: String
    package var fields: [Field]
    /// From the `@` to the closing delimiter.
    package var text: String
    /// The place of the `@`.
    package var position: SourcePosition
    /// The faults inside it.
    package var problems: [Problem]
  }

  /// One field of a work.
  package struct Field: Equatable, Sendable {
    /// In lower case.
    package var name: String
    /// The pieces that `#` joins.
    package var value: [ValuePart]
    package var position: SourcePosition
  }

  /// A piece of a field's value.
  package enum ValuePart: Equatable, Sendable {
    /// TeX in braces or quotes, without these, or a number.
    case text(String)
    /// The name of an abbreviation.
    case name(String)
  }

  /// A definition by `@string`.
  package struct Abbreviation: Equatable, Sendable {
    /// In lower case.
    package var name: String
    package var value: [ValuePart]
    /// From the `@` to the closing delimiter.
    package var text: String
  }

  /// A fault with its place.
  package struct Problem: Equatable, Sendable {
    package var position: SourcePosition
    package var message: String
  }

  /// Reads the entries; text between them is a comment.
  package init(_ text: String) {
    let reader = BibTeXReader(text)
    works = reader.works
    abbreviations = reader.abbreviations
    problems = reader.problems
    placesOfKeys = Dictionary(grouping: works.indices) { [works] in works[$0].key }
    // As in BibTeX, a later definition replaces an earlier one.
    placesOfAbbreviations = Dictionary(
      zip(abbreviations.map(\.name), abbreviations.indices), uniquingKeysWith: { $1 })
  }

  // MARK: Looking up

  /// The works that have the key `key`; a sound file has at most one.
  package func works(called key: String) -> [Entry] {
    (placesOfKeys[key] ?? []).map { works[$0] }
  }

  /// The keys in the order of the file, each once.
  package var keys: [String] {
    var seen: Set<String> = []
    return works.map(\.key).filter { seen.insert($0).inserted }
  }

  /// The reason why a value has no text.
  package enum Unresolved: Error, Equatable {
    /// Nothing defines the abbreviation.
    case undefined(String)
    /// The abbreviations in it refer to each other without end, or make a text of no sensible length.
    case endless(String)
  }

  /// The TeX of `value`, abbreviations written out.
  package func text(of value: [ValuePart]) throws(Unresolved) -> String {
    var pending = Array(value.reversed())
    var result = ""
    // A file of a few lines could ask for more text than there is memory.
    var steps = 0
    while let part = pending.popLast() {
      steps += 1
      switch part {
      case .text(let text): result += text
      case .name(let name):
        guard let place = placesOfAbbreviations[name.lowercased()] else {
          throw .undefined(name)
        }
        guard steps < 1_000, result.utf8.count < 1 << 16 else { throw .endless(name) }
        pending += abbreviations[place].value.reversed()
      }
    }
    return result
  }

  // MARK: What belongs together

  /// Returns the digest of the works called `keys` with all that they refer to: other works as in
  /// `crossref`, and abbreviations. The rest of the file, and its order, do not matter.
  ///
  /// - Returns: 64 hexadecimal digits; nil if the file has none of the works.
  package func digest(ofWorks keys: Set<String>) -> String? {
    var pending = keys.flatMap { works(called: $0) }
    guard !pending.isEmpty else { return nil }
    var texts: Set<String> = []
    while let entry = pending.popLast() {
      guard texts.insert(entry.text).inserted else { continue }
      for field in entry.fields { addAbbreviations(in: field.value, to: &texts) }
      pending += entry.relations.flatMap { works(called: $0.key) }
    }
    return Digest.hex(of: texts.sorted().joined(separator: "\n"))
  }

  private func addAbbreviations(in value: [ValuePart], to texts: inout Set<String>) {
    var pending = value
    while let part = pending.popLast() {
      guard case .name(let name) = part, let place = placesOfAbbreviations[name.lowercased()],
        texts.insert(abbreviations[place].text).inserted
      else { continue }
      pending += abbreviations[place].value
    }
  }
}

extension BibTeX.Entry {
  /// A field with which a work takes over fields of another.
  package struct Relation: Equatable, Sendable {
    package var field: String
    package var key: String
    package var position: SourcePosition
  }

  /// The works that this one takes fields from.
  package var relations: [Relation] {
    fields.filter { $0.name == "crossref" || $0.name == "xdata" }.flatMap { field in
      field.value.flatMap { part -> [Relation] in
        let text =
          switch part {
          case .text(let text), .name(let text): text
          }
        return text.split(separator: ",").map {
          Relation(
            field: field.name, key: $0.filter { !$0.isWhitespace }, position: field.position)
        }
      }
    }
  }
}

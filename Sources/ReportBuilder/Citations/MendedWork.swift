internal import Foundation
internal import Notebook

/// A work as the citation processor gets it: usual mistakes of bibliographies are put right, or refused.
///
/// The file itself stays as it is; nothing here is a matter of taste, which is the style's.
struct MendedWork {
  private(set) var kind: String
  /// Names and values, in braces-free TeX.
  private(set) var fields: [(name: String, text: String, position: SourcePosition)] = []
  /// The faults that cannot be put right.
  private(set) var problems: [BibTeX.Problem] = []
  private let key: String
  /// Whether another work may have fields that this one lacks.
  private var inherits = false

  /// Reads `entry`, whose abbreviations `library` defines.
  init(_ entry: BibTeX.Entry, in library: BibTeX, cut: CitationStyle.NameCut?) {
    kind = entry.kind
    key = entry.key
    problems = entry.problems
    guard entry.fields.count <= Self.mostFields else {
      report(
        "has \(entry.fields.count) fields; labbook reads at most \(Self.mostFields)",
        at: entry.position)
      return
    }
    for field in entry.fields where !Self.hidden.contains(field.name) { add(field, of: library) }
    inherits = !entry.relations.isEmpty
    mendKind()
    mendNames(cut)
    mendAddresses()
    mendDate(of: entry)
    mendNumbers()
    mendTexts()
    checkTitle(of: entry)
  }

  /// Fields that no reference shows, in which anything may stand.
  private static let hidden: Set = [
    "abstract", "keywords", "file", "annote", "comment", "review", "owner", "timestamp", "groups",
    "bibsource", "biburl", "language", "crossref", "xdata",
  ]

  private mutating func add(_ field: BibTeX.Field, of library: BibTeX) {
    let text: String
    do throws(BibTeX.Unresolved) {
      text = try library.text(of: field.value)
    } catch {
      // The months have names of their own, and no name is missed where it is not shown.
      switch error {
      case .undefined(let name)
      where ["month", "year", "pages", "number", "volume"].contains(field.name):
        text = field.value.map { part in
          switch part {
          case .text(let text), .name(let text): text
          }
        }.joined()
        _ = name
      case .undefined(let name):
        report(
          "nothing defines the abbreviation '\(name)' in the field '\(field.name)'; put words in braces",
          at: field.position)
        return
      case .endless(let name):
        report(
          "the abbreviation '\(name)' stands for itself, or for more text than a field can hold",
          at: field.position)
        return
      }
    }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { return }
    if let excess = Self.excess(of: trimmed) {
      report("the field '\(field.name)' \(excess)", at: field.position)
      return
    }
    if let first = fields.first(where: { $0.name == field.name }) {
      guard first.text != trimmed, !Self.unread.contains(field.name) else { return }
      report(
        "the field '\(field.name)' is already given on line \(first.position.line), with another value",
        at: field.position)
      return
    }
    fields.append((field.name, trimmed, field.position))
  }

  /// The most bytes of a field that a reference shows.
  private static let mostBytes = 20_000
  /// The deepest nesting of braces.
  private static let deepest = 40

  /// The reason why the text of a field is not given to the citation processor, which reads braces and commands again
  /// and again; nil if it may be.
  private static func excess(of text: String) -> String? {
    guard text.utf8.count <= mostBytes else {
      return "has more than \(mostBytes) bytes, the most that labbook reads of a field"
    }
    var depth = 0
    var commands = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      if byte == UInt8(ascii: "\\") { commands += 1 }
      if depth > deepest { return "has braces more than \(deepest) deep in each other" }
    }
    return commands > mostCommands ? "has more than \(mostCommands) commands of TeX" : nil
  }

  /// The most fields of a work.
  private static let mostFields = 300
  /// The most commands of a field, escaped signs and accents counted.
  private static let mostCommands = 2_000

  // MARK: Fields

  private func value(_ names: String...) -> String? {
    names.lazy.compactMap { name in fields.first { $0.name == name }?.text }.first
  }

  private mutating func set(_ name: String, _ text: String, from other: String? = nil) {
    if let index = fields.firstIndex(where: { $0.name == name }) {
      fields[index].text = text
    } else {
      let place = fields.first { $0.name == other ?? "" } ?? fields.first
      fields.append((name, text, place?.position ?? SourcePosition(line: 1, column: 1)))
    }
  }

  private mutating func remove(_ names: String...) {
    fields.removeAll { names.contains($0.name) }
  }

  private mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(BibTeX.Problem(position: position, message: "\(message) (of '\(key)')"))
  }

  // MARK: Kind

  private static let kinds: Set = [
    "article", "artwork", "audio", "book", "bookinbook", "booklet", "collection", "dataset",
    "image", "inbook", "incollection", "inproceedings", "inreference", "jurisdiction",
    "legislation", "letter", "manual", "mastersthesis", "misc", "movie", "music", "mvbook",
    "mvcollection", "mvproceedings", "mvreference", "online", "patent", "performance",
    "periodical", "phdthesis", "proceedings", "reference", "report", "review", "software",
    "standard", "suppbook", "suppcollection", "suppperiodical", "techreport", "thesis",
    "unpublished", "video",
  ]

  private mutating func mendKind() {
    let others = [
      "conference": "inproceedings", "www": "online", "electronic": "online", "webpage": "online",
      "preprint": "misc", "masterthesis": "mastersthesis", "phd": "phdthesis",
      "data": "dataset", "newspaper": "article",
    ]
    if let other = others[kind] { kind = other }
    if !Self.kinds.contains(kind) {
      kind =
        value("journal", "journaltitle") != nil
        ? "article" : value("booktitle") != nil ? "inproceedings" : "misc"
    }
    // In BibTeX this is a part of a book that has the title; elsewhere it is the part.
    if kind == "inbook", value("booktitle") == nil, !inherits { kind = "book" }
  }

  // MARK: Names

  private mutating func mendNames(_ cut: CitationStyle.NameCut?) {
    if value("author", "editor") == nil, !inherits {
      let body =
        switch kind {
        case "manual": value("organization") == nil ? "institution" : "organization"
        case "report", "techreport":
          value("institution") != nil
            ? "institution" : value("organization") != nil ? "organization" : "publisher"
        default: ""
        }
      if let name = value(body) {
        set("author", "{\(name)}", from: body)
        remove(body)
      }
    }
    for index in fields.indices where Self.nameFields.contains(fields[index].name) {
      let tex = TeXText(fields[index].text)
      let names = WorkNames(tex.text, cut: cut)
      if let problem = names.problem {
        report("the field '\(fields[index].name)' \(problem)", at: fields[index].position)
      }
      fields[index].text = names.text
      note(tex.unknownCommand, in: fields[index])
    }
    fields.removeAll { Self.nameFields.contains($0.name) && $0.text.isEmpty }
    // "van der Maaten" is sorted and shown under his whole name.
    let options = value("options") ?? ""
    if !options.contains("useprefix") {
      set("options", options.isEmpty ? "useprefix=true" : options + ",useprefix=true")
    }
  }

  private static let nameFields: Set = [
    "author", "editor", "editora", "editorb", "editorc", "translator", "bookauthor", "holder",
    "introduction", "foreword", "afterword", "annotator", "commentator", "director",
  ]

  // MARK: Addresses

  private mutating func mendAddresses() {
    var doi: String?
    var url: String?
    for name in ["doi", "url"] {
      guard let field = fields.first(where: { $0.name == name }) else { continue }
      switch WorkAddress(field.text) {
      case .doi(let found)?: doi = doi ?? found
      case .url(let found)?: url = name == "url" ? found : url ?? found
      case nil:
        report(
          name == "doi"
            ? "'\(field.text)' is no DOI; one looks like 10.1000/182"
            : WorkAddress.isSeveral(field.text)
              ? "'\(field.text)' are two addresses; keep one"
              : "'\(field.text)' is no address; write one that begins with https://",
          at: field.position)
      }
    }
    // Not every work has a field of its own for it.
    if doi == nil, url == nil {
      for name in ["howpublished", "note", "eprint"] {
        guard let text = value(name), let written = WorkAddress.written(in: text) else { continue }
        switch WorkAddress(String(text[written])) {
        case .doi(let found)?: doi = found
        case .url(let found)?: url = found
        case nil: continue
        }
        // What stands beside the address is kept: "Blog post, https://…".
        let rest = text.replacingCharacters(in: written, with: " ").trimmingCharacters(
          in: CharacterSet(charactersIn: " \t\n,;:.{}"))
        let leads: Set = [
          "available", "retrieved", "accessed", "online", "url", "see", "at", "from",
        ]
        let isLead = rest.lowercased().split { !$0.isLetter }.allSatisfy {
          leads.contains(String($0))
        }
        if name == "eprint" || isLead {
          remove(name)
        } else if name == "howpublished" {
          set(name, rest)
        }
        break
      }
    }
    remove("doi", "url")
    if let doi { set("doi", doi) }
    if let url { set("url", url.replacing("{", with: "%7B").replacing("}", with: "%7D")) }
    mendPreprint()
  }

  /// Tells the citation processor where a number of an archive belongs.
  private mutating func mendPreprint() {
    guard var number = value("eprint") else { return }
    let archive = value("archiveprefix", "eprinttype")?.lowercased()
    number = number.replacing(/(?i)^arxiv:\s*/, with: "").replacing(/[{}\s]/, with: "")
    let isNumber =
      number.wholeMatch(of: /[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-zA-Z.\-]+\/[0-9]{7}(?:v[0-9]+)?/)
      != nil
    guard archive == "arxiv" || archive == nil && isNumber else { return }
    remove("archiveprefix")
    set("eprint", number)
    set("eprinttype", "arxiv", from: "eprint")
  }

  // MARK: Dates and numbers

  private mutating func mendDate(of entry: BibTeX.Entry) {
    do throws(WorkDate.Refusal) {
      let date = try WorkDate(
        date: value("date"), year: value("year"), month: value("month"), day: value("day"))
      remove("date", "year", "month", "day")
      if let text = date.date { set("date", text) }
      if let words = date.words { set("year", words) }
    } catch {
      report(error.message, at: fields.first { $0.name == error.field }?.position ?? entry.position)
    }
    for name in ["urldate", "origdate", "eventdate"] {
      guard let text = value(name) else { continue }
      let date = try? WorkDate(date: text, year: nil, month: nil, day: nil).date
      if let date { set(name, date) } else { remove(name) }
    }
  }

  private mutating func mendNumbers() {
    if kind == "techreport", value("number") != nil, value("type") == nil {
      set("type", "Technical report", from: "number")
    }
    if let edition = value("edition") {
      let words = edition.replacing(/[{}]/, with: "")
        .replacing(/(?i)[\s~,]*\b(?:edition|ed\.?|edn\.?)$/, with: "")
        .trimmingCharacters(in: CharacterSet(charactersIn: " ~."))
      let ordinal = words.wholeMatch(of: /([0-9]+)\s*(?i:st|nd|rd|th|\\textsuperscript.*)?/)
      let name = Self.ordinals.firstIndex(of: words.lowercased())
      set("edition", ordinal.map { String($0.output.1) } ?? name.map { "\($0 + 1)" } ?? words)
    }
    if let pages = value("pages"), pages.contains(/^(?i)arxiv/) {
      // Search engines put the number of a preprint here.
      remove("pages")
    }
    if let pages = value("pages") {
      set("pages", pages.replacing(/\s*(?:-*[–—]+-*|-{2,}|\\textendash\s*)\s*/, with: "--"))
    } else if let number = value("eid", "articleno") {
      set("pages", number, from: "eid")
    }
    for name in ["number", "volume", "issue"] {
      if let text = value(name) {
        set(
          name,
          text.replacing(
            /\s*(?:-{1,3}|–|—)\s*/, with: text.contains(/^[0-9]+\s*(?:-|–|—)/) ? "--" : "-"))
      }
    }
  }

  private static let ordinals = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
  ]

  // MARK: Texts

  /// Fields that the citation processor reads as they are.
  private static let plainFields: Set = [
    "doi", "url", "eprint", "eprinttype", "archiveprefix", "date", "urldate", "origdate",
    "eventdate", "options", "langid",
  ]

  /// Fields that references seldom show, so that nothing in them is a mistake.
  private static let unread: Set = [
    "note", "annotation", "addendum", "howpublished", "series", "keywords", "issn", "isbn",
    "numpages",
    "primaryclass", "location", "address", "day", "month", "issue_date",
  ]

  private mutating func mendTexts() {
    for index in fields.indices {
      let field = fields[index]
      guard !Self.plainFields.contains(field.name), !Self.nameFields.contains(field.name) else {
        continue
      }
      let tex = TeXText(field.text)
      fields[index].text = field.name == "title" ? Self.title(tex.text) : tex.text
      note(tex.unknownCommand, in: field)
    }
  }

  private mutating func note(
    _ command: String?, in field: (name: String, text: String, position: SourcePosition)
  ) {
    guard let command, Self.shown.contains(field.name) else { return }
    report(
      "the field '\(field.name)' holds the command '\(command)', which a list of works cannot show; "
        + "write the words themselves, and a formula between dollars", at: field.position)
  }

  private static let shown: Set = nameFields.union([
    "title", "subtitle", "booktitle", "maintitle", "journal", "journaltitle", "publisher",
    "institution", "organization", "school", "year", "pages", "volume", "number", "edition", "type",
  ])

  /// A title whose first word is a name that begins small, such as "torchrl", stays so.
  private static func title(_ text: String) -> String {
    let word = text.prefix { !$0.isWhitespace }
    let isName =
      word.count == text.count || word.last == ":"
      || word.contains(where: { $0.isUppercase || $0.isNumber })
    guard let first = word.first, first.isLowercase, isName,
      !word.contains(where: { "{\\$".contains($0) })
    else { return text }
    let isMarked = word.last == ":"
    let name = isMarked ? word.dropLast() : word
    return "{\(name)}" + text.dropFirst(name.count)
  }

  private mutating func checkTitle(of entry: BibTeX.Entry) {
    guard value("title", "author", "editor") == nil, !inherits, problems.isEmpty,
      entry.kind != "xdata"
    else { return }
    report("the work has neither a title nor an author", at: entry.position)
  }
}

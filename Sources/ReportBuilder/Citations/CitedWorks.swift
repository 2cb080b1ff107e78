internal import Foundation
internal import Notebook
internal import Settings

/// The works that a notebook cites, with those that they take fields from, as BibTeX for the citation processor.
///
/// There each work has a number for a name, so that no sign in a key means anything, and the rest of the file,
/// however large or broken, is not there at all.
struct CitedWorks {
  /// BibTeX with a field on each line.
  private(set) var text = ""
  /// The keys in the order of their numbers.
  private(set) var keys: [String] = []
  private var names: [String: String] = [:]
  /// The work and the field on each line of ``text``, and where that is in the file.
  private var lines: [(key: String, field: String, position: SourcePosition)] = []
  private let path: String

  /// Gathers the works that `notebook` cites.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - library: The bibliography.
  ///   - path: The bibliography's path in messages.
  ///   - cut: The style's way to shorten long lists of names, if it shows their last name.
  /// - Throws: Keys without a work, and all that is wrong with the works.
  init(
    of notebook: Notebook, in library: BibTeX, path: String, cut: CitationStyle.NameCut?
  ) throws(NotebookError) {
    self.path = path
    var problems = library.problems.map { SourceProblem(path: path, $0) }
    problems += CitationKeys(library, path: path).problems(in: notebook)
    let items = notebook.citations.lazy.flatMap(\.items)
    if problems.isEmpty, let first = items.dropFirst(Self.mostCitations).first {
      problems.append(
        SourceProblem(
          path: notebook.path, position: first.position,
          message:
            "works are cited more than \(Self.mostCitations) times, the most that labbook formats"))
    }
    var pending: [String] = []
    for citation in notebook.citations {
      for item in citation.items where !library.works(called: item.key).isEmpty {
        if add(item.key) { pending.append(item.key) }
      }
    }
    var next = 0
    while next < pending.count, problems.count <= Self.mostProblems {
      let key = pending[next]
      next += 1
      let entries = library.works(called: key)
      if entries.count > 1 {
        let others = entries.dropFirst().prefix(3).map { "\(path):\($0.position.line)" }
        let more = entries.count - 1 - others.count
        problems.append(
          SourceProblem(
            path: path, position: entries[0].position,
            message: "the key '\(key)' stands for more than one work, here and at "
              + "\(others.joined(separator: ", "))\(more > 0 ? " and \(more) more" : ""); rename or remove all but one"
          ))
      }
      for relation in entries[0].relations.prefix(Self.mostWorks) where !relation.key.isEmpty {
        guard let other = library.works(called: relation.key).first else {
          problems.append(
            SourceProblem(
              path: path, position: relation.position,
              message:
                "no work has the key '\(relation.key)', which '\(key)' names as \(relation.field)"
                + suggestion(for: relation.key, among: library.keys)))
          continue
        }
        if add(other.key) { pending.append(other.key) }
      }
    }
    guard pending.count <= Self.mostWorks else {
      problems.append(
        SourceProblem(
          path: notebook.path,
          position: notebook.citations.first?.items.first?.position
            ?? SourcePosition(line: 1, column: 1),
          message:
            "\(pending.count) works are cited, with those that they take fields from; labbook lists at most "
            + "\(Self.mostWorks)"))
      throw NotebookError(problems)
    }
    problems += cycles(among: pending, in: library)
    for key in pending {
      guard let entry = library.works(called: key).first else { continue }
      let work = MendedWork(entry, in: library, cut: cut)
      problems += work.problems.map { SourceProblem(path: path, $0) }
      write(work, entry)
    }
    if problems.isEmpty, text.utf8.count > Self.mostBytes {
      problems.append(
        SourceProblem(
          path: path, position: SourcePosition(line: 1, column: 1),
          message:
            "the works cited have more than \(Self.mostBytes >> 10) KB together, the most that labbook formats"
        ))
    }
    if !problems.isEmpty { throw NotebookError(problems) }
  }

  /// The number of problems after which no more works are looked up.
  private static let mostProblems = 200
  /// The most works that a list holds, and the most bytes of them all: what the citation processor does in a second.
  private static let (mostWorks, mostBytes) = (500, 512 << 10)
  /// The most times that works are cited.
  private static let mostCitations = 4_000

  /// The name of the work `key` in ``text``.
  func name(of key: String) -> String { names[key] ?? "" }

  /// The key of the work that is called `name` in ``text``.
  func key(named name: String) -> String? {
    guard name.first == "w", let number = Int(name.dropFirst()), keys.indices.contains(number)
    else { return nil }
    return keys[number]
  }

  /// The citation processor's words about a line of ``text``, as a problem at its place in the file.
  func problem(onLine line: Int, saying words: String) -> SourceProblem? {
    guard lines.indices.contains(line - 1) else { return nil }
    let (key, field, position) = lines[line - 1]
    return SourceProblem(
      path: path, position: position,
      message: "pandoc cannot read the field '\(field)' of '\(key)': \(words)")
  }

  private mutating func add(_ key: String) -> Bool {
    guard names[key] == nil else { return false }
    names[key] = "w\(keys.count)"
    keys.append(key)
    return true
  }

  private mutating func write(_ work: MendedWork, _ entry: BibTeX.Entry) {
    append("@\(work.kind){\(name(of: entry.key)),", entry.key, "", entry.position)
    for relation in ["crossref", "xdata"] {
      let others = entry.relations.filter { $0.field == relation }
      guard let first = others.first else { continue }
      append(
        "  \(relation) = {\(others.map { name(of: $0.key) }.joined(separator: ","))},", entry.key,
        relation, first.position)
    }
    for field in work.fields {
      append(
        "  \(field.name) = {\(field.text.replacing(/\s*\n\s*/, with: " "))},", entry.key,
        field.name,
        field.position)
    }
    append("}", entry.key, "", entry.position)
  }

  private mutating func append(
    _ line: String, _ key: String, _ field: String, _ position: SourcePosition
  ) {
    text += line + "\n"
    lines.append((key, field, position))
  }

  // MARK: Cycles

  /// Works that take fields from each other in a circle, which the citation processor would follow forever.
  private func cycles(among keys: [String], in library: BibTeX) -> [SourceProblem] {
    enum State { case open, done }
    var states: [String: State] = [:]
    var problems: [SourceProblem] = []
    for key in keys where states[key] == nil {
      var path: [(key: String, relations: ArraySlice<BibTeX.Entry.Relation>)] = []
      func enter(_ key: String) {
        states[key] = .open
        path.append((key, (library.works(called: key).first?.relations ?? [])[...]))
      }
      enter(key)
      while let last = path.last {
        guard let relation = last.relations.first else {
          states[last.key] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].relations.removeFirst()
        switch states[relation.key] {
        case .done?: continue
        case nil: enter(relation.key)
        case .open?:
          let circle = path.drop { $0.key != relation.key }.map { "'\($0.key)'" }
          problems.append(
            SourceProblem(
              path: self.path, position: relation.position,
              message: circle.count == 1
                ? "the work \(circle[0]) names itself as \(relation.field)"
                : "works name each other in a circle as \(relation.field): "
                  + (circle + circle.prefix(1)).joined(separator: ", ")))
        }
      }
    }
    return problems
  }
}

extension SourceProblem {
  init(path: String, _ problem: BibTeX.Problem) {
    self.init(path: path, position: problem.position, message: problem.message)
  }
}

internal import Settings
internal import Yams

/// A spec file read as YAML: its tree, if it has one, and its problems as YAML.
///
/// Only the structure is YAML's. Scalars stay text, and whatever makes a text mean something else
/// than it shows (anchors, aliases, tags, a key given twice) is an issue.
struct YAMLDocument {
  private(set) var root: SpecNode?
  private(set) var issues: [SpecError.Issue] = []

  private let path: String
  private var text: SpecText
  private var replacedKeys: [SpecText.Place: Unicode.Scalar] = [:]
  private static let deepest = 32
  /// Far above what a spec needs, for brackets in its prose and comments count too.
  private static let mostOpenBrackets = 1000
  private static let mostRepairs = 200
  /// How many scalars are parsed again at most to find further keys that are given twice.
  private static let mostParsedAgain = 500_000

  /// Reads the content of the spec file `path`.
  init(_ bytes: [UInt8], path: String) {
    self.path = path
    switch SpecText.decoding(bytes) {
    case .success(let text): self.text = text
    case .failure(let place):
      text = SpecText("")
      report(.notUTF8, "", place)
      return
    }
    if let conflict = MergeConflict(in: text.string) {
      report(.mergeConflict(mark: conflict.mark), "", .init(line: conflict.line))
      return
    }
    if let problem = text.nestingProblem(limit: Self.mostOpenBrackets) {
      report(.tooDeep(limit: Self.deepest), "", problem)
      return
    }
    // An alias handed to the parser becomes a copy of what it stands for, and a few of them can
    // grow to billions of nodes. So the parser never sees one: each asterisk is replaced by a
    // scalar that means nothing to it, and turned back afterwards.
    text.replaceAsterisks()
    compose()
  }

  /// Parses the text into `root`.
  private mutating func compose() {
    let repairs = max(1, min(Self.mostRepairs, Self.mostParsedAgain / max(1, text.count)))
    var last = SpecText.Place()
    for _ in 0...repairs {
      do {
        let parser = try Parser(yaml: text.string, resolver: .basic, encoding: .utf8)
        guard let node = try parser.singleRoot() else { return report(.empty, "", .init()) }
        // Anchors live as long as the parser.
        root = withExtendedLifetime(parser) { specNode(node, keyPath: "", depth: 0) }
        return
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = SpecText.Place(line: context.mark.line, column: context.mark.column)
        last = place
        // The parser gives up at the first mapping that has a key twice. To find every other
        // problem too, the first of the two keys is renamed and found again as a duplicate below.
        guard let key = keys.first, let original = text.rename(key: key, at: place) else {
          return report(.invalidYAML("a key is given twice"), "", place)
        }
        replacedKeys[place] = original
      } catch let error as YamlError {
        return report(error)
      } catch {
        return report(.unreadable(reason: "\(error)"), "", .init())
      }
    }
    report(.invalidYAML("a key is given twice, and so are \(repairs) others or more"), "", last)
  }
}

// MARK: - From Yams' nodes to ours

extension YAMLDocument {
  private mutating func specNode(_ node: Node, keyPath: String, depth: Int) -> SpecNode {
    let place = node.mark.map { SpecText.Place(line: $0.line, column: $0.column) } ?? .init()
    if node.anchor != nil { report(.anchor, keyPath, place) }
    var content: SpecNode.Content
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      if isPlain, text.startsWithAsterisk(scalar.string) { report(.anchor, keyPath, place) }
      check(scalar.tag, isText: !isPlain, keyPath, place)
      content = .scalar(text.restored(scalar.string), isPlain: isPlain)
    case .sequence(let sequence):
      check(sequence.tag, isText: false, keyPath, place)
      content = .list([])
      if depth < Self.deepest {
        content = .list(
          sequence.enumerated().map {
            specNode($0.element, keyPath: "\(keyPath)[\($0.offset)]", depth: depth + 1)
          })
      } else {
        report(.tooDeep(limit: Self.deepest), keyPath, place)
      }
    case .mapping(let mapping):
      check(mapping.tag, isText: false, keyPath, place)
      content = .mapping([])
      if depth < Self.deepest {
        content = .mapping(entries(of: mapping, keyPath: keyPath, depth: depth))
      } else {
        report(.tooDeep(limit: Self.deepest), keyPath, place)
      }
    case .alias:
      report(.anchor, keyPath, place)
      content = .scalar("", isPlain: false)
    }
    return SpecNode(content: content, position: position(place))
  }

  private mutating func entries(
    of mapping: Node.Mapping, keyPath: String, depth: Int
  ) -> [SpecNode.Entry] {
    var entries: [SpecNode.Entry] = []
    var lines: [String: Int] = [:]
    for (keyNode, valueNode) in mapping {
      let place = keyNode.mark.map { SpecText.Place(line: $0.line, column: $0.column) } ?? .init()
      guard case .scalar(let scalar) = keyNode, scalar.anchor == nil,
        !(scalar.style == .plain && text.startsWithAsterisk(scalar.string))
      else {
        report(
          keyNode.anchor == nil && keyNode.scalar == nil ? .complexKey : .anchor, keyPath, place)
        continue
      }
      // The parser has resolved the tags of keys, so a plain one is a text as well.
      check(scalar.tag, isText: true, keyPath, place)
      var key = scalar.string
      if let original = replacedKeys[place] {
        key.unicodeScalars.replaceSubrange(
          key.startIndex..<key.unicodeScalars.index(after: key.startIndex), with: [original])
      }
      key = text.restored(key)
      let path = keyPath.isEmpty ? key : "\(keyPath).\(key)"
      let value = specNode(valueNode, keyPath: path, depth: depth + 1)
      if let line = lines[key] {
        report(.duplicateKey(firstLine: line), path, place)
      } else {
        lines[key] = place.line
        entries.append(.init(key: key, keyPosition: position(place), value: value))
      }
    }
    return entries
  }

  private mutating func check(
    _ tag: Tag, isText: Bool, _ keyPath: String, _ place: SpecText.Place
  ) {
    let name = tag.rawValue
    if name == Tag.Name.implicit.rawValue || (isText && name == Tag.Name.str.rawValue) { return }
    report(.tag(name.replacing("tag:yaml.org,2002:", with: "!!")), keyPath, place)
  }
}

// MARK: - Issues

extension YAMLDocument {
  private func position(_ place: SpecText.Place) -> SpecError.Position {
    .init(path: path, line: place.line, column: place.column)
  }

  private mutating func report(
    _ problem: SpecError.Problem, _ keyPath: String, _ place: SpecText.Place
  ) {
    issues.append(.init(problem, of: keyPath, at: position(place)))
  }

  /// Reports the parser's error at the place that it means.
  private mutating func report(_ error: YamlError) {
    switch error {
    case .reader(let problem, let offset, _, _):
      report(.invalidYAML(problem), "", text.place(ofCharacter: offset ?? 0))
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = text.withinText(.init(line: mark.line, column: mark.column))
      if text.scalar(at: place) == "\t" {
        report(.invalidYAML("a tab cannot indent; use spaces"), "", place)
      } else if problem == "but found another document" {
        report(.invalidYAML("a second document starts here; a spec file holds one"), "", place)
      } else {
        let context = context.map { " \($0.text)" } ?? ""
        report(.invalidYAML(problem + context), "", place)
      }
    default:
      report(.unreadable(reason: "\(error)"), "", .init())
    }
  }
}

/// Commands of a notebook's or a lab's own, which formulas may use.
public struct FormulaMacros: Equatable, Sendable {
  /// The definition of each command, by its name without the backslash.
  public private(set) var macros: [String: Macro] = [:]

  /// The definition of a command.
  public struct Macro: Equatable, Sendable {
    /// The TeX, with `#1` to `#9` where what follows the command comes in.
    public var body: String
    /// The number of arguments that follow the command, in 0...9.
    public var argumentCount: Int
    /// The place where it is defined.
    var position: SourcePosition

    /// Creates a macro.
    public init(body: String, argumentCount: Int, position: SourcePosition) {
      self.body = body
      self.argumentCount = argumentCount
      self.position = position
    }
  }

  /// No commands.
  public init() {}

  /// Adds a command; one of this name that is there is replaced.
  mutating func define(_ name: String, _ macro: Macro) {
    macros[name] = macro
  }

  /// The commands of a lab with those of a notebook, which go before.
  public func overridden(by others: FormulaMacros) -> FormulaMacros {
    var result = self
    result.macros.merge(others.macros) { $1 }
    return result
  }

  /// The commands called `names`.
  public func only(_ names: some Sequence<String>) -> FormulaMacros {
    var result = FormulaMacros()
    for name in names { result.macros[name] = macros[name] }
    return result
  }

  /// The commands that `formulas` use, by themselves or in what other commands stand for.
  public func used(by formulas: some Sequence<String>) -> FormulaMacros {
    var used = FormulaMacros()
    var left = formulas.flatMap { texTokens($0).compactMap(\.command) }
    while let name = left.popLast() {
      guard let macro = macros[name], used.macros[name] == nil else { continue }
      used.macros[name] = macro
      left += texTokens(macro.body).compactMap(\.command)
    }
    return used
  }

  /// The commands with their TeX, a line each; the same for the same commands, wherever they are
  /// written.
  public var text: String {
    macros.sorted { $0.key < $1.key }.map { name, macro in
      "\\\(name) \(macro.argumentCount) \(macro.body)\n"
    }.joined()
  }

  /// The names of each command that stands for itself, by way of others or not, in the order they lead back.
  var circles: [[String]] {
    var state: [String: Bool] = [:]  // whether a command has been left again
    var circles: [[String]] = []
    for start in macros.keys.sorted() where state[start] == nil {
      var path: [(name: String, uses: [String])] = []
      func enter(_ name: String) {
        state[name] = false
        let uses = texTokens(macros[name]?.body ?? "").compactMap(\.command)
        path.append((name, uses.filter { macros[$0] != nil }))
      }
      enter(start)
      while let last = path.indices.last {
        guard let next = path[last].uses.popLast() else {
          state[path[last].name] = true
          path.removeLast()
          continue
        }
        if state[next] == nil {
          enter(next)
        } else if state[next] == false, let first = path.firstIndex(where: { $0.name == next }) {
          circles.append(path[first...].map(\.name) + [next])
        }
      }
    }
    return circles
  }
}

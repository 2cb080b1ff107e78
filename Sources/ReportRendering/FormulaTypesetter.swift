public import Foundation
import Notebook
import Settings

/// Typesets formulas with KaTeX in this process.
///
/// KaTeX and its fonts are Debian's packages `libjs-katex` and `fonts-katex`; they are read when
/// the first formula comes.
public final class FormulaTypesetter {
  /// The reason why a formula could not be typeset.
  public struct FormulaError: Error, Equatable {
    /// One sentence without a full stop.
    public var message: String
    /// The place in the TeX, in UTF-16 units from its start.
    public var offset: Int
  }

  private let folder: URL
  private var commands: [String]?
  private var engine: JavaScriptEngine?
  /// The formulas typeset so far: notes write the same symbols again and again.
  private var known: [Asked: String] = [:]
  /// The characters of all formulas typeset so far.
  private var total = 0

  private struct Asked: Hashable {
    var tex: String
    var isDisplay: Bool
  }

  /// Creates a typesetter that reads KaTeX from `folder`, which holds `katex.min.js`.
  public init(folder: URL = URL(filePath: "/usr/share/javascript/katex")) {
    self.folder = folder
  }

  /// The file of KaTeX that is run where nothing else is said.
  public static let library = "/usr/share/javascript/katex/katex.min.js"

  /// Returns `tex` as HTML with MathML beside it, which holds the TeX as an annotation.
  ///
  /// - Parameters:
  ///   - tex: A formula without its dollars.
  ///   - isDisplay: Whether it stands on a line of its own.
  /// - Returns: A `<span>`; it needs ``styleSheet(for:)``.
  /// - Throws: ``FormulaError`` if the TeX is wrong, ``MissingSoftware`` if KaTeX is not installed.
  public func html(_ tex: String, isDisplay: Bool) throws -> String {
    let asked = Asked(tex: tex, isDisplay: isDisplay)
    if let html = known[asked] { return html }
    // The engine's stack is not to be the limit: a formula in a bibliography comes here as it is.
    if let excess = FormulaCheck.excess(in: tex) {
      throw FormulaError(message: excess.message, offset: excess.offset)
    }
    try checkTotal(adding: tex)
    let answer = try answer(to: tex, isDisplay: isDisplay)
    let lines = answer.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    if lines[0] == "ok" {
      known[asked] = String(lines[1])
      return String(lines[1])
    }
    let parts = lines[1].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    throw FormulaError(message: words(of: String(parts[1])), offset: Int(parts[0]) ?? 0)
  }

  /// The words of the script about a formula: "ok" or "error", and more on the lines below.
  private func answer(to tex: String, isDisplay: Bool) throws -> String {
    let loaded = try loadedEngine()
    do throws(JavaScriptEngine.ScriptError) {
      return try loaded.call("labbookTypeset", tex, isDisplay ? "display" : "text")
    } catch {
      // Whatever kept the script from its own answer, such as the bounds of the engine, may have left a mess.
      engine = nil
      return "error\n0\nthe formula is too long or too deep to be typeset"
    }
  }

  private func checkTotal(adding tex: String) throws(FormulaError) {
    total += tex.count
    guard total > FormulaCheck.mostInAll else { return }
    throw FormulaError(message: FormulaCheck.tooMuchInAll, offset: 0)
  }

  /// `; did you mean …?` for a command that does not exist, or nothing.
  ///
  /// - Parameters:
  ///   - error: The words of KaTeX.
  ///   - macros: The names of other commands that formulas may use.
  /// - Returns: The words to add.
  func suggestion(for error: FormulaError, macros: [String]) -> String {
    guard let name = error.message.firstMatch(of: /^Undefined control sequence: \\([A-Za-z]+)$/)
    else { return "" }
    // To TeX, `\\alpha` and `\\Alpha` are as far apart as any; a person means the case that was written.
    let isCapital = name.output.1.first?.isUppercase == true
    let names = macros + ownCommands()
    let near =
      nearestName(
        to: String(name.output.1), among: names.filter { $0.first?.isUppercase == isCapital })
      ?? nearestName(to: String(name.output.1), among: names)
    return near.map { "; did you mean '\\\($0)'?" } ?? ""
  }

  /// The names of KaTeX's commands, which stand in its program as text.
  private func ownCommands() -> [String] {
    if let commands { return commands }
    let text = (try? read("katex.min.js")) ?? ""
    let names = Set(text.matches(of: /"\\\\([A-Za-z]+)"/).map { String($0.output.1) }).sorted()
    commands = names
    return names
  }

  /// The rules and the fonts that the formulas in `html` need, with nothing left to load.
  public func styleSheet(for html: String) throws -> String {
    let css = try read("katex.min.css")
    return try FormulaStyleSheet(css: css).text(for: html) { file in
      try Data(contentsOf: folder.appending(path: file))
    }
  }

  private func loadedEngine() throws -> JavaScriptEngine {
    if let engine { return engine }
    let library = try read("katex.min.js")
    let engine = JavaScriptEngine()
    try engine.run(try BundledResource.text("typeset.js", in: .module))
    try engine.run(library)
    self.engine = engine
    return engine
  }

  private func read(_ file: String) throws -> String {
    guard let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8) else {
      throw MissingSoftware(
        description: "KaTeX is not installed; install the Debian packages libjs-katex and "
          + "fonts-katex: apt-get install libjs-katex fonts-katex")
    }
    return text
  }

  /// KaTeX's message without its name and the excerpt it ends with; the place is told in the file.
  private func words(of message: String) -> String {
    var text = message
    if let range = text.firstRange(of: "KaTeX parse error: ") { text.removeSubrange(range) }
    for ending in [" at position ", " at end of input: "] {
      if let range = text.firstRange(of: ending) {
        text = String(text[..<range.lowerBound])
        if ending == " at end of input: " { text += " at its end" }
      }
    }
    return text
  }
}

/// Something that labbook needs and the machine lacks.
public struct MissingSoftware: Error, Equatable, CustomStringConvertible {
  /// One sentence with the command that installs it.
  public var description: String

  /// Creates the error with its sentence.
  package init(description: String) {
    self.description = description
  }
}

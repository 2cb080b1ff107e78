import Foundation
import NeuralNetworks

/// A command on a line of standard input: a word, then settings as `name=value`.
struct Command {
  let name: String
  private let settings: [String: String]

  init(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    name = words.first ?? ""
    settings = Dictionary(
      words.dropFirst().compactMap { word in
        word.firstIndex(of: "=").map {
          (String(word[..<$0]), String(word[word.index(after: $0)...]))
        }
      }, uniquingKeysWith: { $1 })
  }

  func text(_ name: String) throws -> String {
    guard let value = settings[name] else { throw CommandProblem("\(name)= is missing") }
    return value
  }

  func number(_ name: String, default standard: Int) throws -> Int {
    guard let text = settings[name] else { return standard }
    guard let value = Int(text), value >= 1 else {
      throw CommandProblem("\(name)=\(text) is no number from 1 on")
    }
    return value
  }

  /// The network that `size=` names, with `layers=` instead of its own if given.
  ///
  /// S and M are the sizes of the published figures: learned positions, layer norm and GELU.
  func network() throws -> TransformerSettings {
    var settings = TransformerSettings()
    settings.position = .learned
    settings.normalization = .layerNorm
    settings.activation = .gelu
    switch try text("size") {
    case "S":
      (settings.layers, settings.width, settings.heads, settings.context) = (4, 128, 4, 128)
    case "M":
      (settings.layers, settings.width, settings.heads, settings.context) = (6, 256, 8, 256)
    case let other: throw CommandProblem("size=\(other) is neither S nor M")
    }
    settings.layers = try number("layers", default: settings.layers)
    return settings
  }
}

/// The reason why a command cannot be carried out.
struct CommandProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

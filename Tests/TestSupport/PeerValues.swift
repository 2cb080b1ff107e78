import Foundation
import Testing

/// Inputs of estimators and losses, and what TRL and verl make of them.
///
/// Read from `ObjectivesTests/Goldens/trl_verl.json`, or from the file that `PEER_FORMULAS` names: `make
/// check-peers` draws new inputs and has the libraries compute them again.
public struct PeerValues {
  private let sections: [String: [String: [Double]]]

  /// Reads the file.
  public init() throws {
    let folder = testFolder().deletingLastPathComponent()
    let recorded = folder.appending(
      components: "ObjectivesTests", "Goldens", "trl_verl.json")
    let live = ProcessInfo.processInfo.environment["PEER_FORMULAS"]
    let data = try Data(contentsOf: live.map { URL(filePath: $0) } ?? recorded)
    sections = try JSONDecoder().decode([String: [String: [Double]]].self, from: data)
  }

  /// The numbers that `trl`, `verl`, `inputs` or `constants` has under `name`.
  public func callAsFunction(_ section: String, _ name: String) throws -> [Double] {
    try #require(sections[section]?[name], "\(section) has no '\(name)'")
  }

  /// The same in single precision; inputs are multiples of 1/64, so nothing is lost there.
  public func floats(_ section: String, _ name: String) throws -> [Float] {
    try self(section, name).map { Float($0) }
  }

  /// A constant of the recipe.
  public func constant(_ name: String) throws -> Double {
    try #require(try self("constants", name).first)
  }

  /// [sequences] how many tokens each has.
  public func lengths() throws -> [Int] { try self("constants", "lengths").map { Int($0) } }

  /// [sequences][Lᵢ] of numbers for tokens.
  public func sequences(_ tokens: [Double]) throws -> [[Double]] {
    var start = 0
    return try lengths().map { length in
      defer { start += length }
      return Array(tokens[start..<(start + length)])
    }
  }

  /// [groups][members] of numbers for sequences.
  public func groups<Element>(_ sequences: [Element]) throws -> [[Element]] {
    let members = Int(try constant("members"))
    return stride(from: 0, to: sequences.count, by: members).map {
      Array(sequences[$0..<($0 + members)])
    }
  }

  /// [tokens] a number of each sequence, repeated for each of its tokens.
  public func spread(_ perSequence: [Double]) throws -> [Float] {
    try zip(perSequence, lengths()).flatMap { [Float](repeating: Float($0), count: $1) }
  }
}

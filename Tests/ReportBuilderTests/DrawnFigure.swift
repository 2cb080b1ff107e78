import Foundation
import Testing

/// A figure that was drawn, read back from its files.
struct DrawnFigure {
  let drawing: String
  let specification: String

  /// Reads the figure of `lab` that has the label `name`.
  init(_ name: String, of lab: SyntheticLab) throws {
    drawing = try lab.read("reports/2026-W45/figures/\(name).svg")
    specification = try lab.read("reports/2026-W45/figures/\(name).vl.json")
  }

  /// The words at the ticks of an axis with their places in pixels.
  func ticks(vertical: Bool) throws -> [(text: String, place: Double)] {
    let axes = drawing.matches(of: /role-axis-label"[^>]*>(.*?)<\/g>/).map { $0.output.1 }
    try #require(axes.count == 2)
    let pattern = /translate\(([-0-9.]+),([-0-9.]+)\)"[^>]*>([^<]*)</
    return axes[vertical ? 1 : 0].matches(of: pattern).map { match in
      // Words stand with their middle, four pixels above their base line, at the tick.
      let place = vertical ? (Double(match.output.2) ?? .nan) - 4 : Double(match.output.1) ?? .nan
      return (String(match.output.3), place)
    }
  }

  /// The ends of an axis.
  func domain(vertical: Bool) throws -> (lower: Double, upper: Double) {
    let found = specification.matches(of: /"domain": \[(-?[0-9][-+.e0-9]*), (-?[0-9][-+.e0-9]*)\]/)
    let ends = try #require(vertical ? found.dropFirst().first : found.first).output
    return (try #require(Double(ends.1)), try #require(Double(ends.2)))
  }

  /// How high the plot is.
  var height: Double {
    get throws {
      let found = specification.firstMatch(of: /"height": ([0-9.]+)/)?.output.1
      return try #require(found.flatMap { Double($0) })
    }
  }

  /// The numbers of a field of all points, in the order of the file.
  func values(of field: String) throws -> [Double] {
    let pattern = try Regex(
      "\"\(field)\": (-?[0-9][-+.e0-9]*)[,}]", as: (Substring, Substring).self)
    return specification.matches(of: pattern).compactMap { Double($0.output.1) }
  }

  /// The names at the ends of lines, line by line, each with its left end in pixels of the whole drawing.
  var names: [(text: String, left: Double)] {
    let padding = specification.firstMatch(of: /"left": ([0-9.]+)/).flatMap {
      Double($0.output.1)
    }
    return drawing.matches(of: /text-anchor="start" transform="translate\(([0-9.]+),[^>]*>([^<]*)</)
      .map { (String($0.output.2), (Double($0.output.1) ?? 0) + (padding ?? 0)) }
  }

  var width: Double {
    drawing.firstMatch(of: /width="([0-9.]+)"/).flatMap { Double($0.output.1) } ?? .nan
  }

  /// The colour and the dashes of each line, by arm.
  var looks: [String: [String]] {
    var looks: [String: [String]] = [:]
    let pattern =
      /arm: ([^"]*)" role="graphics-symbol" aria-roledescription="line mark"[^>]*stroke="(#[0-9A-F]+)"[^>]*stroke-dasharray="([^"]*)"/
    for match in drawing.matches(of: pattern) {
      looks[String(match.output.1)] = [String(match.output.2), String(match.output.3)]
    }
    return looks
  }

  /// The number that the words of a tick stand for.
  static func number(_ text: String) -> Double? {
    var digits = text.replacing(",", with: "").replacing("−", with: "-")
    var factor = 1.0
    for (suffix, size) in [(" M", 1e6), (" G", 1e9), (" T", 1e12), (" %", 0.01)]
    where digits.hasSuffix(suffix) {
      digits.removeLast(suffix.count)
      factor = size
    }
    if let power = digits.firstRange(of: " × 10") {
      let exponent = digits[power.upperBound...].map { sign -> Character in
        sign == "⁻" ? "-" : Array("0123456789")[Array("⁰¹²³⁴⁵⁶⁷⁸⁹").firstIndex(of: sign) ?? 0]
      }
      digits = digits[..<power.lowerBound] + "e" + String(exponent)
    }
    return Double(digits).map { $0 * factor }
  }
}

/// Colours that people with any form of colour blindness can tell apart: Okabe and Ito's
/// (https://jfly.uni-koeln.de/color/), without the yellow, which does not show on white.
enum Palette {
  /// The colours of one series.
  struct Colors: Equatable, Sendable {
    /// For lines and areas.
    var line: String
    /// For words on white: darker where the line's own colour would be hard to read.
    var text: String
    /// Lengths of dash and gap; empty for a solid line.
    var dash: [Int]
  }

  private static let pairs = [
    ("#0072B2", "#00568A"), ("#D55E00", "#C25500"), ("#009E73", "#00805D"),
    ("#CC79A7", "#A8527F"), ("#E69F00", "#A87400"), ("#56B4E9", "#3A93CB"),
    ("#4D4D4D", "#4D4D4D"),
  ]

  /// The colours of the series at `index` (from 0); colours repeat with other dashes.
  static func colors(at index: Int) -> Colors {
    let (line, text) = pairs[index % pairs.count]
    let dashes = [[], [6, 3], [2, 2]]
    return Colors(line: line, text: text, dash: dashes[index / pairs.count % dashes.count])
  }
}

internal import Settings

/// The name of a report, which is that of its folder: an ISO week, or another name for a standing report, which belongs to
/// no week.
public enum ReportName: Equatable, Sendable {
  case week(ISOWeek)
  /// Letters A to Z and a to z, digits, `-` and `_`, and nothing that looks like a week.
  case standing(String)

  /// Reads the name of a folder; nil if no report is called so.
  public init?(_ text: String) {
    if let week = ISOWeek(text) {
      self = .week(week)
    } else if Self.isPlain(text), !Self.looksLikeWeek(text) {
      self = .standing(text)
    } else {
      return nil
    }
  }

  /// Returns the sentence on a name that no report can have, with the nearest one that it can.
  ///
  /// - Parameters:
  ///   - text: The name.
  ///   - names: The names of the reports that there are.
  /// - Returns: The sentence, without a stop.
  public static func problem(with text: String, among names: [String]) -> String {
    guard looksLikeWeek(text) else {
      return
        "'\(shownName(text))' is no name of a report: write a week such as 2026-W47, or letters, digits, '-' and '_'"
        + suggestions(for: text, among: names)
    }
    let meant = nearestWeek(to: text)
    // Where the numbers are those of a week, no other one is meant.
    let near =
      meant?.isWritten == true
      ? "" : suggestions(for: text, among: names.filter { $0.hasPrefix(text.prefix(4)) })
    return "'\(shownName(text))' is not an ISO week such as 2026-W47"
      + (near.isEmpty ? meant.map { "; did you mean '\($0.week)'?" } ?? "" : near)
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.first != "-"
      && text.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII
          && (character.isLetter || character.isNumber || character == "-" || character == "_")
      }
  }

  /// Whether `text` is a W between digits, or before some, whatever stands between them.
  private static func looksLikeWeek(_ text: String) -> Bool {
    text.wholeMatch(of: #/[0-9]*[-_ ]?[Ww][-_ ]?[0-9]+/#) != nil
  }

  /// The week that `text`, which looks like one, is nearest to, and whether it has that week's numbers; nil where it
  /// names no year of four digits.
  private static func nearestWeek(to text: String) -> (week: ISOWeek, isWritten: Bool)? {
    let numbers = text.split { !$0.isNumber }
    guard numbers.count == 2, numbers[0].count == 4, let year = Int(numbers[0]) else { return nil }
    let last = ISOWeek.weekCount(inYear: year)
    let written = Int(numbers[1]) ?? Int.max
    let number = min(max(written, 1), last)
    return ISOWeek("\(numbers[0])-W\(number < 10 ? "0" : "")\(number)").map {
      ($0, number == written)
    }
  }
}

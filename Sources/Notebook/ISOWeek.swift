/// A week of the ISO 8601 calendar, written `2026-W47`.
public struct ISOWeek: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The year that the week belongs to.
  public let year: Int
  /// From 1 to 52, or to 53 in long years.
  public let week: Int

  /// Reads `text`; nil unless it has the form `YYYY-Www` and the year has that week.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 4, parts[1].count == 3, parts[1].first == "W",
      parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      parts[1].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let year = Int(parts[0]), let week = Int(parts[1].dropFirst()),
      week >= 1, week <= ISOWeek.weekCount(inYear: year)
    else { return nil }
    self.year = year
    self.week = week
  }

  /// The number of weeks in an ISO year: 53 if the year begins on a Thursday, or is a leap year
  /// that begins on a Wednesday, else 52.
  public static func weekCount(inYear year: Int) -> Int {
    lastWeekday(of: year) == 4 || lastWeekday(of: year - 1) == 3 ? 53 : 52
  }

  public var description: String {
    let digits = String(year)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-W"
      + (week < 10 ? "0" : "") + String(week)
  }

  public static func < (left: ISOWeek, right: ISOWeek) -> Bool {
    (left.year, left.week) < (right.year, right.week)
  }

  /// The weekday of 31 December, 0 for Sunday.
  private static func lastWeekday(of year: Int) -> Int {
    (year + year / 4 - year / 100 + year / 400) % 7
  }
}

package import Notebook

/// The days of a week, in the Gregorian calendar: they follow from its name and no clock.
package struct SiteDays {
  package typealias Day = (year: Int, month: Int, day: Int)

  /// The Monday that the week begins with.
  let first: Day
  /// The Sunday that it ends with.
  let last: Day

  /// The days of `week`.
  package init(_ week: ISOWeek) {
    // The 4th of January is in week 1, whose Sunday is at most 6 days after it.
    let fourth = Self.days(to: (week.year, 1, 4))
    let weekday = ((fourth + 3) % 7 + 7) % 7
    let sunday = fourth + (6 - weekday) + 7 * (week.week - 1)
    first = Self.date(of: sunday - 6)
    last = Self.date(of: sunday)
  }

  /// The days as a person writes them, such as *21–27 December 2026*.
  package var words: String { Self.words(from: first, to: last) }

  /// Returns a span of days in words that say no month and no year twice.
  static func words(from first: Day, to last: Day) -> String {
    let end = "\(last.day) \(months[last.month - 1]) \(last.year)"
    if first.year != last.year {
      return "\(first.day) \(months[first.month - 1]) \(first.year) – \(end)"
    }
    return first.month == last.month
      ? "\(first.day)–\(end)" : "\(first.day) \(months[first.month - 1]) – \(end)"
  }

  /// Returns a day as `2026-12-27`.
  static func digits(_ date: Day) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// Days since 1 January 1970, a Thursday.
  private static func days(to date: Day) -> Int {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = date.month > 2 ? date.year : date.year - 1
    let month = (date.month + 9) % 12
    let ofYear = (153 * month + 2) / 5 + date.day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + ofYear - 719_468
  }

  private static func date(of days: Int) -> Day {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let ofEra = shifted % 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * month + 2) / 5 + 1
    return (year + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, day)
  }
}

internal import Foundation
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
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    // Its days are counted from Sunday, also where weeks begin on Monday.
    let monday = DateComponents(
      weekday: 2, weekOfYear: week.week, yearForWeekOfYear: week.year)
    let start = calendar.date(from: monday) ?? .distantPast
    func day(_ date: Date) -> Day {
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      return (parts.year ?? week.year, parts.month ?? 1, parts.day ?? 1)
    }
    first = day(start)
    last = day(start.addingTimeInterval(6 * 86_400))
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
}

internal import Foundation

/// The date when a work appeared, read from all the ways that bibliographies write it.
struct WorkDate: Equatable {
  /// In the form of biblatex's `date`, such as `2020-05`; nil if it is words.
  var date: String?
  /// The words in place of a year, such as "in press".
  var words: String?

  /// The reason why a date cannot be read.
  struct Refusal: Error, Equatable {
    var field: String
    var message: String
  }

  /// Reads the fields `date`, or `year`, `month` and `day`.
  init(
    date: String?, year: String?, month: String?, day: String?
  ) throws(Refusal) {
    if let date = date.map(Self.plain), !date.isEmpty {
      guard let read = Self.date(date) else {
        if !date.contains(where: \.isNumber) {
          words = date
          return
        }
        throw Refusal(
          field: "date", message: "'\(date)' is no date; write it as 2020, 2020-05 or 2020-05-31")
      }
      self.date = read
      return
    }
    guard let year = year.map(Self.plain), !year.isEmpty else { return }
    guard let match = year.wholeMatch(of: /\(?([0-9]{4})\)?[.,;]?/) else {
      if let read = Self.date(year) { self.date = read } else { words = Self.span(year) }
      return
    }
    let number = String(match.output.1)
    guard let month = month.map(Self.plain), !month.isEmpty else {
      self.date = number
      return
    }
    guard let read = Self.months(month, day: day.map(Self.plain)) else {
      throw Refusal(
        field: "month", message: "'\(month)' is no month; write 1 to 12, or a name such as June")
    }
    self.date = read.map { "\(number)-\($0)" }.joined(separator: "/")
  }

  /// Without braces, commands that sort, and white space at either end.
  private static func plain(_ text: String) -> String {
    text.replacing(/\\noopsort\s*\{[^{}]*\}/, with: "").replacing(/[{}]/, with: "")
      .replacing(/[~\s]+/, with: " ").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Years from one to another with the dash that belongs between them.
  private static func span(_ year: String) -> String {
    year.wholeMatch(of: /([0-9]{4})\s*(?:-{1,3}|–|—)\s*([0-9]{2,4})/)
      .map { "\($0.output.1)–\($0.output.2)" } ?? year
  }

  private static func date(_ text: String) -> String? {
    let ends = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if ends.count == 2, ends[1].isEmpty || ends[1] == "..", let start = isoDate(ends[0]) {
      return start + "/"
    }
    // 2020/05 is a month, 2019/2020 are two years.
    if ends.count == 2, ends[0].count >= 4, ends[1].count >= 4, let start = isoDate(ends[0]),
      let end = isoDate(ends[1])
    {
      return "\(start)/\(end)"
    }
    if let date = isoDate(text.replacing("/", with: "-")) { return date }
    guard let year = text.firstMatch(of: /(?:^|[^0-9])([0-9]{4})(?:[^0-9]|$)/) else { return nil }
    let rest = text.replacing(year.output.1, with: " ").replacing(/[,;]/, with: " ")
      .trimmingCharacters(
        in: .whitespaces)
    guard let months = months(rest, day: nil) else { return nil }
    return months.map { "\(year.output.1)-\($0)" }.joined(separator: "/")
  }

  private static func isoDate(_ text: String) -> String? {
    guard
      let match = text.wholeMatch(
        of: /([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:[T ][0-9:.,Z+\-]*)?)?)?([~?%]?)/)
    else { return nil }
    var date = String(match.output.1)
    guard let month = match.output.2 else { return date + match.output.4 }
    guard let number = Int(month), (1...12).contains(number) || (21...24).contains(number) else {
      return nil
    }
    date += "-" + twoDigits(number)
    guard let day = match.output.3 else { return date }
    guard let number = Int(day), (1...31).contains(number) else { return nil }
    return date + "-" + twoDigits(number)
  }

  /// The month, with a day if one is given, or both ends of a span; a season has the number of EDTF.
  private static func months(_ text: String, day: String?) -> [String]? {
    if let day, let number = Int(day), (1...31).contains(number), let month = month(text) {
      return ["\(month)-\(twoDigits(number))"]
    }
    // "June", "3 June", "May--June", "11--13 Apr", "28 Jun--02 Jul", "June 3-5"; numbers alone are months.
    let isNumbers = !text.contains(where: \.isLetter)
    let words = text.replacing(/[–—\/&]|-{2,3}/, with: "-").split(separator: "-").map(String.init)
    let ends: [(month: String?, day: Int?)] = words.compactMap { word in
      isNumbers
        ? month(word.trimmingCharacters(in: .whitespaces)).map { ($0, nil) } : monthAndDay(word)
    }
    guard let first = ends.first, let last = ends.last, ends.count == words.count, ends.count <= 2
    else { return nil }
    guard let start = first.month ?? last.month, let end = last.month ?? first.month else {
      return nil
    }
    func date(_ month: String, _ day: Int?) -> String {
      month + (day.map { "-" + twoDigits($0) } ?? "")
    }
    return ends.count == 1
      ? [date(start, first.day)] : [date(start, first.day), date(end, last.day)]
  }

  /// A month, a day of one, or both in either order; nil if `text` is neither.
  private static func monthAndDay(_ text: String) -> (month: String?, day: Int?)? {
    let text = text.trimmingCharacters(in: CharacterSet(charactersIn: " .,"))
    if let day = Int(text) { return (1...31).contains(day) ? (nil, day) : nil }
    if let month = month(text) { return (month, nil) }
    let head = text.wholeMatch(of: /([0-9]{1,2})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?(\p{L}+)/)
    let tail = text.wholeMatch(of: /(\p{L}+)\.?\s*([0-9]{1,2})(?:st|nd|rd|th)?/)
    guard let day = (head?.output.1 ?? tail?.output.2).flatMap({ Int($0) }), (1...31).contains(day),
      let name = head?.output.2 ?? tail?.output.1
    else { return nil }
    return month(String(name)).map { ($0, day) }
  }

  private static func month(_ text: String) -> String? {
    if let number = Int(text), (1...12).contains(number) { return twoDigits(number) }
    let name = text.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: ". ,"))
    if let season = ["spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24][name] {
      return String(season)
    }
    guard name.count >= 3,
      let number = names.firstIndex(where: { $0.hasPrefix(name) || name == $0.prefix(4) })
    else { return nil }
    return twoDigits(number + 1)
  }

  private static let names = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

/// A label as it is written on the command line, where `*` stands for any characters and `?` for one.
///
/// A label that has such a character itself is found by its own name.
struct LabelPattern: Hashable, Sendable {
  /// The words as they were given.
  var text: String

  /// Whether a label is meant.
  ///
  /// A star that did not suffice takes a character more, and no star before it is tried again, so that the work is
  /// bounded by the product of both lengths.
  func matches(_ label: String) -> Bool {
    if text == label { return true }
    let (pattern, label) = (Array(text), Array(label))
    var (position, place) = (0, 0)
    var star: (position: Int, place: Int)?
    while place < label.count {
      if position < pattern.count, pattern[position] == "*" {
        star = (position, place)
        position += 1
      } else if position < pattern.count,
        pattern[position] == "?" || pattern[position] == label[place]
      {
        position += 1
        place += 1
      } else if let last = star {
        star = (last.position, last.place + 1)
        position = last.position + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return pattern[position...].allSatisfy { $0 == "*" }
  }
}

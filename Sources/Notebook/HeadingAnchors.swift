/// Names headings as GitHub does, so that a link to one works in both outputs.
struct HeadingAnchors {
  /// The names given away, each with the last number that was put after it.
  private var uses: [String: Int]

  /// Begins with the names that labels have taken.
  init(taken: [String] = []) {
    uses = Dictionary(taken.map { ($0, 0) }) { first, _ in first }
  }

  /// The anchor of the next heading with the words `text`: lower case, spaces as hyphens, marks
  /// dropped, and a number if the name is taken.
  mutating func anchor(for text: String) -> String {
    var name = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber || character == "-" || character == "_" {
        name.append(character)
      } else if character == " " {
        name.append("-")
      }
    }
    if name.isEmpty { name = "section" }
    return unused(name)
  }

  /// `name`, with the first number after it that makes it one of its own.
  private mutating func unused(_ name: String) -> String {
    guard uses[name] != nil || Self.isOwn(name) else {
      uses[name] = 0
      return name
    }
    var count = uses[name, default: 0]
    var candidate = ""
    repeat {
      count += 1
      candidate = "\(name)-\(count)"
    } while uses[candidate] != nil
    uses[name] = count
    uses[candidate] = 0
    return candidate
  }

  /// Whether a page may have a place of labbook's own with this name.
  private static func isOwn(_ name: String) -> Bool {
    guard let dash = name.lastIndex(of: "-") else { return false }
    return ["cite", "footnote", "mark", "source"].contains(name[..<dash])
      && name[dash...].dropFirst().allSatisfy(\.isNumber)
  }
}

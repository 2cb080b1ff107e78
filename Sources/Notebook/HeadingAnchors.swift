/// Names headings as GitHub does, so that a link to one works in both outputs.
struct HeadingAnchors {
  private var uses: [String: Int] = [:]

  /// The anchor of the next heading with the words `text`: lower case, spaces as hyphens, marks
  /// dropped, and a number if the same words came before.
  mutating func anchor(for text: String) -> String {
    var name = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber || character == "-" || character == "_" {
        name.append(character)
      } else if character == " " {
        name.append("-")
      }
    }
    let count = uses[name, default: 0]
    uses[name] = count + 1
    return count == 0 ? name : "\(name)-\(count)"
  }
}

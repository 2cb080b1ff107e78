/// Logic-RL's rule for completions of knights-and-knaves puzzles.
///
/// *Format*: +1 if each of the four tags `<think>`, `</think>`, `<answer>` and `</answer>` occurs
/// exactly once, in this order; else −1. *Answer*: +2 if the text between the last two gives the right
/// kind of each person; −1.5 if one is wrong; −2 if it cannot be read (the words `knight` and `knave` do
/// not occur as often as there are people, or one person's `name is a knight` or `knave` is missing) or
/// the format is wrong. The total is 3, −0.5, −1 or −3.
///
/// Logic-RL's prompts end in `<think>`, which its rule counts as part of the completion; here the
/// prompt ends before and the completion begins with it, so that the same text is judged.
///
/// Source: https://github.com/Unakar/Logic-RL, `verl/utils/reward_score/kk.py`, whose regular
/// expressions are those of Python: case is ignored, white space and words are Unicode's.
public struct KnightsAndKnavesReward: Hashable, Sendable {
  /// The names of the people, in ASCII letters; no two differ in their case alone.
  let names: [String]
  /// For each person, whether they are a knight.
  let solution: [Bool]

  /// The reward for neither form nor answer.
  static let least = Self(names: [], solution: []).reward(for: "")

  /// Creates the rule for one puzzle.
  public init(names: [String], solution: [Bool]) {
    precondition(names.count == solution.count, "there are as many kinds as names")
    self.names = names
    self.solution = solution
  }

  /// Returns the reward of a completion, in components `format` and `answer`.
  public func reward(for completion: String) -> TaskReward {
    let text = Array(completion.unicodeScalars)
    let answerRange = Self.answerRange(in: text)
    let format: Double = answerRange == nil ? -1 : 1
    let answer: Double
    if let answerRange, let answers = kinds(in: text[answerRange]) {
      answer = answers == solution.map { $0 ? .knight : .knave } ? 2 : -1.5
    } else {
      answer = -2
    }
    return TaskReward(
      total: format + answer,
      components: [.init(name: "format", value: format), .init(name: "answer", value: answer)],
      isCorrect: answer == 2, isWellFormed: answerRange != nil)
  }

  private typealias Scalars = ArraySlice<Unicode.Scalar>

  private static let tags = ["<think>", "</think>", "<answer>", "</answer>"]
    .map { Array($0.unicodeScalars) }

  /// Returns the text between the answer's tags if each of the four tags occurs once and they are in order.
  private static func answerRange(in text: [Unicode.Scalar]) -> Range<Int>? {
    var found = 0
    var start = 0
    var position = 0
    while position < text.count {
      guard text[position] == "<" else {
        position += 1
        continue
      }
      let rest = text[position...]
      guard let tag = tags.firstIndex(where: { rest.starts(with: $0) }) else {
        position += 1
        continue
      }
      // Any other order has a tag too often or too early.
      guard tag == found else { return nil }
      if tag == 3 { return hasTag(in: rest.dropFirst(tags[tag].count)) ? nil : start..<position }
      found += 1
      position += tags[tag].count
      start = position
    }
    return nil
  }

  private static func hasTag(in text: Scalars) -> Bool {
    text.indices.contains { index in
      text[index] == "<" && tags.contains { text[index...].starts(with: $0) }
    }
  }

  private enum Kind {
    case knight, knave
    /// Equal to one of the words only where case is ignored, such as `knıght`: always wrong.
    case misspelled
  }

  /// Returns the kind that an answer gives each person, or `nil` if it cannot be read.
  private func kinds(in answer: Scalars) -> [Kind]? {
    let text = Array(answer)
    let lower = text.map(Self.lowercased)
    let count = Self.count(of: "knight", in: lower) + Self.count(of: "knave", in: lower)
    guard count == names.count else { return nil }
    var kinds: [Kind] = []
    for name in names {
      guard let kind = Self.kind(of: name, in: text) else { return nil }
      kinds.append(kind)
    }
    return kinds
  }

  private static func count(of word: String, in text: [Unicode.Scalar]) -> Int {
    let word = Array(word.unicodeScalars)
    return text.indices.count { text[$0] == word[0] && text[$0...].starts(with: word) }
  }

  /// Returns the kind named in the first place that the pattern `name is a (knight|knave)` matches.
  private static func kind(of name: String, in text: [Unicode.Scalar]) -> Kind? {
    for start in text.indices where start == 0 || !isWord(text[start - 1]) {
      var position = start
      guard skip(name, in: text, &position), skipSpaces(in: text, &position),
        skip("is", in: text, &position), skipSpaces(in: text, &position),
        skip("a", in: text, &position), skipSpaces(in: text, &position)
      else { continue }
      for (word, kind) in [("knight", Kind.knight), ("knave", .knave)] {
        var end = position
        guard skip(word, in: text, &end), end == text.count || !isWord(text[end]) else { continue }
        let isExact = text[position..<end].map(lowercased).elementsEqual(word.unicodeScalars)
        return isExact ? kind : .misspelled
      }
    }
    return nil
  }

  /// Moves past `word` if it stands at `position`, its case ignored.
  private static func skip(
    _ word: String, in text: [Unicode.Scalar], _ position: inout Int
  ) -> Bool {
    for scalar in word.unicodeScalars {
      guard position < text.count, folded(text[position]) == folded(scalar) else { return false }
      position += 1
    }
    return true
  }

  /// Moves past white space at `position` if there is any.
  private static func skipSpaces(in text: [Unicode.Scalar], _ position: inout Int) -> Bool {
    let start = position
    while position < text.count, isSpace(text[position]) { position += 1 }
    return position > start
  }

  /// The ASCII lower case, also of the Kelvin sign; the rest as it is.
  private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) | 0x20)
    case "\u{212A}": "k"
    default: scalar
    }
  }

  /// Returns one scalar for all that are equal to an ASCII letter where case is ignored.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "\u{130}", "\u{131}": "i"
    case "\u{17F}": "s"
    default: lowercased(scalar)
    }
  }

  /// Python's `\s`.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar == " " || (0x09...0x0D).contains(scalar.value)
        || (0x1C...0x1F).contains(scalar.value)
    }
    return scalar.properties.isWhitespace
  }

  /// Python's `\w`.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": true
      default: false
      }
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      return true
    default:
      return scalar.properties.numericType != nil
    }
  }
}

extension Claim {
  /// Reads a line of a `claim` directive.
  ///
  /// - Throws: The fault, with its place in the line.
  public init(parsing line: String) throws(ClaimSyntaxError) {
    var words = ClaimWords(line)
    let relation: Relation
    if let first = words.peek, first.text.hasPrefix("unresolved:") {
      relation = try Self.unresolved(&words)
    } else {
      relation = try Self.comparison(&words)
    }
    try words.expect("on", before: "the metric, as in 'on evaluation_return'")
    let metric = try words.name("the metric")
    if case .bound(let arm, let side, let bound, _, _) = relation {
      try words.expect("in", before: "a number of seeds, as in 'in 9 of 10 seeds'")
      let seeds = try words.count("how many seeds")
      try words.expect("of", before: "the number of all seeds, as in 'in 9 of 10 seeds'")
      let total = try words.count("the number of all seeds")
      guard seeds <= total, seeds > 0 else {
        throw words.errorAtPrevious("\(seeds) of \(total) seeds is not a part of the seeds")
      }
      try words.expect("seeds", before: "the end of the claim")
      self.relation = .bound(arm, side, bound, seeds: seeds, of: total)
    } else {
      self.relation = relation
    }
    self.metric = metric
    self.text = words.text
    if let extra = words.peek {
      throw ClaimSyntaxError(
        offset: extra.offset, message: "'\(extra.text)' follows the end of the claim")
    }
  }

  /// `unresolved: A, B`; the words may stand close to the colon and the comma.
  private static func unresolved(_ words: inout ClaimWords) throws(ClaimSyntaxError) -> Relation {
    words.splitFirst(after: ":")
    _ = try words.next("'unresolved:'")
    words.splitFirst(after: ",")
    let first = try words.name("an arm", endingWithComma: true)
    return .unresolved(first, try words.name("an arm"))
  }

  /// `A > B`, `A >= 475` or `A ~ B within 10`, up to `on`.
  private static func comparison(_ words: inout ClaimWords) throws(ClaimSyntaxError) -> Relation {
    let arm = try words.name("an arm")
    let sign = try words.next("'>', '<', '>=', '<=' or '~'")
    switch sign.text {
    case ">":
      return .greater(arm, than: try words.armNotNumber(after: sign.text))
    case "<":
      return .greater(try words.armNotNumber(after: sign.text), than: arm)
    case ">=", "<=":
      let side: Side = sign.text == ">=" ? .atLeast : .atMost
      return .bound(arm, side, try words.number("a number"), seeds: 0, of: 0)
    case "~":
      let other = try words.armNotNumber(after: sign.text)
      try words.expect("within", before: "a margin, as in 'within 10'")
      let margin = try words.number("the margin")
      guard margin > 0 else { throw words.errorAtPrevious("the margin must be above 0") }
      return .equivalent(arm, other, margin: margin)
    default:
      throw ClaimSyntaxError(
        offset: sign.offset,
        message: "expected '>', '<', '>=', '<=' or '~' after '\(arm.text)', found '\(sign.text)'; "
          + "a claim is written "
          + Claim.forms.flatMap(\.patterns).map { "'\($0)'" }.joined(separator: ", "))
    }
  }
}

/// The words of a claim, read from the left.
private struct ClaimWords {
  private var words: [Claim.Name]
  private var position = 0
  private let length: Int

  init(_ line: String) {
    words = []
    var offset = 0
    for part in line.split(separator: " ", omittingEmptySubsequences: false) {
      if !part.isEmpty { words.append(Claim.Name(text: String(part), offset: offset)) }
      offset += part.count + 1
    }
    length = line.count
  }

  /// The whole claim with single spaces.
  var text: String {
    words.map(\.text).joined(separator: " ")
  }

  var peek: Claim.Name? { position < words.count ? words[position] : nil }

  /// Cuts the next word in two behind `mark`, if more follows it.
  mutating func splitFirst(after mark: Character) {
    guard let word = peek, let index = word.text.firstIndex(of: mark) else { return }
    let head = word.text[...index]
    let tail = word.text[index...].dropFirst()
    guard !tail.isEmpty else { return }
    words[position] = Claim.Name(text: String(head), offset: word.offset)
    words.insert(
      Claim.Name(text: String(tail), offset: word.offset + head.count), at: position + 1)
  }

  mutating func next(_ expected: String) throws(ClaimSyntaxError) -> Claim.Name {
    guard let word = peek else {
      throw ClaimSyntaxError(offset: length, message: "the claim ends before \(expected)")
    }
    position += 1
    return word
  }

  mutating func expect(_ word: String, before what: String) throws(ClaimSyntaxError) {
    guard let found = peek else {
      throw ClaimSyntaxError(
        offset: length, message: "the claim ends before '\(word)' and \(what)")
    }
    guard found.text == word else {
      throw ClaimSyntaxError(
        offset: found.offset, message: "expected '\(word)' and \(what), found '\(found.text)'")
    }
    position += 1
  }

  mutating func name(
    _ what: String, endingWithComma: Bool = false
  ) throws(ClaimSyntaxError) -> Claim.Name {
    var word = try next(what)
    if endingWithComma {
      guard word.text.hasSuffix(",") else {
        throw ClaimSyntaxError(
          offset: word.offset, message: "expected a comma after '\(word.text)'")
      }
      word.text.removeLast()
    }
    let isName = word.text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isName, !word.text.isEmpty else {
      let reason =
        word.text.contains("/")
        ? "; a claim names arms of its experiment alone, by their labels: \(Claim.unpaired)" : ""
      throw ClaimSyntaxError(
        offset: word.offset, message: "expected \(what), found '\(word.text)'\(reason)")
    }
    return word
  }

  /// An arm's label; a number there is a bound whose sign was written wrong.
  mutating func armNotNumber(after sign: String) throws(ClaimSyntaxError) -> Claim.Name {
    let arm = try name("an arm")
    if Double(arm.text) != nil, sign != "~" {
      throw ClaimSyntaxError(
        offset: arm.offset,
        message: "'\(sign)' compares two arms; a bound is written '\(sign)= \(arm.text) on M in "
          + "9 of 10 seeds'")
    }
    return arm
  }

  mutating func number(_ what: String) throws(ClaimSyntaxError) -> Double {
    let word = try next(what)
    guard let value = Double(word.text), value.isFinite else {
      throw ClaimSyntaxError(
        offset: word.offset, message: "expected \(what), found '\(word.text)'")
    }
    return value
  }

  mutating func count(_ what: String) throws(ClaimSyntaxError) -> Int {
    let word = try next(what)
    guard let value = Int(word.text), value >= 0 else {
      throw ClaimSyntaxError(
        offset: word.offset, message: "expected \(what), found '\(word.text)'")
    }
    return value
  }

  /// An error at the word read last.
  func errorAtPrevious(_ message: String) -> ClaimSyntaxError {
    ClaimSyntaxError(offset: words[max(0, position - 1)].offset, message: message)
  }
}

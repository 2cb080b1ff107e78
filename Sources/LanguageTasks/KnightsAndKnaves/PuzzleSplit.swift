extension KnightsAndKnaves.Puzzle {
  /// The split that the puzzle belongs to: two in eight are test puzzles, one is for validation.
  public var split: TaskSplit { TaskSplit(eighth: Int(fingerprint >> 61)) }

  /// A number that stays the same when people change names or places, when the sides of an `and`, an
  /// `or` or an `equivalent` change places, and when `not` a knight becomes a knave.
  ///
  /// Two such versions of a puzzle are therefore of the same split: no test puzzle is a training
  /// or validation puzzle under other names. Each person's number is mixed, in two rounds, with the numbers of the
  /// people that their statement mentions, as in the refinement of colors that tells graphs apart.
  public var fingerprint: UInt64 {
    var numbers = [UInt64](repeating: Self.seed, count: people)
    for _ in 0..<2 {
      let earlier = numbers
      for (speaker, statement) in statements.enumerated() {
        numbers[speaker] = Self.mixed(
          earlier[speaker] &+ Self.number(of: statement, by: speaker, numbers: earlier))
      }
    }
    return Self.mixed(numbers.reduce(UInt64(people)) { $0 &+ Self.mixed($1) })
  }

  private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func number(
    of statement: KnightsAndKnaves.Statement, by speaker: Int, numbers: [UInt64]
  ) -> UInt64 {
    func number(_ claim: KnightsAndKnaves.Claim, negated: Bool = false) -> UInt64 {
      mixed(
        numbers[claim.person] &+ (claim.isKnight != negated ? 1 : 2)
          &+ (claim.person == speaker ? 4 : 0))
    }
    return switch statement {
    case .claim(let claim): mixed(number(claim) &+ 1)
    case .not(let claim): mixed(number(claim, negated: true) &+ 1)
    case .and(let first, let second): mixed(number(first) &+ number(second) &+ 2)
    case .or(let first, let second): mixed(number(first) &+ number(second) &+ 3)
    case .implies(let first, let second):
      mixed(mixed(number(first)) &+ number(second) &+ 4)
    case .equivalent(let first, let second): mixed(number(first) &+ number(second) &+ 5)
    }
  }

  /// Returns 64 bits that each depend on all of `bits`.
  ///
  /// Source: the finalizer of SplitMix64; Steele, Lea & Flood, "Fast Splittable Pseudorandom Number
  /// Generators", OOPSLA 2014, https://doi.org/10.1145/2660193.2660195.
  private static func mixed(_ bits: UInt64) -> UInt64 {
    var bits = bits &+ seed
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}

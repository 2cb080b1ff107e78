extension KnightsAndKnaves {
  /// A claim about one person: knight or knave.
  public struct Claim: Hashable, Sendable {
    /// Whom it is about, from 0 on.
    public var person: Int
    /// Whether it calls the person a knight, or a knave.
    public var isKnight: Bool

    /// Creates a claim.
    public init(person: Int, isKnight: Bool) {
      self.person = person
      self.isKnight = isKnight
    }
  }

  /// A statement of one person: a claim, its negation, or two claims joined.
  ///
  /// All that mem-kk-logic's grammar makes at depth 2 and width 2.
  public enum Statement: Hashable, Sendable {
    case claim(Claim)
    case not(Claim)
    case and(Claim, Claim)
    case or(Claim, Claim)
    case implies(Claim, Claim)
    case equivalent(Claim, Claim)

    /// The claims, in the order in which they are said.
    public var claims: [Claim] {
      switch self {
      case .claim(let claim), .not(let claim):
        [claim]
      case .and(let first, let second), .or(let first, let second),
        .implies(let first, let second), .equivalent(let first, let second):
        [first, second]
      }
    }

    /// Returns whether the statement is true.
    ///
    /// - Parameter knights: For each person, whether they are a knight.
    /// - Returns: The truth value; what a knight says has to be true and what a knave says false.
    public func isTrue(_ knights: [Bool]) -> Bool {
      func holds(_ claim: Claim) -> Bool { knights[claim.person] == claim.isKnight }
      return switch self {
      case .claim(let claim): holds(claim)
      case .not(let claim): !holds(claim)
      case .and(let first, let second): holds(first) && holds(second)
      case .or(let first, let second): holds(first) || holds(second)
      case .implies(let first, let second): !holds(first) || holds(second)
      case .equivalent(let first, let second): holds(first) == holds(second)
      }
    }
  }

  /// A puzzle: the statements of 2 to 8 people, of whom knights tell the truth and knaves lie.
  public struct Puzzle: Hashable, Sendable {
    /// By speaker.
    public var statements: [Statement]

    /// Creates a puzzle.
    ///
    /// - Precondition: There are 1 to 8 statements, about people in `statements.indices`.
    public init(statements: [Statement]) {
      precondition((1...8).contains(statements.count), "a puzzle has 1 to 8 people")
      self.statements = statements
    }

    /// How many people there are.
    public var people: Int { statements.count }

    /// For each person, whether they are a knight: the only possibility, or `nil` if there are none
    /// or several.
    public var uniqueSolution: [Bool]? {
      let assignments = AssignmentSet.solutions(of: self)
      guard assignments.count == 1 else { return nil }
      let assignment = assignments.first
      return (0..<people).map { assignment >> $0 & 1 == 1 }
    }
  }
}

/// A subset of the 2⁸ ways to tell eight people's kinds: bit a is the way in which person p is a
/// knight if bit p of a is 1.
///
/// A statement's truth in all ways at once costs a few operations on 256 bits.
struct AssignmentSet {
  private var bits: SIMD4<UInt64>

  /// The ways in which each of the eight people is a knight.
  private static let knights: [SIMD4<UInt64>] = (0..<8).map { person in
    var bits = SIMD4<UInt64>()
    for assignment in 0..<256 where assignment >> person & 1 == 1 {
      bits[assignment / 64] |= 1 << UInt64(assignment % 64)
    }
    return bits
  }

  /// The ways that differ in the first people alone, the others being knaves; by number of people.
  private static let among: [SIMD4<UInt64>] = (0...8).map { people in
    var bits = SIMD4<UInt64>()
    for assignment in 0..<(1 << people) {
      bits[assignment / 64] |= 1 << UInt64(assignment % 64)
    }
    return bits
  }

  /// Returns the ways in which every knight's statement is true and every knave's false.
  static func solutions(of puzzle: KnightsAndKnaves.Puzzle) -> AssignmentSet {
    let knights = Self.knights
    func truth(_ claim: KnightsAndKnaves.Claim) -> SIMD4<UInt64> {
      claim.isKnight ? knights[claim.person] : ~knights[claim.person]
    }
    var bits = Self.among[puzzle.people]
    for (speaker, statement) in puzzle.statements.enumerated() {
      let truth =
        switch statement {
        case .claim(let claim): truth(claim)
        case .not(let claim): ~truth(claim)
        case .and(let first, let second): truth(first) & truth(second)
        case .or(let first, let second): truth(first) | truth(second)
        case .implies(let first, let second): ~truth(first) | truth(second)
        case .equivalent(let first, let second): ~(truth(first) ^ truth(second))
        }
      bits &= ~(truth ^ knights[speaker])
    }
    return AssignmentSet(bits: bits)
  }

  /// How many ways there are in the set.
  var count: Int {
    bits[0].nonzeroBitCount + bits[1].nonzeroBitCount + bits[2].nonzeroBitCount
      + bits[3].nonzeroBitCount
  }

  /// The first way in the set.
  var first: Int {
    var first = 0
    for word in 0..<4 {
      if bits[word] != 0 { return first + bits[word].trailingZeroBitCount }
      first += 64
    }
    return first
  }
}

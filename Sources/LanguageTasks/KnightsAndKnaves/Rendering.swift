internal import SeededRandom

extension KnightsAndKnaves {
  /// How a puzzle is written.
  public enum Rendering: String, CaseIterable, Sendable {
    /// Few words for small contexts: `A: not B=knave ; B: A=knight <=> B=knight ; ?`.
    case symbolic
    /// The English of Logic-RL's puzzles.
    case sentences
  }

  /// The text of demonstrations before the answer.
  public enum Demonstration: String, CaseIterable, Sendable {
    /// The search for the solution.
    case chainOfThought = "chain_of_thought"
    /// Nothing.
    case answerOnly = "answer_only"
    /// A mixture like the texts of untaught writers: few think and answer in form, most guess.
    ///
    /// | share | demonstration |
    /// |---|---|
    /// | 30 % | the search for the solution, and the answer |
    /// | 45 % | no search; each kind of the answer is guessed |
    /// | 15 % | the search, and the answer without its tags |
    /// | 10 % | a guess without tags |
    ///
    /// A model tuned on these is able to earn the full reward, and seldom does.
    case mixed
  }

  /// The choices of words that leave the puzzle as it is.
  struct Wording {
    /// For each person, an index in the rendering's names.
    var names: [Int]
    /// For each person, an index in ``sayings``; empty in the symbolic rendering.
    var sayings: [Int]

    /// Draws the words of a puzzle; symbolic names are in alphabetical order.
    init(people: Int, _ rendering: Rendering, using generator: inout SeededGenerator) {
      var names = Array(rendering.names.indices)
      for position in 0..<people {
        names.swapAt(
          position, position + generator.nextIndex(below: names.count - position))
      }
      self.names = Array(names.prefix(people))
      switch rendering {
      case .symbolic:
        self.names.sort()
        sayings = []
      case .sentences:
        sayings = (0..<people).map { _ in
          generator.nextIndex(below: KnightsAndKnaves.sayings.count)
        }
      }
    }
  }

  /// How a person's statement is introduced and ended; `@` is the speaker.
  static let sayings: [(before: String, after: String)] = [
    ("@ said that", "."), ("@ told you that", "."), ("@ expressed that", "."),
    ("@ said , \"", ". \""), ("@ remarked , \"", ". \""), ("@ noted , \"", ". \""),
    ("According to @ , \"", ". \""), ("As @ put it , \"", ". \""),
    ("\"", ", \" @ claimed ."), ("\"", ", \" @ declared ."),
  ]
}

extension KnightsAndKnaves.Rendering {
  /// The names of people: letters, or common first names.
  var names: [String] {
    switch self {
    case .symbolic: Self.letters
    case .sentences: Self.firstNames
    }
  }

  private static let letters = ["A", "B", "C", "D", "E", "F", "G", "H"]
  private static let firstNames = [
    "Abigail", "Alexander", "Amelia", "Benjamin", "Charlotte", "Daniel", "Elizabeth", "Emma",
    "Ethan", "Evelyn", "Grace", "Henry", "Isabella", "Jacob", "James", "Liam", "Lily", "Lucas",
    "Mason", "Mia", "Noah", "Oliver", "Olivia", "Owen", "Riley", "Samuel", "Scarlett",
    "Sebastian", "Sophia", "Victoria", "William", "Zoey",
  ]

  /// The tokenizer of prompts and completions, for 8 people however many a task has.
  var tokenizer: Tokenizer { self == .symbolic ? Self.symbolicTokenizer : Self.sentencesTokenizer }

  private static let tags = ["<think>", "</think>", "<answer>", "</answer>"]
  private static let symbolicTokenizer = Tokenizer(
    words: tags + [
      "is", "a", "knight", "knave", ";", "?", "not", "and", "or", "->", "<=>", "ok", "no",
    ]
      + letters + letters.map { "\($0):" } + letters.map { "\($0)=knight" }
      + letters.map { "\($0)=knave" })
  private static let sentencesTokenizer: Tokenizer = {
    var words: [String] = tags + ["is", "a", "knight", "knave", "ok", "no"]
    let texts =
      [introduction, meeting, question, "not and or if If then only"]
      + KnightsAndKnaves.sayings.flatMap { [$0.before, $0.after] }
    for word in texts.flatMap({ $0.split(separator: " ") }).map(String.init)
    where word != "@" && !words.contains(word) {
      words.append(word)
    }
    words += (2...8).map { "\($0)" } + (1...8).map { "(\($0))" }
    return Tokenizer(words: words + firstNames)
  }()

  private static let introduction =
    "A very special island is inhabited only by knights and knaves . "
    + "Knights always tell the truth , and knaves always lie ."
  private static let meeting = "You meet @ inhabitants : , and ."
  private static let question = "So who is a knight and who is a knave ?"
}

extension KnightsAndKnaves.Rendering {
  /// Returns the prompt of a puzzle.
  func prompt(
    _ puzzle: KnightsAndKnaves.Puzzle, _ wording: KnightsAndKnaves.Wording
  ) -> String {
    var text = ""
    let names = wording.names.map { self.names[$0] }
    switch self {
    case .symbolic:
      for (speaker, statement) in puzzle.statements.enumerated() {
        text += names[speaker]
        text += ": "
        append(statement, names, to: &text)
        text += " ; "
      }
      text += "?"
    case .sentences:
      text += Self.introduction
      text += " You meet \(puzzle.people) inhabitants : "
      text += names.dropLast().joined(separator: " , ")
      text += " , and \(names[names.count - 1]) . "
      for (speaker, statement) in puzzle.statements.enumerated() {
        let saying = KnightsAndKnaves.sayings[wording.sayings[speaker]]
        text += Self.replacingSpeaker(saying.before, by: names[speaker])
        text += " "
        append(statement, names, isBeginning: !saying.before.hasSuffix("that"), to: &text)
        text += " "
        text += Self.replacingSpeaker(saying.after, by: names[speaker])
        text += " "
      }
      text += Self.question
    }
    return text
  }

  private static func replacingSpeaker(_ text: String, by name: String) -> String {
    guard let place = text.firstIndex(of: "@") else { return text }
    return text[..<place] + name + text[text.index(after: place)...]
  }

  private func append(
    _ statement: KnightsAndKnaves.Statement, _ names: [String], isBeginning: Bool = false,
    to text: inout String
  ) {
    func append(_ claim: KnightsAndKnaves.Claim, negated: Bool = false) {
      text += names[claim.person]
      switch self {
      case .symbolic: text += claim.isKnight ? "=knight" : "=knave"
      case .sentences:
        text += negated ? " is not a " : " is a "
        text += claim.isKnight ? "knight" : "knave"
      }
    }
    switch statement {
    case .claim(let claim):
      append(claim)
    case .not(let claim):
      if self == .symbolic { text += "not " }
      append(claim, negated: true)
    case .and(let first, let second):
      append(first)
      text += " and "
      append(second)
    case .or(let first, let second):
      append(first)
      text += " or "
      append(second)
    case .implies(let first, let second):
      if self == .sentences { text += isBeginning ? "If " : "if " }
      append(first)
      text += self == .symbolic ? " -> " : " then "
      append(second)
    case .equivalent(let first, let second):
      append(first)
      text += self == .symbolic ? " <=> " : " if and only if "
      append(second)
    }
  }

  /// Returns the search for the solution: `A=knight B=knave ok B=knave A=knight no`, or with the name
  /// and the kind as two words.
  func text(
    _ reasoning: KnightsAndKnaves.Reasoning, _ wording: KnightsAndKnaves.Wording
  ) -> String {
    var text = ""
    for line in reasoning.lines {
      for assumption in line.assumptions {
        text += names[wording.names[assumption.person]]
        text += self == .symbolic ? "=" : " "
        text += assumption.isKnight ? "knight " : "knave "
      }
      text += line.isConsistent ? "ok " : "no "
    }
    return text
  }

  /// Returns the list that answers a puzzle: `A is a knight B is a knave`, numbered in sentences.
  ///
  /// Numbers would keep a model from counting further than it has seen, and the rule ignores them.
  func answer(_ solution: [Bool], _ wording: KnightsAndKnaves.Wording) -> String {
    var text = ""
    for (person, isKnight) in solution.enumerated() {
      if person > 0 { text += " " }
      if self == .sentences { text += "(\(person + 1)) " }
      text += names[wording.names[person]]
      text += isKnight ? " is a knight" : " is a knave"
    }
    return text
  }

  /// The most tokens that the prompt of a puzzle has.
  func longestPrompt(people: Int) -> Int {
    switch self {
    // A speaker, two claims and what joins them, a semicolon; the question mark.
    case .symbolic: return 5 * people + 1
    case .sentences:
      func words(_ text: String) -> Int { text.split(separator: " ").count }
      let saying = KnightsAndKnaves.sayings.map { words($0.before) + words($0.after) }.max() ?? 0
      // "You meet 5 inhabitants :", names, commas, "and", a full stop; two claims of four words,
      // joined by "if and only if".
      return words(Self.introduction) + 5 + people + people + 1 + (saying + 12) * people
        + words(Self.question)
    }
  }

  /// The most tokens of a completion that gives a puzzle's answer after a search of `thought` tokens
  /// at most, the end token included.
  func longestCompletion(people: Int, thought: Int) -> Int {
    4 + thought + (self == .symbolic ? 4 : 5) * people + 1
  }

  /// How many tokens an assumption takes.
  var tokensPerAssumption: Int { self == .symbolic ? 1 : 2 }
}

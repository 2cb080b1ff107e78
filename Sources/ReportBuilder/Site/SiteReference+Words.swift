/// Words that reports use without saying what they mean.
extension SiteReference {
  /// The entries of the glossary on how to read a report.
  static let readersWords: [SiteReference] = [
    word("arm", "One of the variants that an experiment compares: an algorithm with its settings."),
    word(
      "baseline",
      "What is subtracted from the reward before it scales the gradient. It changes how noisy the estimate is, not what it is on average."
    ),
    word(
      "claim",
      "A statement that is tested whenever the report is built; one that does not hold is said not to, and fails the build unless it was registered before the runs."
    ),
    word("draft", "A week whose results and words may still change.", isTerm: false),
    word(
      "final",
      "A week that cannot change any more: it is shown from its lock, and nothing is executed.",
      isTerm: false),
    word("greedy", "Of a policy: taking its most probable action or token every time."),
    word(
      "group", "Several samples from one start, which are compared with each other.", isTerm: false),
    word(
      "lock",
      "The file that says exactly which runs a report stands on, with the digest of each result.",
      isTerm: false),
    word(
      "not told apart",
      "The interval of a difference holds 0, so these seeds do not show which is better. It does not show that both are equal.",
      also: ["tell the two apart", "told apart"]),
    word(
      "observed",
      "Of a run: made by a program outside labbook, once; no repetition is promised to give the same bits.",
      isTerm: false),
    word("run", "One arm with one seed.", isTerm: false),
    word(
      "seed",
      "The number that all chance in a run follows from. Several seeds show how much results differ by chance."
    ),
    word(
      "start", "The policy that training begins with, or a state or prompt that sampling begins at."
    ),
    word(
      "value network",
      "A network that learns what return to expect, used as a baseline; also called a critic.",
      also: ["value function", "critic"]),
  ]

  /// A word; running text is linked with it if `isTerm`, which it is not where prose has other uses of it.
  private static func word(
    _ name: String, _ summary: String, also: [String] = [], isTerm: Bool = true
  ) -> SiteReference {
    var reference = SiteReference(kind: "word", name: name, summary: summary, text: summary)
    reference.words = isTerm ? [name] + also : []
    return reference
  }
}

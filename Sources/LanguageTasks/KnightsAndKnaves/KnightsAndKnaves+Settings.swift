public import Settings

extension KnightsAndKnaves {
  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    /// Numbers of people to train on and to evaluate with.
    public var people = [2, 3, 4, 5]
    /// Numbers of people to evaluate with alone.
    public var heldOutPeople = [6, 7, 8]
    /// How puzzles are written.
    public var rendering = Rendering.symbolic
    /// The text of demonstrations before the answer.
    public var demonstration = Demonstration.chainOfThought
    /// The pay of a completion that is no answer.
    var unfinished = UnfinishedPay.penalty

    /// Creates the defaults.
    public init() {}

    public static let settings: [Setting<Self>] = [
      .integers(
        "people", \.people, in: 2...8, "Numbers of people of the puzzles, each a level."),
      .integers(
        "held_out_people", \.heldOutPeople, in: 2...8,
        "Numbers of people that training never sees, each a level of evaluation."),
      .choice(
        "rendering", \.rendering,
        "How puzzles are written: in few symbols, or in English sentences."),
      .choice(
        "demonstration", \.demonstration,
        "What demonstrations hold: the search for the answer and the answer, the answer alone, or mostly guesses."
      ),
      .unfinished(\.unfinished),
    ]
  }

  /// The declaration of the task, as specs name and configure it.
  static let declaration = LanguageTaskDeclaration(
    name: "knights-and-knaves", revision: 2,
    summary: "Who tells the truth and who lies? Logic-RL's puzzles, with its rule-based reward.",
    rewardRange: -3...3, settings: Settings.self
  ) { settings throws(SettingProblem) in try KnightsAndKnaves(settings) }
}

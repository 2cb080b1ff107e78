import ExperimentSpec
import Testing

@Suite struct DescriptionsTests {
  let vocabulary = smallVocabulary()

  @Test func `an algorithm is described by its settings and presets`() {
    #expect(
      vocabulary.description(ofAlgorithm: "alpha") == """
        alpha: Alpha, on environments (revision 3)

        The first algorithm.

        Settings
          learning_rate: 0.001
              Step size.
              May be a number in 0...10.
          clip_range: 0.2
              How far a ratio may move.
              May be a number in 0...1, or none.
          group_size: 1
              Rollouts from each start.
              May be a whole number in 1...4096.
          baseline: none
              What is taken off the credit.
              May be one of none, value, group_mean, yes.
          momentum: 0
              A setting added later.
              May be a number in 0...1.
          shuffled: false
              Whether it is shuffled.
              May be true or false.

        Presets
          paper
              Pole-v1, Bandit-v0: learning_rate 0.01, group_size 8
          zoo
              Pole-v1: learning_rate 0.02, clip_range none

        alpha: Alpha, on language tasks (revision 4)

        The first algorithm, on words.

        Settings
          learning_rate: 0.001
              Step size.
              May be a number in 0...10.
          clip_range: 0.2
              How far a ratio may move.
              May be a number in 0...1, or none.
          group_size: 1
              Rollouts from each start.
              May be a whole number in 1...4096.
          baseline: none
              What is taken off the credit.
              May be one of none, value, group_mean, yes.
          momentum: 0
              A setting added later.
              May be a number in 0...1.
          shuffled: false
              Whether it is shuffled.
              May be true or false.

        Presets
          paper
              riddles: group_size 8
        """)
  }

  @Test func `an environment is described by its returns and settings`() {
    #expect(
      vocabulary.description(ofEnvironment: "Pole-v1") == """
        Pole-v1 (revision 2)

        Balance a pole.

        Returns are in 0...500.

        It has no settings.
        """)
    #expect(
      vocabulary.description(ofEnvironment: "Bandit-v0") == """
        Bandit-v0 (revision 1)

        Pull an arm.

        Settings
          contexts: 4
              How many contexts there are.
              May be a whole number in 1...100.
        """)
  }

  @Test func `a language task is described by its levels, its rewards and a prompt`() {
    #expect(
      vocabulary.description(ofTask: "riddles") == """
        riddles (revision 6)

        Solve riddles.

        Rewards are in -1...2.

        With its defaults
          levels:           2, 3
          held-out levels:  4
          longest sequence: 12 tokens
          tokenizer: characters a b

        Settings
          words: [2, 3]
              Lengths that training draws from.
              May be a list of whole numbers, each in 1...9.
          held_out_words: [4]
              Lengths that it never sees.
              May be a list of whole numbers, each in 1...9.

        A prompt
          ab?
          Answer:

        Its demonstration
          ba

        The rule pays for it
          in all 2, answer 1.5
          and -1 for an empty completion, -0.5 for one that is cut off.
        """)
    #expect(vocabulary.description(ofTask: "Pole-v1") == nil)
  }

  @Test func `what does not exist has no description`() {
    #expect(vocabulary.description(ofAlgorithm: "gamma") == nil)
    #expect(vocabulary.description(ofEnvironment: "alpha") == nil)
  }
}

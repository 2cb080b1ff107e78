import ExperimentSpec
import Testing

@Suite struct DescriptionsTests {
  let vocabulary = smallVocabulary()

  /// The descriptions of everything called `name`.
  func descriptions(_ name: String) -> [String] {
    vocabulary.describables.filter { $0.name == name }.map { $0.text() }
  }

  @Test func `an algorithm is described by its settings and presets`() {
    #expect(
      descriptions("alpha") == [
        """
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
        """
      ])
  }

  @Test func `an environment is described by its returns and settings`() {
    #expect(
      descriptions("Pole-v1") == [
        """
        Pole-v1 (revision 2)

        Balance a pole.

        Returns are in 0...500.
        A normalized score is 0 at 20, the better of a random policy's return (20) and the best with one
        action throughout (9.5), and 1 at 475.

        It has no settings.
        """
      ])
    #expect(
      descriptions("Bandit-v0") == [
        """
        Bandit-v0 (revision 1)

        Pull an arm.

        Returns are in 0...1.
        A normalized score is 0 at 0.5, the better of a random policy's return (0.25) and the best with one
        action throughout (0.5), and 1 at 1.

        Settings
          contexts: 4
              How many contexts there are.
              May be a whole number in 1...100.
        """
      ])
  }

  @Test func `a language task is described by its levels, its rewards and a prompt`() {
    #expect(
      descriptions("riddles") == [
        """
        riddles (revision 6)

        Solve riddles.

        Rewards are in -1...2.

        With its defaults
          levels:           2, 3
          held-out levels:  4
          longest sequence: 12 tokens
          tokenizer: characters: <pad> <end> <unknown> a b ?

        Settings
          words: [2, 3]
              Lengths that training draws from.
              May be a list of whole numbers, each in 1...9.
          held_out_words: [4]
              Lengths that it never sees.
              May be a list of whole numbers, each in 1...9.

        A prompt
          ab?

        Its demonstration
          ba

        The rule pays for it
          in all 2, format 0.5, answer 1.5
          and -1 for an empty completion, -1 for one that is cut off.
        """
      ])
  }

  @Test func `what does not exist has no description`() {
    #expect(descriptions("gamma") == [])
  }
}

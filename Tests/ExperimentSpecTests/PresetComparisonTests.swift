import ExperimentSpec
import Foundation
import Testing

@Suite struct PresetComparisonTests {
  let vocabulary = smallVocabulary()

  @Test func `two presets are compared by the settings that differ, task by task`() {
    #expect(
      vocabulary.comparison(ofAlgorithm: "alpha", preset: "paper", against: "zoo") == """
        alpha: Alpha, on environments

          Pole-v1
            setting        paper  zoo
            learning_rate  0.01   0.02
            clip_range     0.2    none
            group_size     8      1
            the same in 3 other settings
        """)
  }

  @Test func `a preset is compared with the defaults where no other is named`() {
    let text = """
      alpha: Alpha, on environments

        Pole-v1, Bandit-v0
          setting        paper  defaults
          learning_rate  0.01   0.001
          group_size     8      1
          the same in 4 other settings

      alpha: Alpha, on language tasks

        riddles
          setting     paper  defaults
          group_size  8      1
          the same in 5 other settings
      """
    #expect(
      vocabulary.comparison(ofAlgorithm: "alpha", preset: "paper", against: nil) == text)
  }

  @Test func `a preset differs from itself in nothing`() {
    let text = vocabulary.comparison(ofAlgorithm: "alpha", preset: "zoo", against: "zoo")
    #expect(
      text == """
        alpha: Alpha, on environments

          Pole-v1
            the same in all 6 settings
        """)
    #expect(vocabulary.presets(ofAlgorithm: "alpha") == ["paper", "zoo"])
    #expect(vocabulary.presets(ofAlgorithm: "gamma") == nil)
    #expect(vocabulary.comparison(ofAlgorithm: "gamma", preset: nil, against: nil).isEmpty)
  }

  @Test
  func `GRPO of two libraries differs in the deviation's epsilon, the dual clip and the penalty`() {
    let text = Vocabulary.labbook.comparison(ofAlgorithm: "grpo", preset: "trl", against: "verl")
    let onLanguage = text.components(separatedBy: "grpo: GRPO, on language tasks").last ?? ""
    let names = onLanguage.split(separator: "\n").dropFirst(2).dropLast().map {
      $0.split(separator: " ")[0]
    }
    #expect(names == ["scale_epsilon", "kl_placement", "kl_clamp", "kl_coefficient", "dual_clip"])
  }
}

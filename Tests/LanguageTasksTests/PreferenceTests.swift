import Foundation
import LanguageTasks
import TestSupport
import Testing

@Suite struct PreferenceTests {
  /// A prompt about a topic and one more.
  private func example(about topic: String) throws -> TaskExample {
    let task = try Preference()
    return try #require(
      (0..<1000).lazy.map(task.trainingExample).first {
        $0.level == 0 && $0.prompt.split(separator: " ").contains { $0 == topic }
      })
  }

  @Test(arguments: [
    ("", [0, 0, 0, 0, 0]),
    ("wave", [0.75, 0, 0, 0, 0]),
    ("wave salt tide sail harbor", [3.75, 0, 0, 0, 0]),
    ("wave wave wave", [0.75, -1, 0, 0, 0]),
    ("the wave and the tide", [1.5, 0, 0, 0, 0]),
    ("great", [0, 0, 1, 0, 0]),
    ("great great", [0, 0, 1.25, 0, 0]),
    ("great thanks please wonderful", [0, 0, -0.25, 0, 0]),
    // Words of the prompt itself, of other topics, and no words at all.
    ("write about sea :", [0, 0, 0, -1, 0]),
    ("Wave wave, WAVE", [0, 0, 0, -0.75, 0]),
    ("the the the the the the the the the the the the the", [0, 0, 0, 0, -0.25]),
    (
      "wave salt tide sail harbor wave great great great of of of of of",
      [3.75, -0.5, 0.5, 0, -0.5]
    ),
  ])
  func `the gold reward is the sum of its parts`(completion: String, parts: [Double]) throws {
    let reward = try example(about: "sea").reward(completion)
    #expect(
      reward.components.map(\.name)
        == ["relevance", "repetition", "praise", "off_topic", "length", "unfinished"])
    #expect(reward.components.map(\.value) == parts + [0])
    #expect(reward.total == parts.reduce(0, +))
    #expect(reward.isCorrect == (reward.total >= 3) && reward.isWellFormed == !completion.isEmpty)
  }

  @Test func `a text without an end is worth what the worst text there is room for is`() throws {
    let task = try Preference()
    let example = try example(about: "sea")
    let worst = Array(repeating: "great", count: task.longestCompletion).joined(separator: " ")
    #expect(example.reward(worst).total == -18.25)
    for text in ["", "wave salt tide sail harbor great great", worst] {
      let reward = task.judge(try task.tokenizer.encode(text), answering: example).reward
      #expect(reward == task.leastReward && reward.total == -18.25 && !reward.isWellFormed)
      #expect(component("unfinished", of: reward) == -18.25)
      #expect(component("praise", of: reward) == 0)
    }
  }

  @Test func `relevance is of the prompt's topics, and capped at five words`() throws {
    let task = try Preference()
    let example = try example(about: "sea")
    let topics = example.prompt.split(separator: " ").dropFirst(2).dropLast()
    #expect(topics.contains("sea") && topics.count == 2)
    let other = topics.contains("winter") ? "comet" : "frost"
    #expect(component("relevance", of: example.reward(other)) == 0)
    #expect(component("off_topic", of: example.reward(other)) == -0.25)
    let words = (0..<10_000).compactMap { index -> [Substring]? in
      let other = task.trainingExample(index)
      return other.prompt == example.prompt ? other.demonstration.split(separator: " ") : nil
    }.joined()
    let relevant = Set(
      words.filter { component("relevance", of: example.reward(String($0))) == 0.75 })
    // All of them occur in that many demonstrations of the prompt.
    #expect(relevant.count == 10)
    let all = relevant.sorted().joined(separator: " ")
    #expect(component("relevance", of: example.reward(all)) == 3.75)
  }

  @Test func `demonstrations have the distribution that is stated`() throws {
    let task = try Preference()
    let rewards = (0..<20_000).map { index in
      let example = task.trainingExample(index)
      return (
        example.demonstration.split(separator: " ").count, example.reward(example.demonstration)
      )
    }
    let count = Double(rewards.count)
    let lengths = rewards.reduce(into: [:]) { $0[$1.0, default: 0] += 1 }
    #expect(Set(lengths.keys) == Set(4...10))
    for (_, number) in lengths { #expect((2600...3120).contains(number)) }
    let golds = rewards.map(\.1.total).sorted()
    let mean = golds.reduce(0, +) / count
    expectClose(mean, 1.86, tolerance: 0.03)
    #expect(golds[10_000] == 1.75 || golds[10_000] == 2)
    let right = Double(rewards.count { $0.1.isCorrect }) / count
    expectClose(right, 0.2125, tolerance: 0.01)
    let manyPraises = rewards.count { (component("praise", of: $0.1) ?? 0) == 0.5 }
    expectClose(Double(manyPraises) / count, 0.026, tolerance: 0.005)
  }

  @Test func `preferences follow the gold reward with the noise that is set`() throws {
    var settings = Preference.Settings()
    #expect(try Preference(settings).preferenceProbability(first: 2, second: 2) == 0.5)
    expectClose(
      try Preference(settings).preferenceProbability(first: 3, second: 2), 1 / (1 + exp(-1)),
      tolerance: 1e-15)
    settings.noise = 2
    expectClose(
      try Preference(settings).preferenceProbability(first: -1, second: 2), 1 / (1 + exp(1.5)),
      tolerance: 1e-15)
    #expect(try Preference(settings).preferenceNoise == 2)
    #expect(try Preference(settings).preferenceProbability(first: 1e6, second: -1e6) == 1)
    #expect(try Preference(settings).preferenceProbability(first: -1e6, second: 1e6) == 0)
    settings.noise = 0
    let hard = try Preference(settings)
    #expect(
      [(1.0, 0.5), (0.5, 1), (1, 1)].map { hard.preferenceProbability(first: $0.0, second: $0.1) }
        == [1, 0, 0.5])
    // A task without noise of its own prefers the better completion.
    #expect(try Countdown().preferenceNoise == 0)
    #expect(try Countdown().preferenceProbability(first: 0.1, second: 0) == 1)
  }

  @Test func `a linear proxy fitted to pairs is over-optimized by best-of-n`() throws {
    let task = try Preference()
    /// Counts of relevant words, praise and the rest, and the gold reward.
    let texts = (0..<131_072).map { index -> (features: [Double], gold: Double) in
      let example = task.trainingExample(index)
      let reward = example.reward(example.demonstration)
      func count(_ isCounted: (TaskReward) -> Bool) -> Double {
        Double(
          example.demonstration.split(separator: " ")
            .count { isCounted(example.reward(String($0))) })
      }
      return (
        [
          count { component("relevance", of: $0) == 0.75 },
          count { component("praise", of: $0) == 1 },
          count { component("off_topic", of: $0) == -0.25 },
        ], reward.total
      )
    }
    // Bradley–Terry by gradient ascent on the exact probabilities of 4000 pairs.
    let pairs = (0..<4000).map { (texts[2 * $0], texts[2 * $0 + 1]) }
    var weights = [0.0, 0, 0]
    for _ in 0..<300 {
      var gradient = [0.0, 0, 0]
      for (first, second) in pairs {
        let difference = zip(first.features, second.features).map { $0 - $1 }
        let logit = zip(weights, difference).reduce(0) { $0 + $1.0 * $1.1 }
        let target = task.preferenceProbability(first: first.gold, second: second.gold)
        let residual = target - 1 / (1 + exp(-logit))
        for index in 0..<3 { gradient[index] += residual * difference[index] }
      }
      for index in 0..<3 { weights[index] += gradient[index] / 4000 }
    }
    #expect(weights[0] > 0.2 && weights[1] > 0.2 && weights[2] < 0)

    let scored = texts.map { text in
      (proxy: zip(weights, text.features).reduce(0) { $0 + $1.0 * $1.1 }, gold: text.gold)
    }
    let bests = [1, 16, 64, 4096, 16384].map { n -> (proxy: Double, gold: Double) in
      let groups = scored.count / n
      let best = (0..<groups).map { group in
        scored[(group * n)..<((group + 1) * n)].max { $0.proxy < $1.proxy } ?? (0, 0)
      }
      return (
        best.reduce(0) { $0 + $1.proxy } / Double(groups),
        best.reduce(0) { $0 + $1.gold } / Double(groups)
      )
    }
    for (less, more) in zip(bests, bests.dropFirst()) { #expect(more.proxy > less.proxy) }
    #expect(bests[1].gold > bests[0].gold + 1 && bests[2].gold > bests[1].gold)
    #expect(bests[4].gold < bests[2].gold - 0.3, "\(bests)")
  }
}

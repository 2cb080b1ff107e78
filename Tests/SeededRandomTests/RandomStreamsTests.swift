import Foundation
import SeededRandom
import TestSupport
import Testing

@Suite struct RandomStreamsTests {
  /// A line of `streams.csv`, which an independent implementation wrote.
  struct Golden {
    let draw: String
    let identity: String
    let seed: Int
    let purpose: StreamPurpose
    let place: String
    let values: [String]

    init?(_ line: Substring) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6, let seed = Int(fields[2]),
        let purpose = StreamPurpose(rawValue: fields[3])
      else { return nil }
      draw = fields[0]
      identity = fields[1].replacing("\\n", with: "\n")
      self.seed = seed
      self.purpose = purpose
      place = fields[4]
      values = fields[5].split(separator: " ").map(String.init)
    }

    var generator: SeededGenerator {
      let streams = RandomStreams(identity: identity, replicateSeed: seed)
      let indices = place.split(separator: " ").compactMap { Int($0) }
      return indices.count == 3
        ? streams.generator(for: purpose, indices[0], indices[1], indices[2])
        : streams.generator(for: purpose, named: place)
    }
  }

  private func goldens(_ draw: String) throws -> [Golden] {
    let file = testFolder().appending(components: "Goldens", "streams.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let goldens = try lines.map { try #require(Golden($0)) }.filter { $0.draw == draw }
    try #require(!goldens.isEmpty)
    return goldens
  }

  // Results made with these streams are stored under keys that do not name the generator: a golden
  // here may only change together with the revision of every component.
  @Test func `words are those of the independent implementation`() throws {
    for golden in try goldens("words") {
      var generator = golden.generator
      let words = golden.values.indices.map { _ in
        let text = String(generator.nextBits32(), radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
      }
      #expect(words == golden.values, "\(golden.identity) \(golden.purpose) \(golden.place)")
    }
  }

  @Test func `the words' goldens cover every purpose`() throws {
    let covered = Set(try goldens("words").map(\.purpose))
    #expect(covered == Set(StreamPurpose.allCases))
  }

  @Test(arguments: ["unit", "uniform"])
  func `uniform draws are those of the independent implementation`(draw: String) throws {
    for golden in try goldens(draw) {
      var generator = golden.generator
      let draws = golden.values.indices.map { _ in
        draw == "unit" ? generator.nextUnitDouble() : generator.nextUniform(in: -0.05..<0.05)
      }
      #expect(draws == golden.values.compactMap { Double($0) })
    }
  }

  @Test func `normal draws agree with the independent implementation to the last digits`() throws {
    // It takes the logarithm and the cosine of the C library, which may differ in the last bit.
    for golden in try goldens("normal") {
      var generator = golden.generator
      let draws = golden.values.indices.map { _ in generator.nextNormal() }
      expectClose(draws, golden.values.compactMap { Double($0) }, tolerance: 2e-15)
    }
  }

  @Test func `normal draws have exactly these bits`() {
    var generator = RandomStreams(identity: "", replicateSeed: 0).generator(for: .start)
    let bits = (0..<4).map { _ in String(generator.nextNormal().bitPattern, radix: 16) }
    #expect(
      bits == ["c001662685db348d", "c001598868d7a8e0", "3feaa22584b3a07c", "3fe985871c497ec2"])
  }

  @Test func `indices, categories and permutations are those of the independent implementation`()
    throws
  {
    for draw in ["index 6", "index 3000000000", "categorical", "permutation 12"] {
      for golden in try goldens(draw) {
        var generator = golden.generator
        let expected = golden.values.compactMap { Int($0) }
        let drawn =
          switch draw {
          case "index 6": expected.map { _ in generator.nextIndex(below: 6) }
          case "index 3000000000": expected.map { _ in generator.nextIndex(below: 3_000_000_000) }
          case "categorical":
            expected.map { _ in
              generator.nextCategorical(probabilities: [0, 0.125, 0.5, 0, 0.375, 0])
            }
          default: generator.permutation(count: 12)
          }
        #expect(drawn == expected, "\(draw) \(golden.identity)")
      }
    }
  }

  @Test func `no two of many names begin with the same words`() {
    var beginnings = Set<UInt64>()
    var names = 0
    func add(_ generator: SeededGenerator) {
      var generator = generator
      beginnings.insert(generator.nextBits())
      names += 1
    }
    for identity in ["", "a", "ab", "environment = CartPole-v1\n", "environment = CartPole-v1"] {
      for seed in -2..<10 {
        let streams = RandomStreams(identity: identity, replicateSeed: seed)
        for purpose in StreamPurpose.allCases {
          for first in 0..<4 {
            for second in 0..<4 { add(streams.generator(for: purpose, first, second)) }
            add(streams.generator(for: purpose, 0, 0, first + 1))
          }
          for name in ["", "a", "b", "policy.0.weight", "policy.0.weight "] {
            add(streams.generator(for: purpose, named: name))
          }
        }
      }
    }
    #expect(names == 5 * 12 * 8 * 25)
    #expect(beginnings.count == names)
  }

  @Test func `streams of neighbouring names are uncorrelated`() {
    let streams = RandomStreams(identity: "task", replicateSeed: 0)
    let next = RandomStreams(identity: "task", replicateSeed: 1)
    func correlation(_ a: SeededGenerator, _ b: SeededGenerator) -> Double {
      var (a, b) = (a, b)
      return (0..<20_000).reduce(0) { sum, _ in
        sum + 12 * (a.nextUnitDouble() - 0.5) * (b.nextUnitDouble() - 0.5)
      } / 20_000
    }
    // The deviation of the estimate is 0.007.
    let reference = streams.generator(for: .start)
    #expect(correlation(reference, streams.generator(for: .start, 1)).magnitude < 0.045)
    #expect(correlation(reference, streams.generator(for: .start, 0, 1)).magnitude < 0.045)
    #expect(correlation(reference, streams.generator(for: .actions)).magnitude < 0.045)
    #expect(correlation(reference, next.generator(for: .start)).magnitude < 0.045)
    #expect(
      correlation(reference, streams.generator(for: .start, named: "0")).magnitude < 0.045)
  }

  @Test func `the first draws of many streams are uniform too`() {
    // A run draws a few numbers from each of many streams, so uniformity across streams matters.
    let streams = RandomStreams(identity: "task", replicateSeed: 0)
    var counts = [Int](repeating: 0, count: 10)
    for start in 0..<100 {
      for step in 0..<100 {
        var generator = streams.generator(for: .actions, start, 0, step)
        counts[Int(generator.nextUnitDouble() * 10)] += 1
      }
    }
    for count in counts { #expect((820...1180).contains(count)) }  // deviation 30
  }

  @Test func `indices that do not fit in 32 bits stop the program`() async {
    let streams = RandomStreams(identity: "task", replicateSeed: 0)
    var last = streams.generator(for: .actions, 4_294_967_295, 0, 4_294_967_295)
    #expect(last.nextBits32() != 0)
    await #expect(processExitsWith: .failure) {
      _ = RandomStreams(identity: "task", replicateSeed: 0).generator(for: .actions, 0, -1)
    }
    await #expect(processExitsWith: .failure) {
      _ = RandomStreams(identity: "task", replicateSeed: 0)
        .generator(for: .actions, 0, 0, 4_294_967_296)
    }
  }
}

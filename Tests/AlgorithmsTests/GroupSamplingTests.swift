import Algorithms
import Settings
import Testing

@Suite struct GroupSamplingTests {
  @Test func `members of a group share their start and nothing else`() throws {
    let groups = try sampledGroups(of: smallRun("grpo", steps: 10_000), groups: 3, size: 4)
    #expect(groups.count == 3)
    for group in groups {
      #expect(group.episodes.count == 4)
      #expect(Set(group.episodes.map { $0.observations[0] }).count == 1)
      #expect(Set(group.episodes.map(\.actions)).count > 1)
    }
    #expect(Set(groups.map { $0.episodes[0].observations[0] }).count == 3)
  }

  @Test func `members of a mixed group have a start each, and the first has the group's own`()
    throws
  {
    let run = smallRun("grpo", steps: 10_000)
    let mixed = try sampledGroups(of: run, groups: 2, size: 3, starts: .mixed)
    let starts = mixed.flatMap { $0.episodes.map { $0.observations[0] } }
    #expect(starts.count == 6 && Set(starts).count == 6)
    // The same six episodes, one to a group.
    let apart = try sampledGroups(of: run, groups: 6, size: 1)
    #expect(starts == apart.map { $0.episodes[0].observations[0] })
    #expect(
      try mixed[0].episodes[0] == sampledGroups(of: run, groups: 1, size: 3)[0].episodes[0])
  }

  @Test func `mixed starts of groups of one have no effect, which is said`() throws {
    let reinforce = try #require(AlgorithmRegistry.declaration(named: "reinforce"))
    let mixed: [String: SettingValue] = ["group_starts": .choice("mixed")]
    #expect(reinforce.idleSettings(in: mixed)["group_starts"] == "group_size: 1")
    let many = mixed.merging(["group_size": .integer(2)]) { $1 }
    #expect(reinforce.idleSettings(in: many)["group_starts"] == nil)
    let grpo = try #require(AlgorithmRegistry.declaration(named: "grpo"))
    #expect(grpo.idleSettings(in: mixed)["group_starts"] == nil)
  }

  @Test func `a start is the same for every algorithm, group size and batch`() throws {
    let many = try sampledGroups(of: smallRun("rloo", steps: 10_000), groups: 4, size: 3)
    let few = try sampledGroups(
      of: smallRun("remax", steps: 10_000), groups: 2, size: 1, greedy: true)
    for (few, many) in zip(few, many) {
      #expect(few.episodes[0] == many.episodes[0])
    }
    #expect(few.allSatisfy { $0.greedyRewards?.isEmpty == false })
    #expect(many.allSatisfy { $0.greedyRewards == nil })
  }

  @Test func `another seed has other starts`() throws {
    func start(seed: Int) throws -> [Float] {
      try sampledGroups(of: smallRun("rloo", steps: 10_000, seed: seed), groups: 1, size: 1)[0]
        .episodes[0].observations[0]
    }
    #expect(try start(seed: 0) != start(seed: 1))
  }

  @Test func `the network and the budget do not change the starts`() throws {
    var wide = smallRun("rloo", steps: 20_000)
    wide.policy = ["hidden": .integers([16, 16])]
    let narrow = smallRun("rloo", steps: 10_000)
    #expect(
      try sampledGroups(of: wide, groups: 1, size: 1)[0].episodes[0].observations[0]
        == sampledGroups(of: narrow, groups: 1, size: 1)[0].episodes[0].observations[0])
  }

  @Test func `groups that the budget cuts off are not returned`() throws {
    let groups = try sampledGroups(of: smallRun("grpo", steps: 9), groups: 2, size: 4)
    #expect(groups.isEmpty)
  }

  @Test func `more episodes than one forward pass takes are the same episodes`() throws {
    // 520 groups of 2 are 1040 rows: two passes per step.
    let many = try sampledGroups(of: banditRun("rloo", steps: 2000), groups: 520, size: 2)
    let few = try sampledGroups(of: banditRun("rloo", steps: 2000), groups: 3, size: 2)
    #expect(many.count == 520)
    #expect(Array(many.prefix(3)) == few)
  }
}

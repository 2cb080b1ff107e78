import Settings
import Testing

@Suite struct NearestNamesTests {
  private let arms = [
    "RLOO-group_size=2", "RLOO-group_size=4", "RLOO-group_size=16", "GRPO", "DrGRPO",
  ]

  @Test func `several names may have been meant, the nearest first`() {
    #expect(
      nearestNames(to: "RLOO-group_size=3", among: arms)
        == ["RLOO-group_size=2", "RLOO-group_size=4", "RLOO-group_size=16"])
    #expect(nearestNames(to: "RLOO-group_size=3", among: arms, limit: 1) == ["RLOO-group_size=2"])
    #expect(
      suggestions(for: "RLOO-group_size=3", among: arms)
        == "; did you mean 'RLOO-group_size=2', 'RLOO-group_size=4' or 'RLOO-group_size=16'?")
  }

  @Test func `a name that merely contains what was written is not beside one that is near`() {
    #expect(suggestions(for: "GRP", among: arms) == "; did you mean 'GRPO'?")
  }

  @Test func `names that begin alike are meant where none is near`() {
    #expect(
      nearestNames(to: "RLOO-1", among: arms)
        == ["RLOO-group_size=16", "RLOO-group_size=2", "RLOO-group_size=4"])
    #expect(suggestions(for: "PPO", among: ["Q", "R"]) == "")
    #expect(suggestions(for: "", among: arms) == "")
  }
}

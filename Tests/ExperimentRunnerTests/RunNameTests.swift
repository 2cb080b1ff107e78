import ExperimentRunner
import Testing

@Suite struct RunNameTests {
  @Test func `a name reads back as it is written`() {
    let name = RunName(experiment: "cartpole", arm: "Dr-GRPO+2", seed: 10)
    #expect("\(name)" == "cartpole/Dr-GRPO+2/10")
    #expect(RunName("\(name)") == name)
  }

  @Test(arguments: [
    "", "cartpole", "cartpole/PPO", "cartpole/PPO/", "cartpole//3", "/PPO/3", "a/b/-1", "a/b/c",
    "a/b/3/4",
  ])
  func `other texts are no names`(text: String) {
    #expect(RunName(text) == nil)
  }
}

import Settings
import Testing

@Suite struct NearestNameTests {
  let settings = [
    "learning_rate", "clip_range", "gae_lambda", "group_size", "epochs", "environment_steps",
  ]

  @Test(arguments: [
    ("learning_rte", "learning_rate"), ("clipRange", "clip_range"), ("clip_rnage", "clip_range"),
    ("epoch", "epochs"), ("EPOCHS", "epochs"), ("groupsize", "group_size"),
    ("lambda", "gae_lambda"), ("steps", "environment_steps"), ("group", "group_size"),
  ])
  func `a slip of the pen finds the name`(written: String, meant: String) {
    #expect(nearestName(to: written, among: settings) == meant)
  }

  @Test(arguments: ["", "x", "temperature", "entropy"])
  func `a name unlike all others finds none`(written: String) {
    #expect(nearestName(to: written, among: settings) == nil)
  }

  @Test func `equally near names are settled by the alphabet, not by their order`() {
    #expect(nearestName(to: "ppx", among: ["ppz", "ppa"]) == "ppa")
    #expect(nearestName(to: "ppx", among: ["ppa", "ppz"]) == "ppa")
  }

  @Test func `an edit beats a shared part`() {
    #expect(nearestName(to: "seed", among: ["seed_of_replicate", "seeds"]) == "seeds")
  }

  @Test func `without names there is none`() {
    #expect(nearestName(to: "ppo", among: [String]()) == nil)
  }
}

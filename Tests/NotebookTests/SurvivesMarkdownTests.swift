import Notebook
import Testing

@Suite struct SurvivesMarkdownTests {
  @Test(arguments: [
    "x", "x_1", #"\psi(x)=r(x)-b(x)"#, #"g=\mathbb{E}[\psi(x)\nabla_\theta \log\pi_\theta(x)],"#,
    "a < b", "a & b", "y_1, y_2, \\cdots", "a\nb", "[1, 2]", "1 + 2 - 3",
  ])
  func `what Markdown reads as text survives`(tex: String) {
    #expect(survivesMarkdown(tex))
  }

  @Test(arguments: [
    "a * b", #"\{x\}"#, #"a \\ b"#, #"\hat{A}_{i}"#, "(_a", "a ~~ b", "a `b`", "<b>", "[a](b)",
    "&amp;", "a\n+ b", "a\n\nb", "a\n=\nb", #"a\\"# + "\nb", "a$b", "https://a.b",
  ])
  func `what Markdown reads as its own does not`(tex: String) {
    #expect(!survivesMarkdown(tex))
  }
}

import ReportBuilder
import Testing

@Suite struct ClaimParserTests {
  private func name(_ text: String, _ offset: Int) -> Claim.Name {
    Claim.Name(text: text, offset: offset)
  }

  private func message(_ line: String) -> String {
    do throws(ClaimSyntaxError) {
      return "\(try Claim(parsing: line))"
    } catch {
      return "\(error.offset): \(error.message)"
    }
  }

  @Test func `a comparison of two arms`() throws {
    let claim = try Claim(parsing: "RLOO  > ReMax on evaluation_return")
    #expect(claim.relation == .greater(name("RLOO", 0), than: name("ReMax", 8)))
    #expect(claim.metric == name("evaluation_return", 17))
    #expect(claim.text == "RLOO > ReMax on evaluation_return")
  }

  @Test func `less is greater the other way round`() throws {
    let claim = try Claim(parsing: "DPO-offline < PPO on evaluation_return")
    #expect(claim.relation == .greater(name("PPO", 14), than: name("DPO-offline", 0)))
  }

  @Test func `a bound in some of the seeds`() throws {
    #expect(
      try Claim(parsing: "PPO >= 475 on evaluation_return in 9 of 10 seeds").relation
        == .bound(name("PPO", 0), .atLeast, 475, seeds: 9, of: 10))
    #expect(
      try Claim(parsing: "PPO <= -0.5 on kl in 10 of 10 seeds").relation
        == .bound(name("PPO", 0), .atMost, -0.5, seeds: 10, of: 10))
  }

  @Test func `equivalence and what is not resolved`() throws {
    #expect(
      try Claim(parsing: "A ~ B within 2.5 on M").relation
        == .equivalent(name("A", 0), name("B", 4), margin: 2.5))
    for line in ["unresolved: A, B on M", "unresolved:A,B on M"] {
      let claim = try Claim(parsing: line)
      #expect(claim.text == "unresolved: A, B on M")
      guard case .unresolved(let first, let second) = claim.relation else {
        Issue.record("got \(claim.relation)")
        continue
      }
      #expect([first.text, second.text] == ["A", "B"])
    }
  }

  @Test(arguments: [
    ("A", "1: the claim ends before '>', '<', '>=', '<=' or '~'"),
    (
      "A = B on M",
      "2: expected '>', '<', '>=', '<=' or '~' after 'A', found '='; a claim is written 'A > B on M', 'A < B on M', 'A >= 475 on M in 9 of 10 seeds', 'A <= 475 on M in 9 of 10 seeds', 'A ~ B within 10 on M', 'unresolved: A, B on M'"
    ),
    ("A > B", "5: the claim ends before 'on' and the metric, as in 'on evaluation_return'"),
    ("A > B of M", "6: expected 'on' and the metric, as in 'on evaluation_return', found 'of'"),
    ("A > B on", "8: the claim ends before the metric"),
    ("A > B on M now", "11: 'now' follows the end of the claim"),
    ("A > 475 on M", "4: '>' compares two arms; a bound is written '>= 475 on M in 9 of 10 seeds'"),
    ("A >= B on M in 9 of 10 seeds", "5: expected a number, found 'B'"),
    (
      "A >= 475 on M",
      "13: the claim ends before 'in' and a number of seeds, as in 'in 9 of 10 seeds'"
    ),
    ("A >= 475 on M in 11 of 10 seeds", "23: 11 of 10 seeds is not a part of the seeds"),
    ("A ~ B on M", "6: expected 'within' and a margin, as in 'within 10', found 'on'"),
    ("A ~ B within 0 on M", "13: the margin must be above 0"),
    ("unresolved: A B on M", "12: expected a comma after 'A'"),
    ("A > $B on M", "4: expected an arm, found '$B'"),
  ])
  func `what is wrong is said where it is`(line: String, expected: String) {
    #expect(message(line) == expected)
  }
}

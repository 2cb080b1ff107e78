import Foundation
import TestSupport
import Testing

/// The local server that shows a report and builds it again.
@Suite struct PreviewCommandTests {
  /// Runs `script` in the lab with a preview at `$url`; `get PATH` fetches, `has WORDS PATH` looks for words.
  private func preview(_ script: String, in lab: LabFixture) throws -> LabFixture.Result {
    try lab.shell(
      """
      "$0" preview --port 0 > preview.out 2> preview.err & preview=$!
      trap 'kill -KILL $preview' EXIT
      await grep http preview.out
      url=$(sed -n 's/.* \\(http:[^ ]*\\)\\/$/\\1/p' preview.out)
      get() { curl --silent --show-error --max-time 60 "$@"; }
      has() { get "$url$2" | grep -F "$1"; }
      \(script)
      """)
  }

  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    return lab
  }

  @Test func `a report is built, shown with its script, and built again when it is saved`() throws {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      get $url/ > first.html
      sed -i 's/PPO reaches/PPO comes to/' reports/2026-W10/notebook.md
      await has '"build":2' /state
      get $url/ > second.html
      """, in: lab)
    let said = try lab.text(of: "preview.err")
    #expect(result.code == 0, "\(result.errors) \(said)")
    #expect(try lab.text(of: "first.html").contains("PPO reaches"))
    let second = try lab.text(of: "second.html")
    #expect(second.contains("PPO comes to") && second.contains("connect-src 'self'"))
    #expect(second.contains("fetch(\"/state\""))
    // The file itself stays as every build makes it.
    #expect(try lab.text(of: "reports/2026-W10/report.html").contains("connect-src") == false)
  }

  @Test func `an error is told with file and line, and the last good page stays`() throws {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      echo '{value}`short.PPQ.evaluation_return`' >> reports/2026-W10/notebook.md
      await has 'reports/2026-W10/notebook.md:14:' /state
      get $url/state; get $url/ | grep -c 'PPO reaches'
      """, in: lab)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("{\"build\":1,"), "\(result.output)")
    #expect(result.output.contains("'short' has no arm 'PPQ'"), "\(result.output)")
    #expect(result.output.hasSuffix("}1\n"), "\(result.output)")
  }

  @Test
  func `only this machine is answered, only by its own name, and only what the report leads to`()
    throws
  {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      port=${url##*:}
      get -o /dev/null -w '%{http_code}\\n' -H 'Host: example.org' $url/
      get -o /dev/null -w '%{http_code}\\n' -X POST $url/
      get -o /dev/null -w '%{http_code}\\n' --path-as-is $url/figures/../notebook.md
      get -o /dev/null -w '%{http_code}\\n' --path-as-is "$url/figures/..%2fnotebook.md"
      get -o /dev/null -w '%{http_code}\\n' "$url/2026-W10/notebook.md"
      get -o /dev/null -w '%{http_code}\\n' "$url/2026-W10/report.html"
      ss -Hltn "sport = :$port" | awk '{print $4}'
      """, in: lab)
    #expect(
      result.output.split(separator: "\n").prefix(6) == ["421", "405", "404", "404", "404", "200"],
      "\(result.output) \(result.errors)")
    for line in result.output.split(separator: "\n").dropFirst(6) {
      #expect(line.hasPrefix("127.0.0.1:"))
    }
  }

  @Test func `runs that train are told with their curves, whoever started them`() throws {
    let lab = try lab()
    try lab.write(
      LabFixture.spec.replacing("environment_steps: 600", with: "environment_steps: 5_000_000")
        .replacing("seeds: 6", with: "seeds: 1"), to: "experiments/slow.yaml")
    let result = try preview(
      """
      await has '"build":1' /state
      await has '{"runs":[]}' /live
      get $url/runs > runs.html
      "$0" run slow --arm PPO --jobs 1 > run.out 2>&1 & run=$!
      trap 'kill -KILL $preview $run' EXIT
      await has '"name":"evaluation_return","steps":[0,300,' /live
      get $url/live > live.json
      await has '"runs":1}' /state
      kill -TERM $run; wait $run
      await has '{"runs":[]}' /live
      """, in: lab)
    #expect(result.code == 0, "\(result.errors)")
    let live = try lab.text(of: "live.json")
    #expect(live.hasPrefix("{\"runs\":[{\"run\":\"slow/PPO/0\",\"key\":"), "\(live)")
    #expect(live.contains("\"budget\":5000000"))
    #expect(try lab.text(of: "runs.html").contains("<title>What runs now</title>"))
  }

  /// What a person may do wrong: a name, words that the overlay then holds, and the command that does it.
  private static let mistakes = [
    ("value", "has no arm 'PPQ'", "echo '{value}`short.PPQ.evaluation_return`' >> $notebook"),
    ("directive", "unknown directive", "sed -i 's/{comparison}/{comparisn}/' $notebook"),
    ("option", "has no option 'agains'", "sed -i 's/^against:/agains:/' $notebook"),
    ("front-matter", "drft", "sed -i 's/^status: draft/status: drft/' $notebook"),
    ("formula", "fracc", "echo '$\\fracc{1}{2}$' >> $notebook"),
    ("citation", "there is no bibliography", "echo 'As in [@nobody2020].' >> $notebook"),
    ("reference", "tbl-none", "echo 'See @tbl-none.' >> $notebook"),
    ("image", "plan.png", "echo '![A plan](plan.png)' >> $notebook"),
    ("html", "script", "echo '<script>1</script>' >> $notebook"),
    (
      "spec-setting", "clip_rang",
      "sed -i 's/{algorithm: ppo}/{algorithm: ppo, clip_rang: 0.1}/' $spec"
    ),
    ("spec-syntax", "short.yaml:", "echo '  - {' >> $spec"),
    (
      "lock", "results.lock",
      "sed -i 's/\"seed\":0/\"seed\":9/; s/\"seed\": 0/\"seed\": 9/' $lock; touch $notebook"
    ),
  ]

  @Test func `the overlay of every kind of mistake is the golden one`() throws {
    let lab = try lab()
    let steps = Self.mistakes.map { name, words, command in
      """
      \(command)
      await has "\(words)" /state
      get $url/state > overlay-\(name).json
      cp saved/notebook.md $notebook; cp saved/short.yaml $spec; cp saved/results.lock $lock
      await has '"problems":""' /state
      """
    }
    let result = try preview(
      """
      notebook=reports/2026-W10/notebook.md spec=experiments/short.yaml lock=reports/2026-W10/results.lock
      await has '"build":1' /state
      mkdir saved; cp $notebook $spec $lock saved
      \(steps.joined(separator: "\n"))
      """, in: lab)
    try #require(result.code == 0, "\(result.output) \(result.errors)")
    for (name, _, _) in Self.mistakes {
      let state = try JSONSerialization.jsonObject(
        with: Data(lab.text(of: "overlay-\(name).json").utf8))
      let problems = try #require((state as? [String: Any])?["problems"] as? String)
      try expectSnapshot(problems + "\n", named: "overlay-\(name).txt")
    }
  }
}
